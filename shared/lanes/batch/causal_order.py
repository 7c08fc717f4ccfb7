"""In which order events of a case may be applied: contiguous per producer, and never before their
causes.
"""

from __future__ import annotations

from enum import Enum

from shared.events.envelope import Envelope
from shared.lanes.state.case import Case

FORKED = "fork", "The event follows another one than the last that was applied."
"""Reason and detail of a parked event."""
UNTRUSTED = frozenset({FORKED[0], "schema", "nul", "unknown-type", "size"})
"""Reasons to park an event of ours that nobody may build on, though our own services wrote it."""


class Verdict(Enum):
    """What to do with an event now."""

    APPLY = "apply"
    SKIP = "skip"
    WAIT = "wait"
    FORK = "fork"


def judge(case: Case, envelope: Envelope, sources: frozenset[str]) -> Verdict:
    """Judges an event against what the case has applied; `sources` are the producers whose topics
    this service reads.

    A repeat is skipped, a gap or an unseen cause waits, an event whose predecessor is not ours is a
    fork of history.
    """
    producer = envelope.producer
    count = envelope.clock[producer]
    have, last = case.applied.get(producer, (0, ""))
    # Repeats first: what is published again has a predecessor long past, and is no fork.
    if count <= have:
        return Verdict.SKIP
    if count > have + 1:
        return Verdict.WAIT
    # Contiguous by now, so a predecessor that is not ours is another history (a restored database).
    if envelope.prev != last:
        return Verdict.FORK
    # Only topics that this service reads: it would wait for ever for what the others hold.
    for name, seen in envelope.clock.items():
        if name in sources and name != producer and seen > case.applied.get(name, (0, ""))[0]:
            return Verdict.WAIT
    return Verdict.APPLY
