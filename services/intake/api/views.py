"""What intake's HTTP shows of a case: status and clock, never clinical facts, names or
diagnoses.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.intake.api.case_clocks import CaseClock, case_clocks
from services.intake.model import REJECTED, IntakeState, Letter, LineStatus, Version
from services.intake.reading.missing import Need, needs
from services.intake.tables import SubmissionRow
from shared.events.criteria import Authorization, ContentChange, Determination
from shared.events.evaluation import Advisory, Question
from shared.events.request import Completion, LineOfBusiness, Urgency
from shared.instants import instant


class LineView(BaseModel):
    """A line and its determination in X12 306 codes; null while nothing is determined.

    `former_authorizations` stay valid for the content that they were given for.
    """

    sequence: int
    segment: str | None
    services: tuple[str, ...]
    codes: tuple[str, ...]
    determination: Determination | None
    reason: str | None
    change: ContentChange | None
    authorization_number: str | None
    former_authorizations: tuple[Authorization, ...]


class MissingView(BaseModel):
    """A field of the request that nobody knows, and who needs it; the clock runs all the same."""

    field: str
    needed_by: tuple[Need, ...]


class CaseView(BaseModel):
    """A case as intake knows it; `resembles` is a case that asked for the same and was refused at
    `refused_before`. A declared emergency has a `notification_number` and needs no approval.
    `completions` are the fields that the payer's own records filled or contradict.
    """

    case_id: UUID
    sender: str
    reference: str | None
    urgency: Urgency
    line_of_business: LineOfBusiness
    determination: Determination | None
    settled: bool
    cancelled: bool
    versions: tuple[Version, ...]
    lines: tuple[LineView, ...]
    clock: CaseClock
    clocks: tuple[CaseClock, ...]
    letters: tuple[Letter, ...]
    advisories: tuple[Advisory, ...]
    questions: tuple[Question, ...]
    resembles: UUID | None
    refused_before: datetime | None
    notification_number: str | None = None
    missing: tuple[MissingView, ...] = ()
    completions: tuple[Completion, ...] = ()


class SubmissionView(BaseModel):
    """What became of a submission; `case_id` is the case that holds it, `code` and `detail` say
    why one was rejected.
    """

    submission_id: UUID
    case_id: UUID | None
    outcome: str
    code: str
    detail: str
    received_at: datetime
    sha256: str


class SubmittedView(BaseModel):
    """A submission that the log has; `case_id` and `case` are there for who waited until every line
    had an outcome.
    """

    submission_id: UUID
    status: Literal["accepted", "settled"] = "accepted"
    case_id: UUID | None = None
    case: CaseView | None = None


def case_view(case_id: UUID, state: IntakeState) -> CaseView:
    """A case for a reader."""
    return CaseView(
        case_id=case_id,
        sender=state.sender,
        reference=state.reference,
        urgency=state.urgency,
        line_of_business=state.line_of_business,
        determination=state.determination,
        settled=state.settled,
        cancelled=state.cancelled,
        versions=state.versions,
        lines=tuple(_line_view(one) for one in state.lines),
        clock=CaseClock.model_validate(state.clock),
        clocks=case_clocks(state.clocks),
        letters=state.letters,
        advisories=state.advisories,
        questions=state.questions,
        resembles=state.resembles,
        refused_before=state.refused_before,
        notification_number=state.notification,
        missing=tuple(
            MissingView(field=one.field, needed_by=one.needed_by) for one in needs(state.missing)
        ),
        completions=state.completions,
    )


def submission_view(row: SubmissionRow) -> SubmissionView:
    """A kept submission for a reader, without its bytes."""
    return SubmissionView(
        submission_id=row.submission_id,
        case_id=None if row.outcome == REJECTED else row.case_id,
        outcome=row.outcome,
        code=row.code,
        detail=row.detail,
        received_at=instant(row.received_at),
        sha256=row.sha256,
    )


def _line_view(status: LineStatus) -> LineView:
    return LineView(
        sequence=status.line.sequence,
        segment=status.line.segment,
        services=status.line.services,
        codes=tuple(one.written for one in status.line.codes),
        determination=status.determination,
        reason=status.reason,
        change=status.change,
        authorization_number=status.authorization_number,
        former_authorizations=status.former,
    )
