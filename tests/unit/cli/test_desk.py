"""`priorauth desk` shows the answer first, signs what it showed, and says what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.desk.pictures import DECIDE_NEXT
from cli.desk.speaker import DeskSpeaker
from cli.main import app
from cli.services import credentials, web
from services.criteria.api.desk.clinicians import registry
from services.criteria.api.desk.commands import ModifyCommand
from shared.access.principal import Role
from shared.errors import Unavailable
from shared.events.reviews import DeclineCode
from tests import desk

Json = dict[str, Any]
CASE = "00000000-0000-0000-0000-000000000001"
DIGEST = f"1:{'a' * 64}"
WAITING = {
    "kind": "review",
    "case_id": CASE,
    "sequence": 2,
    "segment": "L4-S1",
    "content_digest": DIGEST,
    "evaluation_id": "e-1",
    "reason": "not_documented",
    "urgency": "expedited",
    "due_at": "2026-11-29T21:38:00+00:00",
}
CALL = {"kind": "call", "case_id": CASE, "item": "call-1", "lines": [1, 2], "due_at": "2026-11-29"}
MET = {"id": "met", "state": "met"}
UNMET = {
    "id": "bladder",
    "label": "Bladder dysfunction",
    "state": "not_documented",
    "evidence": [],
}
EVALUATION = {
    "lines": [
        {
            "sequence": 2,
            "policy": {"policy": "spine", "version": "1.1.0", "title": "Spine"},
            "tree": {
                "id": "root",
                "state": "not_documented",
                "children": [
                    UNMET,
                    {"id": "either", "state": "met", "children": [MET, {**UNMET, "id": "branch"}]},
                ],
            },
        }
    ],
    "questions": [
        {"id": "q", "text": "Is the bladder normal?", "lines": [2]},
        {"id": "other", "text": "Another line's.", "lines": [1]},
    ],
}
LINES: Json = {
    "lines": [{"sequence": 2, "services": ["fusion"], "codes": ["22612"], "determination": "A4"}]
}
SIGNED = {
    "reviewer": {"name": "Dr. Example", "specialty": "x", "licence_state": "OH", "licence": "1"}
}


class Services:
    """Criteria and intake as the commands ask them."""

    def __init__(
        self, *work: Json, outcome: str | None = "recorded", signed: Json = SIGNED
    ) -> None:
        self.work, self.outcome, self.signed = work or (WAITING, CALL), outcome, signed
        self.commands: list[Json] = []
        self.roles: set[Role] = set()

    def get(self, url: str, role: Role) -> Any:
        self.roles.add(role)
        if "/v1/worklist" in url:
            return [*self.work]
        return EVALUATION if url.endswith("/evaluation") else LINES

    def post(self, url: str, command: Json, role: Role) -> Any:
        self.roles.add(role)
        assert f"/v1/cases/{CASE}/commands?wait=" in url
        self.commands.append(command)
        answer: Json = {"idempotency_key": command["idempotency_key"], "signed": self.signed}
        if self.outcome is None:
            return answer | {"status": "accepted"}
        return answer | {"status": "settled", "outcome": self.outcome, "detail": "Why."}


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_speaking", [])


def run(
    monkeypatch: pytest.MonkeyPatch, services: Services, *words: str, answer: str = ""
) -> Result:
    monkeypatch.setattr(web, "get", services.get)
    monkeypatch.setattr(web, "post_json", services.post)
    return CliRunner().invoke(app, ["desk", *words], input=answer)


REFUSE = ("refuse", CASE, "--reason", "Normal.", "--criterion", "bladder")


def test_the_list_has_lines_and_calls_in_their_order(monkeypatch: pytest.MonkeyPatch):
    found = run(monkeypatch, Services(), "list")

    assert found.exit_code == 0
    rows = found.stdout.splitlines()[1:]
    assert [row.split()[2:4] for row in rows[:1]] == [["review", CASE]]
    assert "call-1" in rows[1]
    assert json.loads(run(monkeypatch, Services(), "list", "--json").stdout) == [WAITING, CALL]


def test_a_missed_clock_is_said_with_what_the_law_makes_of_it(monkeypatch: pytest.MonkeyPatch):
    late = {**WAITING, "clock_missed": True, "by_law": "approved_by_law"}
    for words in (("list",), ("show", CASE)):
        found = " ".join(run(monkeypatch, Services(late), *words).stdout.split())
        assert "clock missed: counts as approved" in found
    unsaid = {**WAITING, "clock_missed": True, "by_law": "none"}
    assert "clock missed" in run(monkeypatch, Services(unsaid), "show", CASE).stdout
    assert "clock missed" not in run(monkeypatch, Services(), "list").stdout


def test_a_line_is_shown_with_what_keeps_it_from_approval_and_what_would_settle_it(
    monkeypatch: pytest.MonkeyPatch,
):
    found = run(monkeypatch, Services(), "show", CASE).stdout

    assert found.splitlines()[0] == "line 2: fusion, 22612 at L4-S1"
    assert "not documented bladder  Bladder dysfunction" in found
    assert "Is the bladder normal?" in found
    assert DIGEST in found
    # What is met needs no other branch, and another line's question is another's.
    assert "branch" not in found
    assert "Another line's" not in found


def test_a_refusal_shows_what_will_be_signed_and_asks(monkeypatch: pytest.MonkeyPatch):
    services = Services()
    no = run(monkeypatch, services, *REFUSE, answer="n\n")

    assert (no.exit_code, services.commands) == (1, [])
    assert "A3 not certified" in no.stderr
    assert DIGEST in no.stderr

    yes = run(monkeypatch, services, *REFUSE, answer="y\n")
    assert yes.exit_code == 0
    assert "recorded" in yes.stdout
    assert "Dr. Example" in yes.stdout


def test_what_was_shown_is_what_is_commanded(monkeypatch: pytest.MonkeyPatch):
    services = Services()
    run(monkeypatch, services, *REFUSE, "--yes")

    (command,) = services.commands
    assert len(command.pop("idempotency_key")) == 32
    assert command == {
        "act": "refuse",
        "reason": "Normal.",
        "sequence": 2,
        "content_digest": DIGEST,
        "evaluation_id": "e-1",
        "basis": {
            "kind": "criterion",
            "policy": "spine",
            "version": "1.1.0",
            "criterion": "bladder",
        },
    }
    assert services.roles == {Role.PHYSICIAN}


def test_an_external_criterion_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    file, services = tmp_path / "basis.json", Services()
    file.write_text(json.dumps(desk.BASIS))
    words = ("refuse", CASE, "--reason", "r", "--external", str(file), "--yes")

    assert run(monkeypatch, services, *words).exit_code == 0
    assert services.commands[0]["basis"] == desk.BASIS
    for broken in ("{", "[]"):
        file.write_text(broken)
        assert run(monkeypatch, services, *words).exit_code != 0
    assert len(services.commands) == 1


def test_an_approval_needs_no_criterion(monkeypatch: pytest.MonkeyPatch):
    services = Services()
    words = ("approve", CASE, "--reason", "r", "--as", "nurse", "--yes", "--json")
    found = run(monkeypatch, services, *words)

    assert json.loads(found.stdout)["outcome"] == "recorded"
    assert services.commands[0]["act"] == "approve"
    assert "basis" not in services.commands[0]
    assert services.roles == {Role.NURSE}


@pytest.mark.parametrize("outcome", ["stale_content", None])
def test_what_was_not_recorded_is_no_success(monkeypatch: pytest.MonkeyPatch, outcome: str | None):
    found = run(monkeypatch, Services(outcome=outcome), *REFUSE, "--yes")

    assert found.exit_code == 1
    assert (outcome or "not worked yet") in found.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("refuse", CASE, "--reason", "r", "--yes"),
        (*REFUSE, "--external", "x.json", "--yes"),
        ("refuse", CASE, "--criterion", "bladder", "--yes"),
        ("approve", CASE, "--yes"),
        ("approve", "x", "--reason", "r", "--yes"),
    ],
)
def test_a_decision_without_reason_or_basis_is_no_command(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    services = Services()

    assert run(monkeypatch, services, *words).exit_code == 2
    assert services.commands == []


@pytest.mark.parametrize(
    ("work", "line", "code"),
    [
        ((CALL,), None, "nothing_waits"),
        ((WAITING, {**WAITING, "sequence": 3}), None, "which_line"),
        ((WAITING,), "7", "nothing_waits"),
    ],
)
def test_the_line_must_be_one_that_waits(
    monkeypatch: pytest.MonkeyPatch, work: tuple[Json, ...], line: str | None, code: str
):
    services = Services(*work)
    found = run(monkeypatch, services, *REFUSE, "--yes", *(("--line", line) if line else ()))

    assert getattr(found.exception, "code", None) == code
    assert services.commands == []


@pytest.mark.parametrize("speaker", DeskSpeaker)
def test_every_speaker_is_in_the_registry_of_the_embedded_stack(speaker: DeskSpeaker):
    clinician = registry("").find(f"local-{speaker.value}")

    assert clinician is not None
    assert clinician.roles == {speaker.role}


MODIFY = ("modify", *REFUSE[1:])


def test_a_modification_shows_and_signs_what_it_grants(monkeypatch: pytest.MonkeyPatch):
    services = Services()
    no = run(monkeypatch, services, *MODIFY, "--units", "2", "--until", "2026-12-31", answer="n\n")
    assert (no.exit_code, services.commands) == (1, [])
    assert "grants  2 units, until 2026-12-31" in no.stderr

    assert run(monkeypatch, services, *MODIFY, "--units", "2", "--yes").exit_code == 0
    assert run(monkeypatch, services, *MODIFY, "--until", "2026-12-31", "--yes").exit_code == 0
    by_units, by_day = services.commands
    for command in services.commands:
        assert (command["act"], command["reason"]) == ("modify", "Normal.")
        assert command["basis"]["criterion"] == "bladder"
        assert command.keys() <= ModifyCommand.model_fields.keys()
    assert (by_units["granted_units"], by_day["granted_until"]) == (2, "2026-12-31")
    assert "granted_until" not in by_units
    assert "granted_units" not in by_day


@pytest.mark.parametrize(
    "words",
    [
        MODIFY,
        (*MODIFY, "--units", "0"),
        (*MODIFY[:4], "--units", "2"),
        (*MODIFY, "--until", "soon"),
    ],
)
def test_a_modification_without_a_grant_or_a_basis_is_no_command(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    services = Services()
    assert run(monkeypatch, services, *words, "--yes").exit_code == 2
    assert services.commands == []


ASK = ("ask", CASE, "2", "--what", "Was it scanned?", "--until", "2026-12-01", "--of", "provider")


def test_a_question_shows_what_will_be_asked_and_asks_first(monkeypatch: pytest.MonkeyPatch):
    services = Services(signed={"by": {"name": "Blake Example RN", "role": "nurse"}})
    no = run(monkeypatch, services, *ASK, answer="n\n")

    assert (no.exit_code, services.commands) == (1, [])
    for words in ("Was it scanned?", "ask the provider", "2026-12-01", "stays pended", DIGEST):
        assert words in no.stderr

    yes = run(monkeypatch, services, *ASK, "--of", "member", "--as", "nurse", answer="y\n")
    assert yes.exit_code == 0, yes.output
    assert "signed as Blake Example RN, nurse" in yes.stdout
    (command,) = services.commands
    assert len(command.pop("idempotency_key")) == 32
    assert command == {
        "act": "ask",
        "what": "Was it scanned?",
        "asked_of": "member",
        "until": "2026-12-01",
        "sequence": 2,
        "content_digest": DIGEST,
        "evaluation_id": "e-1",
    }


def test_who_was_asked_by_word_of_mouth_is_said_with_when(monkeypatch: pytest.MonkeyPatch):
    services = Services()
    of = ("--of", "noncontract_provider", "--at", "2026-11-30T09:30-05:00")
    found = run(monkeypatch, services, *ASK, *of, answer="y\n")

    assert found.exit_code == 0, found.output
    assert "ask the noncontract provider" in found.stderr
    (command,) = services.commands
    assert (command["asked_of"], command["asked_at"]) == (
        "noncontract_provider",
        "2026-11-30T14:30:00+00:00",
    )


@pytest.mark.parametrize(
    "words",
    [
        ASK[:5],
        (*ASK[:3], *ASK[5:]),
        (*ASK[:6], "tomorrow", *ASK[7:]),
        ASK[:7],
        (*ASK, "--at", "2026-11-30T09:30"),
        (*ASK, "--of", "neighbour"),
        ("ask", CASE, "two", *ASK[3:]),
    ],
)
def test_a_question_without_words_day_or_addressee_is_no_command(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    services = Services()

    assert run(monkeypatch, services, *words, "--yes").exit_code == 2
    assert services.commands == []


def test_a_question_that_was_not_taken_is_no_success(monkeypatch: pytest.MonkeyPatch):
    services = Services(outcome="already_determined")

    found = run(monkeypatch, services, *ASK, "--yes")

    assert found.exit_code == 1
    assert f"next: see what was decided: priorauth case {CASE}" in found.stdout


def test_a_line_is_shown_with_what_clinicians_have_asked(monkeypatch: pytest.MonkeyPatch):
    asked = {"by": "rn-1", "name": "Blake Example RN", "of": "member", "until": "2026-12-01"}
    questions = [
        {"id": "q", "text": "Is the bladder normal?", "lines": [2], "asked": None},
        {"id": "c", "text": "[red]Since when?[/]", "lines": [2], "asked": asked},
    ]
    monkeypatch.setitem(LINES, "questions", questions)

    found = run(monkeypatch, Services(), "show", CASE).stdout

    assert found.count("Is the bladder normal?") == 1
    assert "Blake Example RN asked the member, until 2026-12-01 [red]Since when?[/]" in found


@pytest.mark.parametrize("code", DeclineCode.known())
def test_what_was_not_taken_ends_with_what_to_do_next(
    monkeypatch: pytest.MonkeyPatch, code: DeclineCode
):
    found = run(monkeypatch, Services(outcome=code.value), *REFUSE, "--yes")

    assert found.exit_code == 1
    assert found.stdout.splitlines()[-1].startswith("next: ")
    assert code.value in DECIDE_NEXT
    assert "{case}" not in found.stdout


def test_what_the_desk_refuses_at_once_ends_with_what_to_do_next(monkeypatch: pytest.MonkeyPatch):
    class Refusing(Services):
        def post(self, *_: Any) -> Any:
            raise web.HttpRefusal(409, "Changed.", "stale_content")

    found = run(monkeypatch, Refusing(), *REFUSE, "--yes")

    assert getattr(found.exception, "code", None) == "stale_content"
    assert f"priorauth desk show {CASE}" in str(found.exception)


@pytest.mark.parametrize("words", [REFUSE, ASK])
def test_a_command_whose_answer_is_not_there_yet_says_its_key(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    services = Services(outcome=None)
    found = run(monkeypatch, services, *words, "--yes")

    key = services.commands[0]["idempotency_key"]
    assert f"--key {key}" in " ".join(found.stdout.split())


@pytest.mark.parametrize("words", [REFUSE, ASK])
def test_a_command_whose_answer_was_lost_says_its_key(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    class Silent(Services):
        def post(self, url: str, command: Json, role: Role) -> Any:
            super().post(url, command, role)
            raise Unavailable("No answer.")

    services = Silent()
    found = run(monkeypatch, services, *words, "--yes")

    assert f"--key {services.commands[0]['idempotency_key']}" in str(found.exception)


@pytest.mark.parametrize("words", [REFUSE, ASK])
def test_the_same_command_again_has_its_key_and_is_answered_though_nothing_waits(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
):
    known: list[Json] = []
    monkeypatch.setattr(web, "get_if_there", lambda *_: known[0] if known else None)
    services = Services()
    first = run(monkeypatch, services, *words, "--yes", "--key", "mine")
    known.append({"sequence": 2, "outcome": "recorded", "detail": ""})
    again = run(monkeypatch, Services(CALL), *words, "--yes", "--key", "mine")
    known[0]["sequence"] = 1
    other = run(monkeypatch, services, *REFUSE, "--line", "2", "--yes", "--key", "mine")

    assert first.exit_code == 0, first.output
    assert [one["idempotency_key"] for one in services.commands] == ["mine"]
    assert (again.exit_code, again.stdout.strip()) == (0, "recorded")
    assert getattr(other.exception, "code", None) == "key_used"


def test_a_question_names_its_line_by_option_too(monkeypatch: pytest.MonkeyPatch):
    services = Services(WAITING, {**WAITING, "sequence": 3})
    words = ("ask", CASE, *ASK[3:], "--yes", "--line", "2")

    assert run(monkeypatch, services, *words).exit_code == 0
    assert services.commands[0]["sequence"] == 2
    assert run(monkeypatch, services, *ASK, "--line", "3", "--yes").exit_code == 2
    assert len(services.commands) == 1


def test_a_file_that_holds_no_object_says_what_it_should_hold(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    file = tmp_path / "basis.json"
    file.write_text("[]")
    words = ("refuse", CASE, "--reason", "r", "--external", str(file), "--yes")

    assert "docs/operations/desk.md" in str(run(monkeypatch, Services(), *words).exception)
