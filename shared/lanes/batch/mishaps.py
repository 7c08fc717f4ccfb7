"""What did not go well in a batch, by lane: counted for the breakers, the metrics and the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from shared.events.adverse import ALARMS
from shared.lanes.outcome import DecisionFailure
from shared.lanes.seals import UNSEALED
from shared.lanes.state.case import HeldRecord
from shared.lanes.state.record import Place, Record


class CaseFailure(NamedTuple):
    """A decision on a case that failed and was answered all the same."""

    case_id: UUID
    failure: DecisionFailure


@dataclass(slots=True)
class Mishaps:
    """How many records were parked, of those how many would refuse without a clinician, by reason;
    the cases that events of ours blocked, what decisions answered instead of raising, and the
    records that are nobody's.
    """

    parked: dict[int, int] = field(default_factory=dict)
    alarming: dict[str, int] = field(default_factory=dict)
    untrusted: dict[int, set[UUID]] = field(default_factory=dict)
    failures: dict[int, list[CaseFailure]] = field(default_factory=dict)
    unsealed: dict[Place, None] = field(default_factory=dict)

    def park(self, p: int, held: HeldRecord) -> None:
        """A record of the lane is parked; some reasons are for somebody to look at now."""
        # Not counted with the others: whoever may write to a topic would stop its lanes.
        if held.reason == UNSEALED:
            self.unseal(held.record)
            return
        self.parked[p] = self.parked.get(p, 0) + 1
        if held.reason in ALARMS:
            self.alarming[held.reason] = self.alarming.get(held.reason, 0) + 1

    def unseal(self, record: Record) -> None:
        """A record has no seal of its topic's producer."""
        self.unsealed[record.place] = None

    def block(self, p: int, case_id: UUID) -> None:
        """An event of ours blocks the case."""
        self.untrusted.setdefault(p, set()).add(case_id)

    def fail(self, p: int, case_id: UUID, failure: DecisionFailure) -> None:
        """A decision failed, and its outcome says what follows."""
        self.failures.setdefault(p, []).append(CaseFailure(case_id, failure))
