"""Keys as files that only their owner can read: one random key for a use and a service, none of
them derived from another.
"""

from __future__ import annotations

import base64
import os
import secrets
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.errors import Impossible, Unavailable

SECRET_BYTES = 32
LEAST_KINDS = 16
"""Different bytes among those of a key: of 32 random ones, nearly 30 differ."""
PUBLISHED = b"priorauth-development-lane-key-not-for-production"
"""Stood in earlier sources as a default: everybody knows it."""
PRIVATE, FOLDER = 0o600, 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secret(path: Path, *, make: bool) -> bytes:
    """The random key in a file (base64, at least 32 bytes); where there is none, a new one if it
    may be made.

    Raises `Impossible` for one that is missing, too short, or readable by others.
    """
    return secrets_in(path, make=make)[0]


def secrets_in(path: Path, *, make: bool) -> tuple[bytes, ...]:
    """All keys in a file, a line each, as `secret` takes the first: a rotation has two for a
    while.
    """
    lines = _text(path, fresh(), make=make).split() or [""]
    return tuple(_sound(path, _decoded(path, line)) for line in lines)


def fresh() -> str:
    """A new random key as a key file has it."""
    return base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _sound(path: Path, key: bytes) -> bytes:
    if len(key) < SECRET_BYTES or len(set(key)) < LEAST_KINDS or key == PUBLISHED:
        raise Impossible(
            f"The key in {path.name} is too short or too simple.",
            code="key",
            remedy=f"Make another one: openssl rand -base64 32 > {path}",
        )
    return key


def signing_key(path: Path, *, make: bool) -> Ed25519PrivateKey:
    """The Ed25519 key in a file (base64 of its 32 bytes), as `secret` takes it."""
    return Ed25519PrivateKey.from_private_bytes(secret(path, make=make)[:SECRET_BYTES])


def _text(path: Path, fresh: str, *, make: bool) -> str:
    try:
        if make and not path.exists():
            create(path, fresh)
        if path.stat().st_mode & OTHERS:
            raise Impossible(
                f"Others than its owner can read the key file {path.name}.",
                code="key",
                remedy=f"If nobody can have read it: chmod 600 {path}",
            )
        return path.read_text("ascii")
    except FileNotFoundError as error:
        raise Impossible(
            f"The key file {path.name} does not exist.",
            code="key",
            remedy=f"Make it: umask 077; openssl rand -base64 32 > {path}",
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
            remedy=f"Make another one: openssl rand -base64 32 > {path}",
        ) from error


def create(path: Path, content: str, mode: int = PRIVATE) -> None:
    """Writes the file whole or not at all; of two processes that start together, the first one's
    stays.
    """
    path.parent.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}-") as new:
        Path(new.name).chmod(mode)
        new.write(f"{content}\n")
        new.flush()
        os.fsync(new.fileno())
        try:
            path.hardlink_to(new.name)
        except FileExistsError:
            return


def replace_key(path: Path, lines: Iterable[str]) -> None:
    """Puts other keys into a key file, whole or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    create(new, "\n".join(lines))
    new.replace(path)
