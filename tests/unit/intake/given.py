"""Named examples for intake's tests: a small native request, and events of the other services about
its case.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.intake.clocks.reference import clock_rules
from services.intake.clocks.running import timer_of
from services.intake.decide import decide
from services.intake.handlers import read
from services.intake.model import IntakeState, Submission
from shared.errors import Malformed
from shared.events.clocks.duties import ClockKind
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    CriteriaEvaluated,
    Determination,
    LineDetermined,
    LineSummary,
    Reviewer,
)
from shared.events.evaluation import Advisory, LineEvaluation
from shared.events.letters import (
    Audience,
    LetterIssued,
    LetterKind,
    LetterRendered,
    RenderedDocument,
)
from shared.events.request import Urgency
from shared.events.submissions import FHIR_BUNDLE, AuthorizationRequestSubmitted
from shared.ids import NAMESPACE, case_id
from shared.lanes.outcome import Outcome, Received, TimerDue

RECEIVED_AT = datetime(2026, 2, 27, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHA = "0" * 64
ADVERSE = frozenset({Determination.NOT_CERTIFIED, Determination.MODIFIED})
REVIEWER = Reviewer(
    id="dr-1", name="Dr. Example", licence="OH-1", licence_state="OH", specialty="neurosurgery"
)
CASE = case_id(uuid5(NAMESPACE, "opening"), 3)


def request(**changed: Any) -> dict[str, Any]:
    """A two-line native request as JSON values, with the given top-level fields changed."""
    return {
        "sender": "clinic-1",
        "reference": "R-1",
        "member": {
            "id": "M-1",
            "birth_date": "1960-01-02",
            "line_of_business": "medicare_advantage",
            "state": "OH",
        },
        "urgency": "standard",
        "lines": [line(1), line(2)],
        "facts": [
            {"path": "imaging.mri", "value": True, "source": {"document": "mri-1", "page": 2}}
        ],
        "documents": [{"id": "mri-1", "kind": "imaging"}],
    } | changed


def line(sequence: int, **changed: Any) -> dict[str, Any]:
    """A service line as JSON values."""
    return {
        "sequence": sequence,
        "services": ["decompression"],
        "codes": [{"system": "cpt", "code": "63276"}],
        "diagnoses": ["C79.51"],
    } | changed


def raw(content: Any) -> bytes:
    """JSON bytes."""
    return json.dumps(content).encode()


def submitted(
    content: dict[str, Any],
    *,
    fhir: bool = False,
    at: datetime = RECEIVED_AT,
    of: UUID | None = None,
) -> Received:
    """A submission as the lane hands it to the decision."""
    value = raw(content)
    kind = FHIR_BUNDLE if fhir else AuthorizationRequestSubmitted.TYPE
    submission = read(kind, {}, value)
    record = uuid5(NAMESPACE, f"{at}{of}{submission.content_sha256}")
    return Received(
        record,
        of or submission.amends or CASE,
        kind,
        submission,
        at,
        at,
        value,
    )


def outcome_of(reading: Callable[[], Submission]) -> Submission | str | None:
    """The submission that a reading gives, or the code of its refusal; any other exception is a
    failure of the test.
    """
    try:
        return reading()
    except Malformed as refused:
        return refused.code


def submission_of(received: Received) -> Submission:
    """The submission inside."""
    assert isinstance(received.data, Submission)
    return received.data


def when(state: IntakeState | None, received: Received) -> Outcome[IntakeState]:
    """The decision under the rules that ship."""
    return decide(clock_rules(), state, received)


def case_of(outcome: Outcome[IntakeState]) -> IntakeState:
    """The case after an outcome."""
    assert outcome.state is not None
    return outcome.state


def opened(**changed: Any) -> IntakeState:
    """The case that the example request opens."""
    return case_of(when(None, submitted(request(**changed))))


def told(data: Any, *, at: datetime = RECEIVED_AT + HOUR) -> Received:
    """An event of another service, or a timer."""
    return Received(
        uuid5(NAMESPACE, repr(data)), UUID(int=1), getattr(type(data), "TYPE", ""), data, at, at
    )


def evaluated(urgency: Urgency = Urgency.STANDARD, version: int = 1) -> CriteriaEvaluated:
    """An evaluation that found this urgency."""
    return CriteriaEvaluated(
        evaluation_id=UUID(int=version),
        request_version=version,
        urgency=urgency,
        lines=(LineEvaluation(sequence=1, outcome="approve", reason="criteria_met"),),
        advisories=(
            Advisory(id="uncovered-level:L1", text="Level L1 is not covered by any line."),
        ),
        facts_sha256=SHA,
        engine_version="1",
    )


def line_determined(
    sequence: int, determination: Determination, *, basis: Basis | None = None, version: int = 1
) -> LineDetermined:
    """A line's determination under the evaluation of a version; a refusal is a clinician's."""
    basis = basis or (Basis.CLINICIAN if determination in ADVERSE else Basis.ENGINE)
    return LineDetermined(
        evaluation_id=UUID(int=version),
        sequence=sequence,
        determination=determination,
        basis=basis,
        reason="criteria_met",
        reviewer=REVIEWER if basis is Basis.CLINICIAN else None,
    )


def case_determined(
    *determinations: Determination, version: int = 1, urgency: Urgency = Urgency.STANDARD
) -> CaseDetermined:
    """A case determined line by line."""
    return CaseDetermined(
        evaluation_id=UUID(int=version),
        request_version=version,
        determination=determinations[0],
        urgency=urgency,
        lines=tuple(
            LineSummary(
                sequence=n,
                determination=one,
                basis=Basis.CLINICIAN if one in ADVERSE else Basis.ENGINE,
                reason="criteria_met",
                reviewer=REVIEWER if one in ADVERSE else None,
            )
            for n, one in enumerate(determinations, start=1)
        ),
    )


def letter(
    kind: LetterKind = LetterKind.APPROVAL,
    *,
    at: datetime = RECEIVED_AT + HOUR,
    of: CaseDetermined | None = None,
    to: Audience = Audience.MEMBER,
    documents: bool = False,
) -> LetterIssued:
    """A notice of a determination, of two approved lines unless another is given; it is handed over
    as it is, unless `documents` follow.
    """
    refuses = kind is LetterKind.REFUSAL
    approved = case_determined(Determination.APPROVED, Determination.APPROVED)
    return LetterIssued(
        letter_id=uuid5(NAMESPACE, f"{kind}{at}{to}{told(of or approved).id}"),
        notice_id=told(of or approved).id,
        kind=kind,
        audience=to,
        language="en",
        determination="A1",
        issued_at=at,
        template="approval",
        template_sha256=SHA,
        content_sha256=SHA,
        fonts_sha256=SHA,
        documents_follow=documents,
        **({"basis": Basis.CLINICIAN, "reviewers": (REVIEWER,)} if refuses else {}),
    )


def rendered(issued: LetterIssued) -> LetterRendered:
    """The documents of a letter."""
    pdf = RenderedDocument(format="pdf", sha256=SHA, size=9)
    return LetterRendered(letter_id=issued.letter_id, documents=(pdf,))


def clock_due(at: datetime, kind: ClockKind = ClockKind.DETERMINATION) -> Received:
    """The timer of a clock going off."""
    return told(TimerDue(timer_of(kind), at), at=at)


def types(outcome: Outcome[IntakeState]) -> list[str]:
    """The names of the events of an outcome."""
    return [type(emit.data).__name__ for emit in outcome.events]
