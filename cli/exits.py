"""The exit codes of `priorauth`, the same for every command."""

from __future__ import annotations

from shared.errors import PriorauthError, Unavailable

DONE = 0
"""The command did what it says, and the answer is good."""
DIFFERENT = 1
"""The command ran and the answer is a no: the log does not verify, topics differ, a demo case came
out otherwise.
"""
USAGE = 2
"""The command line was wrong (Typer's own)."""
UNAVAILABLE = 3
"""A service, the broker or a file could not be reached."""
REFUSED = 4
"""The content was refused: malformed, or nothing that can be applied."""
UNPROVEN = 5
"""The audit log is consistent with itself, and nothing held elsewhere was there to compare it
with.
"""
INTERRUPTED = 130
"""Ctrl-C."""


def of(error: PriorauthError) -> int:
    """The exit code that an error ends the command with."""
    return UNAVAILABLE if isinstance(error, Unavailable) else REFUSED
