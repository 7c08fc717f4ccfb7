"""What criteria remembers of a case: the lines with their determinations, the evaluation they rest
on, and the reviews already taken.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.adverse import ADVERSE
from shared.events.clocks.duties import OnExpiry
from shared.events.content.digest import LineContent
from shared.events.criteria import (
    Authorization,
    Basis,
    Determination,
    LineDigest,
    LineSummary,
    Reviewer,
)
from shared.events.evaluation import Question
from shared.events.request import Urgency

NOT_EVALUATED = "not_evaluated"
"""Why a line pends whose evaluation failed."""
RECONSIDER = "evidence_after_refusal"
APPEAL = "appeal_or_new_request"
NOTICE = "emergency-notified"
"""The call about a declared emergency: a nurse confirms it, and starts what follows it."""
NOTIFIED = "emergency_notified"
"""Why no action is required on a line: its emergency was declared, and needs no approval."""
GRANTED = frozenset({Determination.APPROVED, Determination.MODIFIED})
REACHED = "reached"
OPEN = frozenset({Determination.PENDED, Determination.NO_ACTION})


class CriteriaView(BaseModel):
    """A frozen part of the state."""

    model_config = ConfigDict(frozen=True)


class LineDecision(CriteriaView):
    """What was decided on one content of a line; `valid_days` is how long an approval would be
    valid.

    `also` are former contents of which this is the decision too: administrative changes led from
    them to `content`.
    """

    summary: LineSummary
    content: LineContent
    also: tuple[LineContent, ...] = ()
    valid_days: int = 90

    @property
    def reviewer(self) -> Reviewer | None:
        """The clinician who decided, if one did."""
        return self.summary.reviewer

    @property
    def basis(self) -> Basis:
        """Who or what the determination rests on."""
        return self.summary.basis or Basis.ENGINE

    @property
    def decided(self) -> bool:
        """Whether no later evaluation of the same content may change it: approved by anyone, or
        decided by a clinician.
        """
        return self.summary.determination is Determination.APPROVED or self.basis is Basis.CLINICIAN

    @property
    def granted(self) -> Authorization | None:
        """The authorization, where the line was approved in whole or in part."""
        return self.summary.authorization if self.summary.determination in GRANTED else None


class Line(LineDecision):
    """A line: the decision on its newest content, and `former` ones, each on a content of its own,
    the newest last.

    `reconsider`: a clinician refused or changed it, and the evidence that has come since would
    suffice; only an approval can follow.
    """

    former: tuple[LineDecision, ...] = ()
    reconsider: bool = False

    @property
    def sequence(self) -> int:
        """The line's name for life."""
        return self.summary.sequence

    @property
    def is_open(self) -> bool:
        """Whether nothing is determined but that a person must decide, or confirm an emergency."""
        return self.summary.determination in OPEN

    @property
    def valid(self) -> tuple[Authorization, ...]:
        """What the provider may rely on: the authorization, else those that stay valid for former
        contents.
        """
        return (self.granted,) if self.granted else self.summary.former

    @property
    def listed(self) -> str | None:
        """Why a clinician must look at it, or None."""
        if self.is_open:
            return self.summary.reason
        return RECONSIDER if self.reconsider else None


class EvaluationFailure(CriteriaView):
    """An exception that ended an evaluation: its type, never its text, and the place in the code.

    `cause` is the event that was decided on; `accepted` is the request's event in JSON, of `type`,
    to be evaluated again.
    """

    cause: UUID
    error: str
    place: str
    engine_version: str
    failed_at: datetime
    type: str
    accepted: str


class CallItem(CriteriaView):
    """A call that an advisory asks for, named after it: due by an internal time that nobody outside
    is promised. `outcome` is how it ended, None while it is open.
    """

    item: str
    lines: tuple[int, ...]
    due_at: datetime
    breached: bool = False
    outcome: str | None = None
    closed_by: str | None = None


class LawClock(CriteriaView):
    """The newest clock of the determination as intake told it last: by which rule, since when,
    `due_at` (the law's own instant, not the earliest reading of it), what the law makes of missing
    it, and whether it is known to be `met`.
    """

    rule: str
    started_at: datetime
    due_at: datetime
    target_at: datetime | None = None
    on_expiry: OnExpiry = OnExpiry.NONE
    met: bool = False


class MissedClock(CriteriaView):
    """The determination did not come in time: by which rule, when it was due, and what the law
    makes of it for which `contents` of lines, once that is told (`on_expiry`).
    """

    rule: str
    due_at: datetime
    started_at: datetime | None = None
    on_expiry: OnExpiry = OnExpiry.NONE
    contents: tuple[LineDigest, ...] = ()

    @property
    def by_law(self) -> bool:
        """Whether the law approved what is named."""
        return self.on_expiry is OnExpiry.APPROVED_BY_LAW

    def names(self, sequence: int, digest: str | None) -> bool:
        """Whether what the law makes of it is about this content of the line."""
        return any((one.sequence, one.digest) == (sequence, digest) for one in self.contents)


class CriteriaState(CriteriaView):
    """The case of one `member`.

    `due_at` is when a clinician must have looked; `clock_due_at` is the earliest reading of the
    regulatory clocks, by which work is listed, `law` the strictest of them with the law's own
    instant, `further` those of other duties beside it, and `missed` are those that passed, the
    newest last; `reviews` and `closures` (of calls) are idempotency keys.

    `evaluated` is the latest evaluation in JSON while a line is open: what an answer to a question
    is compared with. `failure` stands as long as this version has not been evaluated.

    `asked` are clinicians' questions, open while a line of theirs is pended. `resembles` is a case
    that was refused: this one may be its appeal. `notification` numbers a declared emergency.
    """

    version: int
    member: str
    evaluation_id: UUID
    received_at: datetime
    urgency: Urgency
    lines: tuple[Line, ...]
    due_at: datetime | None = None
    clock_due_at: datetime | None = None
    law: LawClock | None = None
    further: dict[int, LawClock] = {}
    missed: tuple[MissedClock, ...] = ()
    reviews: tuple[str, ...] = ()
    closures: tuple[str, ...] = ()
    withdrawn: bool = False
    evaluated: str | None = None
    asked: tuple[Question, ...] = ()
    failure: EvaluationFailure | None = None
    calls: tuple[CallItem, ...] = ()
    resembles: UUID | None = None
    notification: str | None = None

    def why_listed(self, line: Line) -> str | None:
        """Why a clinician must look at a line of the case, or None."""
        if self.against_law(line):
            return OnExpiry.APPROVED_BY_LAW.value
        return APPEAL if line.listed and self.resembles else line.listed

    def by_law(self, line: Line) -> OnExpiry | None:
        """What the law makes of a line whose determination did not come in time; None where it was
        not missed. What the law has approved stays approved, for that content and no other.
        """
        named = [one for one in self.missed if one.names(line.sequence, line.summary.digest)]
        if any(one.by_law for one in named):
            return OnExpiry.APPROVED_BY_LAW
        newest = self.missed[-1] if self.missed else None
        if newest is None or (self.law is not None and self.law.due_at > newest.due_at):
            return None
        return newest.on_expiry if newest in named else OnExpiry.NONE

    def against_law(self, line: Line) -> bool:
        """Whether a line is refused or reduced that the law has approved: a person must look."""
        adverse = line.summary.determination in ADVERSE
        return adverse and self.by_law(line) is OnExpiry.APPROVED_BY_LAW

    def confirmed(self, line: Line) -> bool:
        """Whether a nurse has confirmed the emergency that the line is for: nothing more is to be
        done for it, until somebody asks for care after it.
        """
        return line.summary.determination is Determination.NO_ACTION and any(
            call.item == NOTICE and call.outcome == REACHED for call in self.calls
        )

    def line(self, sequence: int) -> Line | None:
        """The line of this sequence."""
        return next((line for line in self.lines if line.sequence == sequence), None)
