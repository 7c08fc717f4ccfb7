"""What people write to `pa.reviews.v1`: decisions on lines, calls that are done, requests for
another evaluation; and what criteria publishes of calls.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal, Self, get_args
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from shared.events import adverse
from shared.events.content.digest import ContentDigest
from shared.events.criteria import CRITERIA, Determination, Reviewer
from shared.events.evaluation import AskedOf
from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Code, Day, EventData, Part, Sha256, Token

REVIEWS = "pa.reviews.v1"


MOST_LINES = 100_000
"""The highest number that a line may have: no request comes near it, and every column takes it."""
Words = Annotated[str, Field(min_length=1, max_length=4_000)]


ExternalKind = Literal[
    "ncd",
    "lcd",
    "statute",
    "benefit_provision",
    "licensed_guideline",
    "reasonable_and_necessary",
]
EXTERNAL_KINDS: frozenset[str] = frozenset(get_args(ExternalKind))


class CriterionBasis(Part):
    """A decision rests on a criterion of an edition of the plan's own policies."""

    kind: Literal["criterion"]
    policy: Code
    version: Code
    criterion: Code


class ExternalBasis(Part):
    """A decision rests on a criterion that is no policy of the plan's: which one, of when, where it
    can be read (or "copy on request"), and what it says in plain words.
    """

    kind: ExternalKind
    name: Token
    edition: Token
    section: Token
    dated: date
    where: Annotated[str, Field(min_length=1, max_length=300)]
    words: Annotated[str, Field(min_length=1, max_length=1_000)]


DecisionBasis = Annotated[CriterionBasis | ExternalBasis, Field(discriminator="kind")]
"""What a clinician's decision rests on."""


class ReviewSubmitted(EventData):
    """A clinician decided the content of a line that they saw, `content_digest`, by the evaluation
    that they saw: an approval needs the content to be the newest, an adverse decision the
    evaluation too, and a `basis`. A modification says what it grants: so many units in all, or no
    longer than `granted_until`, the last day.

    `attestation` is a JWS of the desk over all the rest, made when the command was taken: who
    decided, by which licence as the registry of that hash had it, and when. Without it the review
    decides nothing.
    """

    TYPE: ClassVar[str] = "pa.reviews.review-submitted.v1"
    TOPIC: ClassVar[str] = REVIEWS
    REFUSES: ClassVar[adverse.Refuses | None] = adverse.refuses

    case_id: UUID
    idempotency_key: Token
    evaluation_id: UUID
    sequence: Annotated[int, Field(ge=1, le=MOST_LINES)]
    content_digest: ContentDigest
    determination: Literal[
        Determination.APPROVED, Determination.MODIFIED, Determination.NOT_CERTIFIED
    ]
    reviewer: Reviewer
    reason: Words
    criterion: Code
    basis: DecisionBasis | None = None
    granted_units: Annotated[int, Field(ge=1)] | None = None
    granted_until: Day | None = None
    decided_at: AwareDatetime | None = None
    registry_sha256: Sha256 | None = None
    attestation: Annotated[str | None, Field(min_length=1, max_length=40_000)] = None


class AskingClinician(Part):
    """Who asks for information, as the registry has them, and in which role."""

    id: Token
    name: Token
    role: Token


class InformationAskedFor(EventData):
    """A clinician asks for information about the content of a line that they saw: `what` in words,
    of whom, until which day an answer helps, and when they were asked. The line stays pended; what
    that means for a clock its rule says.

    `attestation` is the desk's signature as on a review: without it nobody is asked anything.
    """

    TYPE: ClassVar[str] = "pa.reviews.information-asked-for.v1"
    TOPIC: ClassVar[str] = REVIEWS

    case_id: UUID
    idempotency_key: Token
    evaluation_id: UUID
    sequence: Annotated[int, Field(ge=1, le=MOST_LINES)]
    content_digest: ContentDigest
    by: AskingClinician
    what: Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"\S")]
    asked_of: Literal[AskedOf.PROVIDER, AskedOf.MEMBER, AskedOf.NONCONTRACT_PROVIDER]
    until: Day
    asked_at: AwareDatetime
    registry_sha256: Sha256
    attestation: Annotated[str | None, Field(min_length=1, max_length=40_000)] = None


class ReevaluationRequested(EventData):
    """Somebody asks that a case be evaluated again whose evaluation failed, once the software is
    mended: `by` says who, `reason` why.
    """

    TYPE: ClassVar[str] = "pa.reviews.reevaluation-requested.v1"
    TOPIC: ClassVar[str] = REVIEWS

    case_id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=400)]
    by: Token


class CallClosed(EventData):
    """A call that the worklist asked for is done: `item` names it within its case, `by` says who
    called.
    """

    TYPE: ClassVar[str] = "pa.reviews.call-closed.v1"
    TOPIC: ClassVar[str] = REVIEWS

    case_id: UUID
    idempotency_key: Token
    item: Code
    by: Token
    outcome: Literal["reached", "not_reached", "declined"]


class ReviewRecorded(EventData):
    """A clinician's decision on the content of a line is on record."""

    model_config = ConfigDict(json_schema_extra=adverse.rule(basis=False))

    TYPE: ClassVar[str] = "pa.criteria.review-recorded.v1"
    TOPIC: ClassVar[str] = CRITERIA
    REFUSES: ClassVar[adverse.Refuses | None] = adverse.refuses

    evaluation_id: UUID
    sequence: int
    digest: ContentDigest | None = None
    determination: Determination
    reviewer: Reviewer
    reason: Words
    criterion: Code
    basis: DecisionBasis | None = None
    decided_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _stands_on_a_clinician(self) -> Self:
        adverse.stand((self.determination,), adverse.CLINICIAN, (self.reviewer,))
        return self


class DeclineCode(OpenEnumeration):
    """Why a review, or a question of a clinician's, was not taken."""

    UNKNOWN_CASE = "unknown_case"
    UNKNOWN_LINE = "unknown_line"
    NOT_ATTESTED = "not_attested"
    WRONG_SIGNATURE = "wrong_signature"
    KEY_RETIRED = "key_retired"
    ATTESTATION_DIFFERS = "attestation_differs"
    REVIEWER_INCOMPLETE = "reviewer_incomplete"
    LICENCE_EXPIRED = "licence_expired"
    STALE_CONTENT = "stale_content"
    STALE_EVALUATION = "stale_evaluation"
    ALREADY_DETERMINED = "already_determined"
    NO_BASIS = "no_basis"
    UNKNOWN_CRITERION = "unknown_criterion"
    EDITION_OVERDUE = "edition_overdue"
    FORBIDDEN_SOLE_REASON = "forbidden_sole_reason"
    APPROVED_BY_LAW = "approved_by_law"
    GRANT_UNSTATED = "grant_unstated"
    NOT_LESS = "not_less"
    NOT_PENDED = "not_pended"
    TOO_MANY_QUESTIONS = "too_many_questions"
    OTHER = "other"


class ReviewDeclined(EventData):
    """A review, or a question of a clinician's, was read and not taken: nothing was decided and
    nobody asked, and its writer finds out why.
    """

    TYPE: ClassVar[str] = "pa.criteria.review-declined.v1"
    TOPIC: ClassVar[str] = CRITERIA

    idempotency_key: Token
    sequence: int
    content_digest: ContentDigest
    code: DeclineCode
    detail: Annotated[str, Field(min_length=1, max_length=400)]


class CallBreached(EventData):
    """A call on the worklist was not closed by `due_at`; `item` is the id of the advisory that asks
    for it. It stays open.
    """

    TYPE: ClassVar[str] = "pa.criteria.call-breached.v1"
    TOPIC: ClassVar[str] = CRITERIA

    item: Code
    lines: tuple[int, ...]
    due_at: datetime


class CallRecorded(EventData):
    """A call on the worklist is closed: who called, and whether somebody was reached (`reached`,
    `not_reached`, `declined`).
    """

    TYPE: ClassVar[str] = "pa.criteria.call-recorded.v1"
    TOPIC: ClassVar[str] = CRITERIA

    item: Code
    by: Token
    outcome: Code
