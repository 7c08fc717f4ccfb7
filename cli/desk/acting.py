"""Gives the desk an act on a clock, and waits for what intake makes of it."""

from __future__ import annotations

from time import sleep
from typing import Any
from urllib.parse import quote

from cli.services import web
from cli.services.addresses import url_of
from shared.access.principal import Role
from shared.clock import monotonic
from shared.errors import Unavailable
from shared.settings import Settings

Json = dict[str, Any]
PATIENCE, PAUSE = 10.0, 0.1
PENDING = "pending"


def give(address: str, command: Json, role: Role) -> Json:
    """The answer to a command; where none comes, the error says how to give the same one again."""
    try:
        answered: Json = web.post_json(address, command, role)
    except Unavailable as silent:
        key = command["idempotency_key"]
        raise Unavailable(
            str(silent),
            code=silent.code,
            remedy=f"The same command again with --key {key} is the same one.",
        ) from silent
    return answered


class ClockActs:
    """Acts through criteria's HTTP and looks at intake's, as somebody of a role."""

    def __init__(self, settings: Settings, role: Role) -> None:
        self._criteria, self._intake = url_of("criteria", settings), url_of("intake", settings)
        self._role = role

    def act(self, case_id: str, command: Json) -> Json:
        """What came of the act: `recorded`, a code with its sentence, or `pending` where it was not
        worked in ten seconds; with the case's clocks as they stand then.
        """
        given = give(f"{self._criteria}/v1/cases/{case_id}/commands", command, self._role)
        key = command["idempotency_key"]
        place = f"{self._intake}/v1/cases/{case_id}/clock-acts/{quote(key, safe='')}"
        # By the key alone, the answer would be that of whoever used it first.
        place = f"{place}?act={given['digest']}"
        deadline = monotonic() + PATIENCE
        while (found := web.get_if_there(place, self._role)) is None and monotonic() < deadline:
            sleep(PAUSE)
        answer: Json = found or {
            "case_id": case_id,
            "idempotency_key": key,
            "outcome": PENDING,
            "detail": "",
        }
        # Some who may act may not read the case: the act is taken all the same.
        case = web.get_if_allowed(f"{self._intake}/v1/cases/{case_id}", self._role) or {}
        return answer | {"clocks": case.get("clocks", [])}
