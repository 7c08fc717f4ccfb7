"""A clinician's question as the desk takes it: who asks, and whether the line still waits for an
answer; signed like a decision.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.criteria import store
from services.criteria.api.desk.desk import Desk
from services.criteria.decide.attestation import signed
from services.criteria.decide.declined import DETAILS
from shared.access.actions import Action, Relation
from shared.access.permissions import may
from shared.access.principal import Principal
from shared.events.content.digest import ContentDigest
from shared.events.evaluation import AskedOf
from shared.events.model import Day, Instant
from shared.events.reviews import (
    MOST_LINES,
    AskingClinician,
    DeclineCode,
    InformationAskedFor,
)
from shared.web.access import forbidden
from shared.web.keys import CommandKey
from shared.web.problems import Problem

WESTERNMOST = timedelta(hours=11)
"""So far behind UTC a day may still go on for a plan's member (Samoa)."""
AHEAD = timedelta(minutes=5)
"""So much the clock of whoever asks may be ahead."""


class AskCommand(BaseModel):
    """Ask about the content of a line as the clinician saw it: `what` in words, of whom, and until
    which day an answer helps. `asked_at` is when they were asked by word of mouth, where that was
    before now. The same `idempotency_key` again is the same command.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    act: Literal["ask"]
    idempotency_key: CommandKey
    sequence: Annotated[int, Field(ge=1, le=MOST_LINES)]
    content_digest: ContentDigest
    evaluation_id: UUID
    what: Annotated[str, Field(min_length=1, max_length=1_000, pattern=r"\S")]
    asked_of: Literal[AskedOf.PROVIDER, AskedOf.MEMBER, AskedOf.NONCONTRACT_PROVIDER]
    until: Day
    asked_at: Instant | None = None


def question(
    desk: Desk, case_id: UUID, command: AskCommand, principal: Principal, now: datetime
) -> InformationAskedFor:
    """The command as the desk signs it; a problem that says why it cannot be taken."""
    asker = _asker(desk, principal)
    _waiting(desk, case_id, command)
    _timely(command, now)
    return signed(
        desk.key,
        InformationAskedFor(
            case_id=case_id,
            by=asker,
            asked_at=command.asked_at or now,
            registry_sha256=desk.registry.sha256,
            **command.model_dump(exclude={"act", "asked_at"}),
        ),
    )


def _asker(desk: Desk, principal: Principal) -> AskingClinician:
    """Who asks, as the registry has them, in a role that they have there and by their token; 403
    where they may not.
    """
    clinician = desk.registry.find(principal.subject)
    if clinician is None:
        raise forbidden("not_registered", "The registry does not have whoever the token names.")
    for role in sorted(clinician.roles & principal.roles):
        if may(Principal(principal.subject, frozenset({role})), Action.ASK, Relation.ANY):
            return AskingClinician(id=clinician.id, name=clinician.name, role=role.value)
    raise forbidden("role", "In none of their roles may they ask.")


def _timely(command: AskCommand, now: datetime) -> None:
    """422 where the last day for an answer is over everywhere, or they were not asked yet."""
    if command.until < (now - WESTERNMOST).date():
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "in_the_past", "Nobody can answer by a day gone by."
        )
    if command.asked_at is not None and command.asked_at > now + AHEAD:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "in_the_future", "The instant lies in the future."
        )


def _waiting(desk: Desk, case_id: UUID, command: AskCommand) -> None:
    """409 where the clinician saw something else than what is open now; the case asks again."""
    line = store.waiting(desk.engine, case_id, command.sequence)
    if line is None:
        raise Problem(HTTPStatus.NOT_FOUND, "unknown_line", "No such line waits for anybody.")
    if line.content_digest != command.content_digest:
        code = DeclineCode.STALE_CONTENT
    elif not line.is_open:
        code = DeclineCode.ALREADY_DETERMINED
    else:
        return
    raise Problem(HTTPStatus.CONFLICT, code.value, DETAILS[code])
