"""What letters publishes: notices issued, rendered and delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared.events import adverse
from shared.events.criteria import Basis, Reviewer
from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Code, EventData, Part, Sha256

LETTERS = "pa.letters.v1"


class LetterKind(OpenEnumeration):
    """What a notice tells."""

    APPROVAL = "approval"
    PARTIAL = "partial"
    PENDED = "pended"
    REFUSAL = "refusal"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"


class Audience(OpenEnumeration):
    """Whom a notice addresses."""

    MEMBER = "member"
    PROVIDER = "provider"
    OTHER = "other"


class LetterIssued(EventData):
    """A notice exists: its content is fixed by these hashes, its document is made from them.

    One that refuses names the clinicians who decided so. Where no `documents_follow`, its content
    is what is handed over to be sent; else that is done once it is rendered.
    """

    model_config = ConfigDict(
        json_schema_extra=adverse.rule("reviewers", several=True, kind="kind")
    )

    TYPE: ClassVar[str] = "pa.letters.letter-issued.v1"
    TOPIC: ClassVar[str] = LETTERS
    REFUSES: ClassVar[adverse.Refuses | None] = adverse.notice_refuses

    letter_id: UUID
    notice_id: UUID
    kind: LetterKind
    audience: Audience
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    determination: Code
    issued_at: datetime
    template: Code
    template_sha256: Sha256
    content_sha256: Sha256
    fonts_sha256: Sha256
    basis: Basis | None = None
    reviewers: tuple[Reviewer, ...] = ()
    documents_follow: bool = True

    @property
    def codes(self) -> tuple[str, ...]:
        """What it tells, in the codes of determinations."""
        refuses = self.kind is LetterKind.REFUSAL
        return (self.determination, *((adverse.NOT_CERTIFIED,) if refuses else ()))

    @model_validator(mode="after")
    def _stands_on_clinicians(self) -> Self:
        adverse.stand(self.codes, self.basis, self.reviewers)
        return self


class RenderedDocument(Part):
    """One rendering of a letter: format (`pdf`, `html`), size in bytes, and hash."""

    format: Code
    sha256: Sha256
    size: int


class LetterRendered(EventData):
    """The documents of a letter were made; the same content gives the same bytes."""

    TYPE: ClassVar[str] = "pa.letters.letter-rendered.v1"
    TOPIC: ClassVar[str] = LETTERS

    letter_id: UUID
    documents: tuple[RenderedDocument, ...]


class LetterDelivered(EventData):
    """A letter reached its addressee through `channel`."""

    TYPE: ClassVar[str] = "pa.letters.letter-delivered.v1"
    TOPIC: ClassVar[str] = LETTERS

    letter_id: UUID
    channel: Code
    delivered_at: datetime


class DeliveryFailed(EventData):
    """A letter could not be delivered through `channel`."""

    TYPE: ClassVar[str] = "pa.letters.delivery-failed.v1"
    TOPIC: ClassVar[str] = LETTERS

    letter_id: UUID
    channel: Code
    reason: Code
