"""What people do to the clocks of a case, and what came of it."""

from __future__ import annotations

import hashlib
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.clocks.duties import ExtensionReason, Words
from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.intake import INTAKE
from shared.events.model import EventData, Instant, Part, Token
from shared.events.reviews import REVIEWS


class Extend(Part):
    """Take the longer time that the rule allows, once."""

    act: Literal["extend"]
    reason: ExtensionReason
    words: Words


class Expedite(Part):
    """The member or a physician asks that it be faster; a physician's word binds."""

    act: Literal["expedite"]
    asked_by: Literal["member", "representative", "physician"]
    asked_at: Instant


class RefuseExpedite(Part):
    """Go on as a standard request."""

    act: Literal["refuse_expedite"]
    words: Words


class RecordOralNotice(Part):
    """Somebody was told by word of mouth what was decided: whom, when, and whether anything was
    refused.
    """

    act: Literal["oral_notice"]
    addressee: Literal["member", "representative", "provider"]
    notified_at: Instant
    adverse: bool


class AcknowledgeMailing(Part):
    """The vendor says when a letter was mailed."""

    act: Literal["mailed"]
    letter_id: UUID
    mailed_at: Instant


class CorrectReceipt(Part):
    """The request came earlier than the record says: by telephone, fax or mail. `version` is the
    version that did, whose clocks are meant; the newest that began a clock where it is not named.
    """

    act: Literal["correct_receipt"]
    received_at: Instant
    words: Words
    version: Annotated[int | None, Field(ge=1)] = None


class ReceiveInformation(Part):
    """The information that was asked for came."""

    act: Literal["information_received"]
    received_at: Instant


ClockAct = Annotated[
    Extend
    | Expedite
    | RefuseExpedite
    | RecordOralNotice
    | AcknowledgeMailing
    | CorrectReceipt
    | ReceiveInformation,
    Field(discriminator="act"),
]


class ClockActSubmitted(EventData):
    """A person acts on the clocks of a case: `by` is who, as the desk knows them, and `role` in
    which role. The same `idempotency_key` again is the same act; for another it is declined.
    """

    TYPE: ClassVar[str] = "pa.reviews.clock-act-submitted.v1"
    TOPIC: ClassVar[str] = REVIEWS

    case_id: UUID
    idempotency_key: Token
    by: Token
    role: Token
    submitted_at: Instant
    act: ClockAct

    @property
    def digest(self) -> str:
        """What tells it from another act under its key: who did what, 32 hexadecimal digits."""
        who_did_what = repr((self.by, self.act.model_dump_json()))
        return hashlib.sha256(who_did_what.encode()).hexdigest()[:32]


class ClockActRecorded(EventData):
    """An act on the clocks was taken; what it changed is told by the events beside it."""

    TYPE: ClassVar[str] = "pa.intake.clock-act-recorded.v1"
    TOPIC: ClassVar[str] = INTAKE

    idempotency_key: Token
    by: Token
    role: Token
    act: ClockAct


class ActDeclineCode(OpenEnumeration):
    """Why an act on the clocks was not taken."""

    UNKNOWN_CASE = "unknown_case"
    NOT_RUNNING = "not_running"
    NEVER_EXTENDED = "never_extended"
    EXTENDED_BEFORE = "extended_before"
    REASON_NOT_ALLOWED = "reason_not_allowed"
    TOO_LATE = "too_late"
    PHYSICIAN_ASKED = "physician_asked"
    NOT_EXPEDITED = "not_expedited"
    UNKNOWN_LETTER = "unknown_letter"
    NOT_EARLIER = "not_earlier"
    IN_THE_FUTURE = "in_the_future"
    NOT_DECIDED = "not_decided"
    CONTRADICTED = "contradicted"
    NOTHING_ASKED = "nothing_asked"
    KEY_USED = "key_used"
    UNKNOWN_VERSION = "unknown_version"
    OTHER = "other"


class ClockActDeclined(EventData):
    """An act on the clocks was read and not taken; its writer finds out why."""

    TYPE: ClassVar[str] = "pa.intake.clock-act-declined.v1"
    TOPIC: ClassVar[str] = INTAKE

    idempotency_key: Token
    by: Token
    code: ActDeclineCode
    detail: Annotated[str, Field(min_length=1, max_length=400)]
