"""The audit log's signing key, which lives in the state folder and nowhere else, and beside it the
last checkpoint that was signed with it: a store that lacks that one went back.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.log.note import Signer, signer
from shared.access.key_files import OTHERS, create
from shared.errors import Impossible, Unavailable
from shared.settings import Settings

READABLE, LAST = 0o644, "audit.last"


def signing_key(settings: Settings, *, begun: Callable[[], bool]) -> Signer:
    """The key in `audit.key`; on the first start a new one, readable by its owner only, with its
    public half in `audit.pub`.

    Raises Unavailable while the folder cannot be written; Impossible where a log that has `begun`
    to be signed lost its key, and where others can read it.
    """
    path = settings.state / "audit.key"
    public = settings.state / "audit.pub"
    try:
        if not path.exists():
            # Another key would look as if the log had been written by somebody else since.
            if begun():
                raise Impossible(
                    "The log is signed, and its signing key is gone.",
                    code="signing_key_lost",
                    remedy=f"Bring it back from a copy to {path}, then: chmod 600 {path}",
                )
            create(path, Signer(_origin(), Ed25519PrivateKey.generate()).written())
        if path.stat().st_mode & OTHERS:
            raise Impossible(
                "Others than its owner can read the log's signing key.",
                code="signing_key_open",
                remedy=f"If nobody can have read it: chmod 600 {path}",
            )
        found = signer(path.read_text())
        if not public.exists():
            create(public, found.verifier(), READABLE)
    except OSError as error:
        raise Unavailable(
            "The signing key cannot be read or kept.",
            remedy="Look at the state folder and its disk.",
        ) from error
    return found


def _origin() -> str:
    """The name of a new log, which no other has; an existing key file carries its own."""
    return f"priorauth/{token_hex(4)}/audit"


def last_signed(settings: Settings) -> str | None:
    """The note of the last checkpoint that was signed here, if one was."""
    path = settings.state / LAST
    try:
        return path.read_text() if path.exists() else None
    except OSError as error:
        raise _unkept() from error


def keep_signed(settings: Settings, note: str) -> None:
    """Keeps the note of a checkpoint that was signed, in place of the one before."""
    path = settings.state / LAST
    written = path.with_suffix(f".{os.getpid()}")
    try:
        written.write_text(note)
        written.replace(path)
    except OSError as error:
        raise _unkept() from error


def _unkept() -> Unavailable:
    return Unavailable(
        "The last signed checkpoint cannot be read or kept.",
        remedy="Look at the state folder and its disk.",
    )


def trusted(settings: Settings) -> tuple[str, ...]:
    """The public keys that checkpoints are checked with: the lines of `audit.pub`, if it is
    there.
    """
    public = settings.state / "audit.pub"
    return tuple(public.read_text().split()) if public.exists() else ()
