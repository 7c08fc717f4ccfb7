"""A case while its lane works it: what the lane log knows of it, around the service's own state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.lanes.state.record import Record

WAITING, KILLED_READER = "waiting", "killed_reader"


class HeldRecord:
    """A record of the case that could not be applied yet, and why; `stored` says that the store has
    it already, `turn` orders what is held of a lane.
    """

    __slots__ = ("at", "detail", "reason", "record", "requeued", "stored", "turn")

    def __init__(self, record: Record, reason: str, detail: str = "", *, at: int = 0) -> None:
        self.record = record
        self.reason = reason
        self.detail = detail
        self.at = at
        self.stored = False
        self.requeued = False
        self.turn = 0

    @property
    def blocks(self) -> bool:
        """Whether later records of the case must wait behind this one."""
        return self.reason != WAITING and not self.requeued


class Case:
    """Counts own events (`seq`), remembers the last one (`prev`) and the last applied of each other
    producer, as (count, id).
    """

    __slots__ = ("applied", "case_id", "dirty", "held", "p", "prev", "seq", "state")

    def __init__(self, case_id: UUID, p: int) -> None:
        self.case_id = case_id
        self.p = p
        self.seq = 0
        self.prev: UUID | None = None
        self.applied: dict[str, tuple[int, str]] = {}
        self.held: list[HeldRecord] = []
        self.state: Any = None
        self.dirty = False

    @property
    def blocked(self) -> bool:
        """Whether an event of the case is parked, so that later ones park behind it."""
        return bool(self.held) and any(held.blocks for held in self.held)

    def applied_text(self) -> str:
        """What was applied, as stored: `criteria=7:<event id>;intake=5:<event id>`."""
        return ";".join(f"{name}={count}:{last}" for name, (count, last) in self.applied.items())


def applied_of(text: str) -> dict[str, tuple[int, str]]:
    """The inverse of `Case.applied_text`."""
    applied = {}
    for entry in text.split(";") if text else ():
        name, _, rest = entry.partition("=")
        count, _, last = rest.partition(":")
        applied[name] = (int(count), last)
    return applied
