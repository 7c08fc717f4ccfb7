"""What letters publishes: notices issued, rendered and delivered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

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
    """A notice exists: its content is fixed by these hashes, its document is made from them."""

    TYPE: ClassVar[str] = "pa.letters.letter-issued.v1"
    TOPIC: ClassVar[str] = LETTERS

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
