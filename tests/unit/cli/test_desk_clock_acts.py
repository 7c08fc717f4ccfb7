"""`priorauth desk extend` and the other acts on clocks: given to the desk, answered by intake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from pydantic import TypeAdapter
from typer.testing import CliRunner

from cli.desk import acting
from cli.desk.pictures import NEXT
from cli.main import app
from cli.services import credentials, web
from services.criteria.api.desk.clock_commands import RIGHTS, ClockCommand, role_for
from shared.access.principal import Principal, Role
from shared.events.clocks.acts import ActDeclineCode

Json = dict[str, Any]
CASE = "00000000-0000-0000-0000-000000000001"
LETTER = "00000000-0000-0000-0000-000000000002"
AT = ("--at", "2026-01-05T09:30-05:00")
WORDS = ("--words", "Because of the images.")
ACTS: dict[str, tuple[str, ...]] = {
    "extend": ("--reason", "member_asked", *WORDS),
    "expedite": ("--asked-by", "physician", *AT),
    "refuse-expedite": WORDS,
    "oral-notice": ("--to", "member", "--not-adverse", *AT),
    "mailed": ("--letter", LETTER, *AT),
    "correct-receipt": ("--received", "2026-01-05T09:30-05:00", "--version", "2", *WORDS),
    "information-received": (),
}


class Services:
    """Criteria and intake as the commands ask them."""

    def __init__(self, outcome: str | None, status: int | None = None) -> None:
        self.outcome, self.status = outcome, status
        self.commands: list[tuple[Json, Role]] = []

    def post(self, url: str, command: Json, role: Role) -> Json:
        assert url.endswith(f"/v1/cases/{CASE}/commands")
        self.commands.append((command, role))
        return {"status": "accepted", "digest": "d"}

    def look(self, url: str, _: Role) -> Json | None:
        if "/clock-acts/" not in url:
            if self.status is not None:
                raise web.HttpRefusal(self.status, "Not for this role.", "forbidden")
            return {"clocks": []}
        key = self.commands[-1][0]["idempotency_key"]
        assert url.endswith(f"/v1/cases/{CASE}/clock-acts/{key}?act=d")
        if self.outcome is None:
            return None
        return {
            "case_id": CASE,
            "idempotency_key": key,
            "outcome": self.outcome,
            "detail": "Why it was so.",
        }


def run(
    monkeypatch: pytest.MonkeyPatch,
    *words: str,
    outcome: str | None = "recorded",
    status: int | None = None,
) -> tuple[Result, Services]:
    services = Services(outcome, status)
    monkeypatch.setattr(credentials, "_speaking", [])
    monkeypatch.setattr(acting, "PATIENCE", 0.0)
    monkeypatch.setattr(web, "post_json", services.post)
    monkeypatch.setattr(web, "get_if_there", services.look)
    return CliRunner().invoke(app, ["desk", *words]), services


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_one_that_the_desk_takes_from_who_gives_it(
    monkeypatch: pytest.MonkeyPatch, name: str
):
    found, services = run(monkeypatch, name, CASE, *ACTS[name])

    assert found.exit_code == 0, found.output
    assert "recorded" in found.stdout
    ((command, role),) = services.commands
    taken = TypeAdapter[Any](ClockCommand).validate_python(command)
    assert taken.act == name.replace("-", "_")
    assert role_for(Principal("p", frozenset({role})), RIGHTS[taken.act]) is role


def test_every_act_has_its_command():
    assert {name.replace("-", "_") for name in ACTS} == set(RIGHTS)


@pytest.mark.parametrize("code", ActDeclineCode.known())
def test_what_was_not_taken_ends_with_what_to_do_next(
    monkeypatch: pytest.MonkeyPatch, code: ActDeclineCode
):
    found, _ = run(monkeypatch, "extend", CASE, *ACTS["extend"], outcome=code.value)

    assert found.exit_code == 1
    assert f"not taken: {code.value}: Why it was so." in found.stdout
    assert found.stdout.splitlines()[1].startswith("next: ")
    assert code.value in NEXT
    assert "{case}" not in found.stdout


def test_what_is_not_worked_yet_is_said_so(monkeypatch: pytest.MonkeyPatch):
    found, services = run(monkeypatch, "information-received", CASE, outcome=None)

    assert found.exit_code == 1
    assert "not worked yet" in found.stdout
    key = services.commands[0][0]["idempotency_key"]
    assert f"--key {key}" in " ".join(found.stdout.split())


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_answer_was_lost_is_given_again_by_its_key(
    monkeypatch: pytest.MonkeyPatch, name: str
):
    _, services = run(monkeypatch, name, CASE, *ACTS[name], "--key", "mine")

    assert services.commands[0][0]["idempotency_key"] == "mine"


def test_json_has_the_answer_and_the_clocks(monkeypatch: pytest.MonkeyPatch):
    found, _ = run(monkeypatch, "information-received", CASE, "--json")

    answer = json.loads(found.stdout)
    assert (answer["outcome"], answer["clocks"]) == ("recorded", [])


@pytest.mark.parametrize("name", ["mailed", "correct-receipt"])
def test_an_act_is_taken_though_who_acts_may_not_read_the_case(
    monkeypatch: pytest.MonkeyPatch, name: str
):
    found, _ = run(monkeypatch, name, CASE, *ACTS[name], status=403)
    strange, _ = run(monkeypatch, name, CASE, *ACTS[name], status=400)

    assert (found.exit_code, found.stdout.strip()) == (0, "recorded")
    assert strange.exit_code != 0


@pytest.mark.parametrize("at", ["yesterday", "2026-01-05T09:30", "2026-13-05T09:30Z"])
def test_an_instant_without_its_offset_is_refused(monkeypatch: pytest.MonkeyPatch, at: str):
    found, services = run(monkeypatch, "information-received", CASE, "--at", at)

    assert (found.exit_code, services.commands) == (2, [])
    assert "offset" in found.stderr
