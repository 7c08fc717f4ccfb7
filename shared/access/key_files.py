"""Keys as files that only their owner can read: one random key for a use and a service, none of
them derived from another.
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.errors import Impossible, Unavailable

SECRET_BYTES = 32
PRIVATE, FOLDER = 0o600, 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secret(path: Path, *, make: bool) -> bytes:
    """The random key in a file (base64, at least 32 bytes); where there is none, a new one if it
    may be made.

    Raises `Impossible` for one that is missing, too short, or readable by others.
    """
    key = _decoded(path, _text(path, base64.b64encode(secrets.token_bytes(32)).decode(), make=make))
    if len(key) < SECRET_BYTES or len(set(key)) == 1:
        raise Impossible(
            f"The key in {path.name} is too short or too simple.",
            code="key",
            remedy=f"Make another one: openssl rand -base64 32 > {path.name}",
        )
    return key


def signing_key(path: Path, *, make: bool) -> Ed25519PrivateKey:
    """The Ed25519 key in a file (base64 of its 32 bytes), as `secret` takes it."""
    return Ed25519PrivateKey.from_private_bytes(secret(path, make=make)[:SECRET_BYTES])


def _text(path: Path, fresh: str, *, make: bool) -> str:
    try:
        if make and not path.exists():
            _create(path, fresh)
        if path.stat().st_mode & OTHERS:
            raise Impossible(
                f"Others than its owner can read the key file {path.name}.",
                code="key",
                remedy=f"chmod 600 {path.name}, and make another key if anybody may have read it.",
            )
        return path.read_text("ascii")
    except FileNotFoundError as error:
        raise Impossible(
            f"The key file {path.name} does not exist.",
            code="key",
            remedy=f"Make it: umask 077; openssl rand -base64 32 > {path.name}",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(
            f"The key file {path.name} cannot be read or kept.",
            code="key",
            remedy="Look at its folder and its disk.",
        ) from error


def _decoded(path: Path, text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise Impossible(
            f"The key file {path.name} holds no base64.",
            code="key",
            remedy=f"Make another one: openssl rand -base64 32 > {path.name}",
        ) from error


def _create(path: Path, content: str) -> None:
    """Writes the file whole or not at all; of two processes that start together, the first one's
    stays.
    """
    path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as new:
        Path(new.name).chmod(PRIVATE)
        new.write(f"{content}\n")
        new.flush()
        os.fsync(new.fileno())
        try:
            path.hardlink_to(new.name)
        except FileExistsError:
            return
