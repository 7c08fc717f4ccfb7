"""Passwords and private keys that a server gave us, in files: never in the environment, where every
child process and every report of a crash would have them.
"""

from __future__ import annotations

import stat
from pathlib import Path

from shared.errors import Impossible


def password(path: str, setting: str) -> str:
    """The one line of a file that `setting` names. Raises `Impossible` for a file that is missing,
    empty, of several lines, or open to everybody on the machine.
    """
    private(path, setting)
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, setting) from error
    if len(lines) != 1 or not lines[0]:
        raise Impossible(
            f"{setting} names {path}, which does not hold one line.",
            code="setting",
            remedy="Write the password there, and nothing else.",
        )
    return lines[0]


def private(path: str, setting: str) -> str:
    """The path of a readable file that is not open to everybody.

    Its group may read it: that is how orchestrators hand secrets to a process that is not root.
    """
    if Path(readable(path, setting)).stat().st_mode & stat.S_IRWXO:
        raise Impossible(
            f"{setting} names {path}, which everybody on this machine can read or write.",
            code="setting",
            remedy=f"chmod 600 {path}, and change what is in it if anybody may have read it.",
        )
    return path


def readable(path: str, setting: str) -> str:
    """The path of a file that can be opened."""
    try:
        with Path(path).open("rb") as file:
            file.read(1)
    except OSError as error:
        raise _unreadable(path, setting) from error
    return path


def _unreadable(path: str, setting: str) -> Impossible:
    return Impossible(
        f"{setting} names {path}, which cannot be read.",
        code="setting",
        remedy="Name a file that this process may read.",
    )
