"""The audit log's signing key, which lives in the state folder and nowhere else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.log.note import Signer, signer
from shared.settings import Settings

ORIGIN = "priorauth/audit"
"""The name of a new log; an existing key file carries its own."""


def signing_key(settings: Settings) -> Signer:
    """The key in `audit.key`; on the first start a new one, readable by its owner only, with its public half in `audit.pub`."""
    path = settings.state / "audit.key"
    if not path.exists():
        _create(path, Signer(ORIGIN, Ed25519PrivateKey.generate()).written())
    found = signer(path.read_text())
    public = settings.state / "audit.pub"
    if not public.exists():
        public.write_text(f"{found.verifier()}\n")
    return found


def trusted(settings: Settings) -> tuple[str, ...]:
    """The public keys that checkpoints are checked with: the lines of `audit.pub`, if it is there."""
    public = settings.state / "audit.pub"
    return tuple(public.read_text().split()) if public.exists() else ()


def _create(path: Path, content: str) -> None:
    """Writes the file whole or not at all; of two processes that start together, the first one's stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".audit.key-") as new:  # made with mode 0600
        new.write(f"{content}\n")
        new.flush()
        try:
            path.hardlink_to(new.name)
        except FileExistsError:
            return
