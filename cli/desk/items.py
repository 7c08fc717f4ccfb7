"""What waits for a clinician of a case, gathered so that they see what they decide and sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from cli.desk.acting import give
from cli.desk.pictures import DECIDE_NEXT, next_of
from cli.services import web
from cli.services.addresses import url_of
from shared.access.principal import Role
from shared.errors import Impossible
from shared.settings import Settings

Json = dict[str, Any]
UNSETTLED = ("not_met", "not_documented")
WAIT = 10


class DeskItems:
    """Reads and commands through criteria's and intake's HTTP, as somebody of a role."""

    def __init__(self, settings: Settings, role: Role) -> None:
        self._criteria, self._intake = url_of("criteria", settings), url_of("intake", settings)
        self._role = role

    def waiting(self, limit: int, case_id: str | None = None) -> list[Json]:
        """The worklist by due time, of all cases or of one."""
        asked = {"limit": str(limit)} | ({"case_id": case_id} if case_id else {})
        found: list[Json] = web.get(f"{self._criteria}/v1/worklist?{urlencode(asked)}", self._role)
        return found

    def item(self, case_id: str, sequence: int | None) -> Json:
        """A line that waits, with what is asked, what is not settled, and what would settle it.

        The only one that waits, where none is named; refused where there is none, or several.
        """
        lines = [one for one in self.waiting(1_000, case_id) if one["kind"] == "review"]
        chosen = [one for one in lines if sequence in {None, one["sequence"]}]
        if len(chosen) != 1:
            waiting = ", ".join(str(one["sequence"]) for one in lines) or "none"
            raise Impossible(
                f"Lines of this case that wait: {waiting}.",
                code="which_line" if chosen else "nothing_waits",
                remedy="Name one with --line." if chosen else "See `priorauth desk list`.",
            )
        case = web.get(f"{self._intake}/v1/cases/{case_id}", self._role)
        evaluation = web.get(f"{self._criteria}/v1/cases/{case_id}/evaluation", self._role)
        return _gathered(chosen[0], case, evaluation)

    def command(self, case_id: str, command: Json) -> Json:
        """Gives the desk a command, and what came of it."""
        address = f"{self._criteria}/v1/cases/{case_id}/commands?wait={WAIT}"
        try:
            answered = give(address, command, self._role)
        except web.HttpRefusal as refused:
            if refused.code not in DECIDE_NEXT:
                raise
            remedy = f"Next: {next_of(refused.code, case_id)}"
            raise Impossible(str(refused), code=refused.code, remedy=remedy) from refused
        return answered

    def answered(self, case_id: str, sequence: int | None, key: str | None) -> Json | None:
        """What came of the command that was given by a key before, if anything did: its repeat is
        the same one, and its line need not wait any more.
        """
        if key is None:
            return None
        place = f"{self._criteria}/v1/cases/{case_id}/reviews/{quote(key, safe='')}"
        found: Json | None = web.get_if_there(place, self._role)
        if found is not None and sequence not in {None, found["sequence"]}:
            raise Impossible(
                "A command on another line has this key.",
                code="key_used",
                remedy=f"Next: {next_of('key_used', case_id)}",
            )
        return found and found | {"idempotency_key": key, "status": "settled"}


def _gathered(waiting: Json, case: Json, evaluation: Json) -> Json:
    sequence = waiting["sequence"]
    line = next(one for one in case["lines"] if one["sequence"] == sequence)
    found: Json = next((one for one in evaluation["lines"] if one["sequence"] == sequence), {})
    return {
        **waiting,
        "services": line["services"],
        "codes": line["codes"],
        "determination": line["determination"],
        "policy": found.get("policy"),
        "unsettled": [*_unsettled(found.get("tree") or {})],
        "questions": [one for one in _questions(case, evaluation) if sequence in one["lines"]],
        "advisories": [
            one for one in evaluation.get("advisories", ()) if sequence in one.get("lines", ())
        ],
    }


def _questions(case: Json, evaluation: Json) -> list[Json]:
    """What the engine asks, and what clinicians have asked besides."""
    asked = [one for one in case.get("questions", ()) if one.get("asked")]
    return [*evaluation.get("questions", ()), *asked]


def _unsettled(node: Json) -> Iterator[Json]:
    """The criteria below a node that rest on facts and keep it from being met; what is met does not
    need its other branches.
    """
    if node.get("state") not in UNSETTLED:
        return
    below = node.get("children", ())
    if not below:
        yield node
    for child in below:
        yield from _unsettled(child)
