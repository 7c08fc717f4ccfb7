"""What people write to `pa.reviews.v1`: decisions on lines, calls that are done, requests for
another evaluation; and what criteria publishes of calls.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.events import adverse
from shared.events.content import ContentDigest
from shared.events.criteria import CRITERIA, Determination, Reviewer
from shared.events.model import Code, EventData, Token

REVIEWS = "pa.reviews.v1"


class ReviewSubmitted(EventData):
    """A clinician decided the content of a line that they saw, `content_digest`, by the evaluation
    that they saw: an approval needs the content to be the newest, an adverse decision the
    evaluation too.
    """

    TYPE: ClassVar[str] = "pa.reviews.review-submitted.v1"
    TOPIC: ClassVar[str] = REVIEWS

    case_id: UUID
    idempotency_key: Token
    evaluation_id: UUID
    sequence: int
    content_digest: ContentDigest
    determination: Literal[
        Determination.APPROVED, Determination.MODIFIED, Determination.NOT_CERTIFIED
    ]
    reviewer: Reviewer
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
    criterion: Code


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

    evaluation_id: UUID
    sequence: int
    digest: ContentDigest | None = None
    determination: Determination
    reviewer: Reviewer
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
    criterion: Code

    @model_validator(mode="after")
    def _stands_on_a_clinician(self) -> Self:
        adverse.stand((self.determination,), adverse.CLINICIAN, (self.reviewer,))
        return self


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
