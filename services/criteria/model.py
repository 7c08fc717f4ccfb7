"""What criteria remembers of a case: the lines with their determinations, the evaluation they rest
on, and the reviews already taken.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.criteria import Basis, Determination, LineSummary
from shared.events.request import Provider, Urgency


class CriteriaView(BaseModel):
    """A frozen part of the state."""

    model_config = ConfigDict(frozen=True)


class Line(CriteriaView):
    """A line with its determination, and what an approval by a clinician would grant."""

    summary: LineSummary
    basis: Basis
    units: int = 1
    site: str | None = None
    service_date: date | None = None
    valid_days: int = 90

    @property
    def sequence(self) -> int:
        """The line's name for life."""
        return self.summary.sequence

    @property
    def is_open(self) -> bool:
        """Whether a person still has to decide it."""
        return self.summary.determination is Determination.PENDED

    @property
    def decided(self) -> bool:
        """Whether no later evaluation may change it: approved by anyone, or decided by a
        clinician.
        """
        return self.summary.determination is Determination.APPROVED or self.basis is Basis.CLINICIAN


class CriteriaState(CriteriaView):
    """The case.

    `due_at` is when a clinician must have looked; `clock_due_at` is the regulatory clock; `reviews`
    are idempotency keys.

    `evaluated` is the latest evaluation in JSON while a line is open: what an answer to a question
    is compared with.
    """

    version: int
    evaluation_id: UUID
    received_at: datetime
    urgency: Urgency
    performer: Provider = Provider()
    lines: tuple[Line, ...]
    due_at: datetime | None = None
    clock_due_at: datetime | None = None
    reviews: tuple[str, ...] = ()
    withdrawn: bool = False
    evaluated: str | None = None

    def line(self, sequence: int) -> Line | None:
        """The line of this sequence."""
        return next((line for line in self.lines if line.sequence == sequence), None)
