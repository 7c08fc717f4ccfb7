"""What can be commanded of the clocks of a case, who may, and what is written for it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter, field_validator

from shared.access.actions import Action, Relation
from shared.access.permissions import PERMISSIONS
from shared.access.principal import Principal, Role
from shared.events.clocks.acts import (
    AcknowledgeMailing,
    ClockAct,
    ClockActSubmitted,
    CorrectReceipt,
    Expedite,
    Extend,
    ReceiveInformation,
    RecordOralNotice,
    RefuseExpedite,
)
from shared.events.clocks.duties import ExtensionReason
from shared.ids import derive
from shared.lanes.seals import HEADER, Sealer
from shared.web.access import forbidden
from shared.web.keys import CommandKey

MOST_BY = 200
ACTS: TypeAdapter[ClockAct] = TypeAdapter(ClockAct)
RIGHTS: dict[str, Action] = {
    "extend": Action.EXTEND,
    "expedite": Action.EXPEDITE,
    "refuse_expedite": Action.REFUSE_EXPEDITE,
    "oral_notice": Action.ORAL_NOTICE,
    "mailed": Action.MAILED,
    "correct_receipt": Action.CORRECT_RECEIPT,
    "information_received": Action.INFORMATION_RECEIVED,
}
"""The right that each act needs."""


class KeyedAct(BaseModel):
    """An act by a key: the same again is the same act."""

    idempotency_key: CommandKey


class ExtendCommand(KeyedAct, Extend):
    """`Extend`, for a reason that this version knows."""

    @field_validator("reason")
    @classmethod
    def _known(cls, reason: ExtensionReason) -> ExtensionReason:
        if not reason.is_known:
            raise ValueError("is for readers alone")
        return reason


class ExpediteCommand(KeyedAct, Expedite):
    """`Expedite`."""


class RefuseExpediteCommand(KeyedAct, RefuseExpedite):
    """`RefuseExpedite`."""


class OralNoticeCommand(KeyedAct, RecordOralNotice):
    """`RecordOralNotice`."""


class MailingCommand(KeyedAct, AcknowledgeMailing):
    """`AcknowledgeMailing`."""


class ReceiptCommand(KeyedAct, CorrectReceipt):
    """`CorrectReceipt`."""


class InformationCommand(KeyedAct, ReceiveInformation):
    """`ReceiveInformation`."""


ClockActCommand: TypeAlias = (
    ExtendCommand
    | ExpediteCommand
    | RefuseExpediteCommand
    | OralNoticeCommand
    | MailingCommand
    | ReceiptCommand
    | InformationCommand
)
ClockCommand = Annotated[ClockActCommand, Field(discriminator="act")]


def submitted(
    case_id: UUID, command: ClockActCommand, principal: Principal, now: datetime
) -> ClockActSubmitted:
    """The act as it goes on the record: by whom, in which of their roles, and when; 403 where none
    of their roles may.
    """
    role = role_for(principal, RIGHTS[command.act])
    if role is None:
        raise forbidden("role", "None of the token's roles may do this to a clock.")
    return ClockActSubmitted(
        case_id=case_id,
        idempotency_key=command.idempotency_key,
        by=principal.subject[:MOST_BY],
        role=role.value,
        submitted_at=now,
        act=ACTS.validate_python(command.model_dump(exclude={"idempotency_key"})),
    )


def role_for(principal: Principal, action: Action) -> Role | None:
    """The first of the principal's roles that may do the action to any case."""
    granted = PERMISSIONS.grants[action]
    return next(
        (role for role in Role if role in principal.roles and granted.get(role) is Relation.ANY),
        None,
    )


def sealed_headers(
    sealer: Sealer, lane: int, act: ClockActSubmitted, value: bytes
) -> dict[str, str]:
    """The headers of an act's record, with the seal by which its reader knows that it came by this
    door: whoever else may write to the topic moves no clock.
    """
    named = {
        "ce_id": str(derive(act.case_id, act.idempotency_key)),
        "ce_type": act.TYPE,
        "ce_time": act.submitted_at.isoformat(),
        "ce_subject": str(act.case_id),
        "ce_caseclock": "",
        "ce_prev": "",
        "ce_causationid": "",
    }
    mark = sealer.mark(named, lane, value)
    return named | ({HEADER: mark} if mark else {})
