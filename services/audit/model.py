"""What the log is spoken of in: lane heads and checkpoints."""

from __future__ import annotations

from typing import NamedTuple


class Head(NamedTuple):
    """A lane's log at one moment: its partition number, its number of entries, and its RFC 6962
    root (32 bytes).
    """

    p: int
    size: int
    root: bytes


class Checkpoint(NamedTuple):
    """All lanes' heads at one instant (`at`: microseconds since 1970, UTC), as one leaf of the log
    of checkpoints.

    `size` counts the checkpoints so far, this one included; `root` (32 bytes) is the root of their
    log.
    """

    origin: str
    size: int
    root: bytes
    at: int
    heads: tuple[Head, ...]
