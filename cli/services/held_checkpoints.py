"""Checkpoints of audit logs that this machine has seen, so that a log which went back or was
written anew is known for it: nothing in the log itself can show that.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from shared.errors import Unavailable


def held(folder: Path, newest: str) -> str | None:
    """What is held of the log that `newest` is a checkpoint of, if anything is."""
    path = _path(folder, newest)
    try:
        return path.read_text() if path.exists() else None
    except OSError as error:
        raise _unkept(folder) from error


def hold(folder: Path, newest: str) -> Path:
    """Keeps a checkpoint in place of the log's former one; where."""
    path = _path(folder, newest)
    written = path.with_suffix(f".{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written.write_text(newest)
        written.replace(path)
    except OSError as error:
        raise _unkept(folder) from error
    return path


def _path(folder: Path, note: str) -> Path:
    """Logs are told apart by their origins, which a note begins with."""
    origin = note.partition("\n")[0]
    return folder / f"{sha256(origin.encode()).hexdigest()[:16]}.checkpoint"


def _unkept(folder: Path) -> Unavailable:
    return Unavailable(
        "The log's last checkpoint cannot be kept here, or read.",
        code="not_held",
        remedy=f"Look at {folder}, or name another folder in PRIORAUTH_HELD.",
    )
