"""What criteria publishes: evaluations and their evidence, determinations, questions, referrals."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.events import adverse
from shared.events.content.changes import EvaluationChanges
from shared.events.content.digest import ContentDigest
from shared.events.evaluation import (
    Advisory,
    Citation,
    LineEvaluation,
    OtherWay,
    PolicyRef,
    Question,
    Score,
    Statement,
    Triage,
    Unread,
)
from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Code, EventData, Part, Sha256, Token
from shared.events.request import Provider, Urgency

CRITERIA = "pa.criteria.v1"


class Determination(OpenEnumeration):
    """The determination of a line in X12 306 codes.

    Software produces A1, A4, or for a declared emergency NA (no action required) only; the others
    need a clinician or the sender.
    """

    APPROVED = "A1"
    PARTIAL = "A2"
    NOT_CERTIFIED = "A3"
    PENDED = "A4"
    MODIFIED = "A6"
    NO_ACTION = "NA"
    CANCELLED = "C"
    OTHER = "other"


class Basis(OpenEnumeration):
    """Who or what the determination rests on."""

    ENGINE = "engine"
    CLINICIAN = "clinician"
    SENDER = "sender"
    OTHER = "other"


class ContentChange(StrEnum):
    """How a line's content differs from the one that was determined before."""

    SAME = "same"
    ADMINISTRATIVE = "administrative"
    CLINICAL = "clinical"


class EvaluationOutline(EventData):
    """`CriteriaEvaluated` as a reader takes it that does not look into the criteria. A policy or
    triage found it as urgent as `urgency_found`, whatever its sender says.
    """

    TYPE: ClassVar[str] = "pa.criteria.criteria-evaluated.v1"
    TOPIC: ClassVar[str] = CRITERIA

    evaluation_id: UUID
    request_version: int
    urgency: Urgency
    advisories: tuple[Advisory, ...] = ()
    questions: tuple[Question, ...] = ()
    urgency_found: Urgency | None = None


class CriteriaEvaluated(EvaluationOutline):
    """Every line was evaluated against the policy in force, with the evidence for every node;
    `changes` since the evaluation before it, if there was one. `unread` are names of the request
    that nobody reads. `triage`: the request may be an emergency, whatever any policy says.
    """

    lines: tuple[LineEvaluation, ...]
    scores: tuple[Score, ...] = ()
    citations: tuple[Citation, ...] = ()
    other_ways: tuple[OtherWay, ...] = ()
    facts_sha256: Sha256
    vocabulary_sha256: Sha256 | None = None
    engine_version: Code
    changes: EvaluationChanges | None = None
    triage: Triage | None = None
    unread: Annotated[tuple[Unread, ...], Field(max_length=50)] = ()


class LineDigest(Part):
    """Which content of a line is meant."""

    sequence: int
    digest: ContentDigest


class ReviewRequested(EventData):
    """A clinician must look at these lines, by `due_at`; a review names their `contents`."""

    TYPE: ClassVar[str] = "pa.criteria.review-requested.v1"
    TOPIC: ClassVar[str] = CRITERIA

    evaluation_id: UUID
    lines: tuple[int, ...]
    contents: tuple[LineDigest, ...] = ()
    reason: Code
    urgency: Urgency
    due_at: datetime


class InformationRequested(EventData):
    """The provider is asked for what is missing."""

    TYPE: ClassVar[str] = "pa.criteria.information-requested.v1"
    TOPIC: ClassVar[str] = CRITERIA

    evaluation_id: UUID
    questions: tuple[Question, ...]


class Reviewer(Part):
    """The clinician who decided: identity, licence and specialty."""

    id: Token
    name: Token
    licence: Token
    licence_state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    specialty: Token
    licence_valid_until: date | None = None


class Authorization(Part):
    """What an approval grants: its number, how long it is valid, how much, where and by whom."""

    number: Code
    valid_from: date
    valid_to: date
    units: int
    site: Annotated[str | None, Field(max_length=64)] = None
    performer: Provider = Provider()


class LineDetermined(EventData):
    """A content of a line has a determination. An adverse one exists only on the basis of a
    clinician.

    `change` says how the content differs from the one determined before it; `former` are
    authorizations of former contents that stay valid for what they were given for.
    """

    model_config = ConfigDict(json_schema_extra=adverse.rule())

    TYPE: ClassVar[str] = "pa.criteria.line-determined.v1"
    TOPIC: ClassVar[str] = CRITERIA
    REFUSES: ClassVar[adverse.Refuses | None] = adverse.refuses

    evaluation_id: UUID
    sequence: int
    segment: Annotated[str | None, Field(max_length=64)] = None
    determination: Determination
    basis: Basis
    reason: Code
    digest: ContentDigest | None = None
    change: ContentChange | None = None
    authorization: Authorization | None = None
    former: tuple[Authorization, ...] = ()
    policy: PolicyRef | None = None
    reviewer: Reviewer | None = None

    _founded = model_validator(mode="after")(adverse.founded)


class LineSummary(Part):
    """A line's determination inside its case; `basis`, `digest`, `change`, `former` and `reviewer`
    as in `LineDetermined`.
    """

    model_config = ConfigDict(json_schema_extra=adverse.rule())

    sequence: int
    segment: Annotated[str | None, Field(max_length=64)] = None
    services: tuple[Code, ...] = ()
    codes: tuple[Code, ...] = ()
    determination: Determination
    basis: Basis | None = None
    reason: Code
    digest: ContentDigest | None = None
    change: ContentChange | None = None
    authorization: Authorization | None = None
    former: tuple[Authorization, ...] = ()
    policy: PolicyRef | None = None
    reviewer: Reviewer | None = None

    _founded = model_validator(mode="after")(adverse.founded)


class CaseDetermined(EventData):
    """Every line of a request version has a determination; it carries what the notices say.

    `notification` is the number under which a declared emergency is noted: emergency care needs no
    approval, and what is not approved of it is NA, which decides nothing about later care.

    `evaluation_failed`: the version could not be evaluated, and the lines without a determination
    wait for a clinician or for another evaluation; no notice is written. `urgency_found` by triage.
    """

    model_config = ConfigDict(json_schema_extra=adverse.rule_of_lines())

    TYPE: ClassVar[str] = "pa.criteria.case-determined.v1"
    TOPIC: ClassVar[str] = CRITERIA
    REFUSES: ClassVar[adverse.Refuses | None] = adverse.line_refuses

    evaluation_id: UUID
    request_version: int
    determination: Determination
    urgency: Urgency
    lines: tuple[LineSummary, ...]
    advisories: tuple[Advisory, ...] = ()
    questions: tuple[Question, ...] = ()
    other_ways: tuple[OtherWay, ...] = ()
    statements: tuple[Statement, ...] = ()
    notification: Code | None = None
    evaluation_failed: bool = False
    urgency_found: Urgency | None = None

    @model_validator(mode="after")
    def _stands_on_its_lines(self) -> Self:
        """A case refuses what a line of it refuses, which names its clinician."""
        if self.determination not in adverse.ADVERSE:
            return self
        alike = [one for one in self.lines if one.determination is self.determination]
        adverse.stand(
            (self.determination,),
            alike[0].basis if alike else None,
            [one.reviewer for one in alike],
        )
        return self
