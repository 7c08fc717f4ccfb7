"""What intake publishes: requests as accepted, refused submissions, and the regulatory clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, TypeAlias
from uuid import UUID

from pydantic import Field

from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Code, EventData, Sha256, Token
from shared.events.request import AuthorizationRequest, Completion, RequestOutline

INTAKE = "pa.intake.v1"


class Channel(OpenEnumeration):
    """The form in which a submission came."""

    NATIVE = "native"
    FHIR_PAS = "fhir_pas"
    OTHER = "other"


class AcceptedOutline(EventData):
    """What every accepted version of a request carries; `due_at` is when its determination clock
    runs out, as of this version. `completions` are the fields of `request` that are not as the
    sender wrote them: `content_sha256` is of what was sent.
    """

    submission_id: UUID
    version: Annotated[int, Field(ge=1)]
    sender: Token
    reference: Annotated[str | None, Field(max_length=200)] = None
    channel: Channel
    received_at: datetime
    content_sha256: Sha256
    due_at: datetime | None = None
    request: RequestOutline
    completions: tuple[Completion, ...] = ()


class ReceivedOutline(AcceptedOutline):
    """`RequestReceived` as a reader takes it that does not judge the request.

    `resembles` is a case of the same sender and member that asked for the same and was refused in
    whole or in part: a person decides whether this one is an appeal.
    """

    TYPE: ClassVar[str] = "pa.intake.request-received.v1"
    TOPIC: ClassVar[str] = INTAKE

    resembles: UUID | None = None


class RequestReceived(ReceivedOutline):
    """A new request is accepted and its case is open."""

    request: AuthorizationRequest


class AmendedOutline(AcceptedOutline):
    """`RequestAmended` as a reader takes it that does not judge the request."""

    TYPE: ClassVar[str] = "pa.intake.request-amended.v1"
    TOPIC: ClassVar[str] = INTAKE


class RequestAmended(AmendedOutline):
    """A new version of an open request is accepted; it replaces the version before it."""

    request: AuthorizationRequest
    changed_lines: tuple[int, ...] = ()
    cancelled_lines: tuple[int, ...] = ()


Accepted: TypeAlias = RequestReceived | RequestAmended


class RequestCancelled(EventData):
    """The sender withdrew the whole request."""

    TYPE: ClassVar[str] = "pa.intake.request-cancelled.v1"
    TOPIC: ClassVar[str] = INTAKE

    submission_id: UUID
    version: Annotated[int, Field(ge=1)]
    received_at: datetime


class SubmissionRejected(EventData):
    """A submission could not be accepted; `code` and `detail` say why without repeating its
    content. The raw bytes are kept.
    """

    TYPE: ClassVar[str] = "pa.intake.submission-rejected.v1"
    TOPIC: ClassVar[str] = INTAKE

    submission_id: UUID
    code: Code
    detail: Annotated[str, Field(max_length=1_000)]
    raw_sha256: Sha256
    raw_bytes: Annotated[int, Field(ge=0)]
    received_at: datetime


class SubmissionDuplicated(EventData):
    """The same sender sent the same request again while its case is open and nothing of it was
    refused; that stands as it is.
    """

    TYPE: ClassVar[str] = "pa.intake.submission-duplicated.v1"
    TOPIC: ClassVar[str] = INTAKE

    submission_id: UUID
    received_at: datetime
