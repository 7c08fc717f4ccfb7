"""A lane that this process owns: its epoch, its place in the outbox, its positions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(slots=True)
class Lane:
    """One lane as its owner knows it; instants are microseconds since 1970 (UTC).

    `positions` holds the next offset of each topic, and under `topic<q` the next place in
    lane q's outbox from which it may hand a record on to this lane.

    `claims` counts those that began to read and came to nothing, this one included; `suspects` are
    topics whose next record was noted by an owner that died of it.
    """

    p: int
    epoch: int
    owner: str = ""
    next_seq: int = 1
    published_seq: int = 0
    next_batch: int = 1
    last_at: int = 0
    claims: int = 0
    positions: dict[str, int] = field(default_factory=dict)
    topic_ids: dict[str, str] = field(default_factory=dict)
    state: bytes | None = None
    acked: int = 0
    early: set[int] = field(default_factory=set)
    suspects: set[str] = field(default_factory=set)

    def delivered(self, seq: int) -> None:
        """Takes in that the broker has outbox entry `seq`; `acked` is the end of the contiguous
        prefix.
        """
        # Partitions answer in any order. An entry without an answer that is counted past would
        # never be sent again ("published is published").
        if seq != self.acked + 1:
            self.early.add(seq)
            return
        self.acked = seq
        while self.acked + 1 in self.early:
            self.acked += 1
            self.early.discard(self.acked)

    def copy(self) -> Lane:
        """A copy to work on, so that a failed batch leaves the original as it was; acknowledgements
        are shared state and stay behind.
        """
        return replace(self, positions=dict(self.positions), topic_ids=dict(self.topic_ids))

    @property
    def backlog(self) -> int:
        """Outbox entries that the broker has not acknowledged."""
        return self.next_seq - 1 - self.acked
