"""What did not go well in a batch, by lane: counted for the breakers, the metrics and the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from shared.events.adverse import ALARMS
from shared.lanes.outcome import DecisionFailure


class CaseFailure(NamedTuple):
    """A decision on a case that failed and was answered all the same."""

    case_id: UUID
    failure: DecisionFailure


@dataclass(slots=True)
class Mishaps:
    """How many records were parked, of those how many would refuse without a clinician, by reason;
    the cases that events of ours blocked, and what decisions answered instead of raising.
    """

    parked: dict[int, int] = field(default_factory=dict)
    alarming: dict[str, int] = field(default_factory=dict)
    untrusted: dict[int, set[UUID]] = field(default_factory=dict)
    failures: dict[int, list[CaseFailure]] = field(default_factory=dict)

    def park(self, p: int, reason: str) -> None:
        """A record of the lane is parked; some reasons are for somebody to look at now."""
        self.parked[p] = self.parked.get(p, 0) + 1
        if reason in ALARMS:
            self.alarming[reason] = self.alarming.get(reason, 0) + 1

    def block(self, p: int, case_id: UUID) -> None:
        """An event of ours blocks the case."""
        self.untrusted.setdefault(p, set()).add(case_id)

    def fail(self, p: int, case_id: UUID, failure: DecisionFailure) -> None:
        """A decision failed, and its outcome says what follows."""
        self.failures.setdefault(p, []).append(CaseFailure(case_id, failure))
