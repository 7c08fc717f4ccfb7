"""Example requests and determinations; a test sets only the field that deviates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from services.letters.decide import LetterTemplates, decide
from services.letters.model import LettersState
from services.letters.reference import CATALOGUES, catalogues
from services.letters.rendering import stationery
from shared.events.adverse import ADVERSE
from shared.events.clocks.acts import ClockActRecorded, RecordOralNotice
from shared.events.clocks.duties import (
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ClockStarted,
    ExpediteRefused,
    ExtensionReason,
    OnExpiry,
)
from shared.events.criteria import (
    Authorization,
    Basis,
    CaseDetermined,
    Determination,
    LineSummary,
    Reviewer,
)
from shared.events.evaluation import Advisory, PolicyRef, Question, Statement
from shared.events.intake import Channel, RequestReceived
from shared.events.letters import ABOUT_CLOCKS, LetterKind
from shared.events.model import EventData
from shared.events.request import (
    AuthorizationRequest,
    Document,
    LineOfBusiness,
    Member,
    Provider,
    ServiceCode,
    ServiceLine,
    Source,
    Urgency,
)
from shared.events.reviews import ReviewRecorded
from shared.ids import derive
from shared.lanes.outcome import Outcome, Received

NOW = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)
CASE = UUID("0b54ac9e-3f3a-5b55-9b63-000000000001")
OTHER_CASE = UUID("0b54ac9e-3f3a-5b55-9b63-000000000002")
POLICY = PolicyRef(
    policy="metastatic-spine",
    version="2026.1",
    sha256="ab" * 32,
    title="Surgery for metastatic spine disease",
    url="https://plan.example/policies/ms",
)
SOURCE = Source(document="exam", page=2, span="urinary incontinence, saddle anaesthesia")
REVIEWER = Reviewer(
    id="r-1", name="Dr. Robin Vale", licence="A-1234", licence_state="IL", specialty="Neurosurgery"
)
CODES = {
    LetterKind.APPROVAL: ("A1", "A1", "A1"),
    LetterKind.PARTIAL: ("A2", "A1", "A4"),
    LetterKind.PENDED: ("A4", "A4", "A4"),
    LetterKind.REFUSAL: ("A3", "A3", "A3"),
    LetterKind.WITHDRAWAL: ("C", "C", "C"),
}


DETERMINED = tuple(CODES)
"""Kinds of notice that a determination calls for; a clock calls for the others."""
WORDS = "The record of the visit on June 3 has not come yet, and it may support the request."
DUE = datetime(2026, 1, 8, 9, 0, tzinfo=UTC)
STANDARD_DUE = datetime(2026, 1, 13, 6, 0, tzinfo=UTC)
"""The end of January 12 in the plan's zone."""


def member(**changes: Any) -> Member:
    """A member with an ERISA plan."""
    return Member(
        **{
            "id": "M-1001",
            "name": "Ana María Núñez",
            "birth_date": date(1983, 4, 2),
            "line_of_business": LineOfBusiness.ERISA,
            "state": "IL",
            **changes,
        }
    )


def request(**changes: Any) -> AuthorizationRequest:
    """Two lines of spine surgery."""
    lines = (
        ServiceLine(
            sequence=1,
            segment="L4-S1",
            services=("spinal_decompression", "spinal_fusion"),
            codes=(ServiceCode(system="cpt", code="22612"),),
        ),
        ServiceLine(
            sequence=2,
            segment="T4-T8",
            services=("spinal_decompression", "spinal_fusion"),
            codes=(ServiceCode(system="cpt", code="22610", units=3),),
        ),
    )
    given = {
        "member": member(),
        "requester": Provider(npi="1234567893", name="Example Spine Center"),
        "lines": lines,
        "documents": (Document(id="exam", kind="note", title="Neurologic examination"),),
    }
    return AuthorizationRequest(**{**given, **changes})


def request_received(**changes: Any) -> RequestReceived:
    """The example request as accepted; `changes` go to the request."""
    return RequestReceived(
        submission_id=derive(CASE, "submission"),
        version=1,
        sender="example-hospital",
        reference="REF-77",
        channel=Channel.NATIVE,
        received_at=datetime(2026, 1, 5, 9, 0, tzinfo=UTC),
        content_sha256="cd" * 32,
        request=request(**changes),
    )


def line(sequence: int, determination: str, **changes: Any) -> LineSummary:
    """A determined line of the example."""
    approved = determination in {"A1", "A6"}
    grant = Authorization(
        number=f"AUTH-{sequence}00{sequence}",
        valid_from=date(2026, 1, 5),
        valid_to=date(2026, 4, 5),
        units=1,
        site="inpatient",
    )
    given = {
        "sequence": sequence,
        "segment": {1: "L4-S1", 2: "T4-T8"}.get(sequence),
        "services": ("spinal_decompression", "spinal_fusion"),
        "codes": ("22612",),
        "determination": determination,
        "reason": "criteria_met" if approved else "not_documented",
        "authorization": grant if approved else None,
        "policy": POLICY,
        **({"basis": Basis.CLINICIAN, "reviewer": REVIEWER} if determination in ADVERSE else {}),
    }
    return LineSummary(**{**given, **changes})


def determined(kind: LetterKind = LetterKind.APPROVAL, **changes: Any) -> CaseDetermined:
    """A determination that calls for a letter of the kind."""
    whole, first, second = CODES[kind]
    pends = Determination.PENDED.value in {first, second}
    given = {
        "evaluation_id": derive(CASE, "evaluation"),
        "request_version": 1,
        "determination": whole,
        "urgency": Urgency.EXPEDITED,
        "lines": (line(1, first), line(2, second)),
        "advisories": (
            Advisory(
                id="uncovered-level:L1",
                text="A severe lesion at L1 lies in no requested segment.",
                call_within_minutes=60,
            ),
        ),
        "questions": (
            Question(
                id="imaging-date",
                text="When was the imaging made?",
                paths=("imaging.date",),
                lines=(2,),
            ),
        )
        if pends
        else (),
        "statements": (
            Statement(
                text="Cauda equina syndrome is documented.",
                lines=(1,),
                sources=(SOURCE,),
                criterion="cauda-equina",
            ),
            Statement(text="Five of six walked again, says an untraced figure.", lines=(1,)),
        ),
    }
    return CaseDetermined(**{**given, **changes})


def reviewed(sequence: int, determination: str = "A3") -> ReviewRecorded:
    """A clinician's refusal of a line."""
    return ReviewRecorded(
        evaluation_id=derive(CASE, "evaluation"),
        sequence=sequence,
        determination=Determination(determination),
        reviewer=REVIEWER,
        reason="The record shows no instability at the levels asked for.",
        criterion="instability",
    )


def clock_started() -> ClockStarted:
    """The example's clock: expedited, 72 hours."""
    return ClockStarted(
        kind=ClockKind.DETERMINATION,
        urgency=Urgency.EXPEDITED,
        rule="erisa-urgent",
        citation="29 CFR 2560.503-1(f)(2)",
        started_at=NOW,
        due_at=DUE,
    )


def extended(*, tolled: bool = False, **changes: Any) -> ClockExtended:
    """The example's clock gets longer, or time stands still."""
    given = {
        "kind": ClockKind.DETERMINATION,
        "rule": "example",
        "due_at": datetime(2026, 1, 22, 9, 0, tzinfo=UTC),
        "former_due_at": DUE,
        "reason": ExtensionReason.NONCONTRACT_INFORMATION.value,
        "by": "nurse-1",
        "words": WORDS,
        "tolled": tolled,
    }
    return ClockExtended(**{**given, **changes})


def expired(on_expiry: OnExpiry, **changes: Any) -> ClockExpired:
    """The example's clock ran out."""
    given = {
        "rule": "example",
        "citation": "42 CFR 422.568(f)",
        "due_at": DUE,
        "on_expiry": on_expiry,
        "lines": (1, 2),
    }
    return ClockExpired(**{**given, **changes})


def expedite_refused() -> ExpediteRefused:
    """A person lets it go on as a standard request."""
    return ExpediteRefused(refused_at=NOW, by="nurse-1", words=WORDS)


def standard_clock() -> ClockStarted:
    """The clock of the example as a standard request."""
    changes = {"rule": "example-standard", "urgency": Urgency.STANDARD, "due_at": STANDARD_DUE}
    return clock_started().model_copy(update=changes)


def spoken(**changes: Any) -> ClockActRecorded:
    """Somebody was told by word of mouth."""
    given = {"act": "oral_notice", "addressee": "member", "notified_at": NOW, "adverse": True}
    act = RecordOralNotice(**{**given, **changes})
    return ClockActRecorded(idempotency_key="k-1", by="nurse-1", role="nurse", act=act)


def corrected(**changes: Any) -> ClockCorrected:
    """The example's deadline was met after all."""
    given = {
        "kind": ClockKind.DETERMINATION,
        "rule": "example",
        "started_at": NOW,
        "due_at": DUE,
        "stopped_at": NOW,
        "breached": False,
        "reason": "mailed_earlier",
    }
    return ClockCorrected(**{**given, **changes})


def clock_events(kind: LetterKind) -> tuple[EventData, ...]:
    """What happens to the clock of the example before, and at last, what calls for a notice of the
    kind.
    """
    return {
        LetterKind.EXTENSION: (extended(),),
        LetterKind.INFORMATION_MISSING: (extended(tolled=True),),
        LetterKind.EXPEDITE_REFUSED: (expedite_refused(), standard_clock()),
        LetterKind.DEEMED_ADVERSE: (expired(OnExpiry.ADVERSE_APPEALABLE),),
        LetterKind.APPROVED_BY_LAW: (
            expired(OnExpiry.APPROVED_BY_LAW, citation="42 CFR 422.113(c)(2)(iii)"),
        ),
        LetterKind.APPEALS_EXHAUSTED: (
            expired(OnExpiry.EXHAUSTED, citation="29 CFR 2560.503-1(l)"),
        ),
        LetterKind.ORAL_FOLLOW_UP: (spoken(),),
        LetterKind.EXPIRY_CORRECTED: (expired(OnExpiry.ADVERSE_APPEALABLE), corrected()),
    }[kind]


def received(data: Any, case_id: UUID = CASE, cause: str = "1") -> Received:
    """The data as the lane gives it to a decision."""
    kind = data.TYPE if isinstance(data, EventData) else ""
    return Received(
        id=derive(case_id, kind or type(data).__name__, cause),
        case_id=case_id,
        type=kind,
        data=data,
        time=NOW,
        received_at=NOW,
    )


@cache
def catalogue_texts() -> dict[str, str]:
    """The YAML text of each language's catalogue."""
    return {
        path.parent.name: path.read_text(encoding="utf-8")
        for path in sorted(Path(CATALOGUES).glob("*/letter.yaml"))
    }


@cache
def paper(provider_language: str = "en") -> LetterTemplates:
    """The shipped stationery, with providers written to in a language, and every catalogue as if
    its review had ended.
    """
    return replace(
        stationery(), languages=frozenset(catalogues()), provider_language=provider_language
    )


def told(
    kind: LetterKind = LetterKind.APPROVAL,
    language: str = "en",
    case_id: UUID = CASE,
    determination: CaseDetermined | None = None,
    **changes: Any,
) -> Outcome[LettersState]:
    """What follows from the example's determination, or from what becomes of its clock; `changes`
    go to the request.
    """
    events: list[EventData] = [request_received(language=language, **changes), clock_started()]
    events += [reviewed(1), reviewed(2)] if kind is LetterKind.REFUSAL else []
    events += clock_events(kind) if kind in ABOUT_CLOCKS else [determination or determined(kind)]
    outcome: Outcome[LettersState] = Outcome(None)
    for event in events:
        outcome = decide(paper(language), outcome.state, received(event, case_id), NOW)
    return outcome
