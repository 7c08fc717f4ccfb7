"""`priorauth cases reevaluate` asks for each case once and counts what came of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.services import reevaluation, web
from shared.access.principal import Role

NAMES = [f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6)]


class Criteria:
    """Criteria as the command asks it: failed cases, and what comes of evaluating each again, from
    the second look on.
    """

    def __init__(self, failed: list[str], outcomes: dict[str, str]) -> None:
        self.failed, self.outcomes = failed, outcomes
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._looks: dict[str, int] = {}

    def get(self, url: str, role: Role) -> Any:
        assert role is Role.OPERATIONS
        query = parse_qs(urlsplit(url).query)
        after = query.get("after", [""])[0]
        return [{"case_id": one} for one in self.failed if one > after][:2]

    def post(self, url: str, body: dict[str, str], role: Role) -> Any:
        case_id = urlsplit(url).path.split("/")[3]
        assert role is Role.OPERATIONS
        self.asked.append((case_id, body))
        return {"reevaluation_id": f"r-{case_id}"}

    def look(self, url: str, role: Role) -> Any | None:
        self._looks[url] = self._looks.get(url, 0) + 1
        case_id = urlsplit(url).path.split("/")[3]
        assert (url.endswith(f"r-{case_id}"), role) == (True, Role.OPERATIONS)
        outcome = self.outcomes.get(case_id, "evaluated")
        return {"outcome": outcome} if self._looks[url] > 1 and outcome else None


def run(
    monkeypatch: pytest.MonkeyPatch, criteria: Criteria, *arguments: str
) -> tuple[int, dict[str, Any]]:
    monkeypatch.setattr(web, "get", criteria.get)
    monkeypatch.setattr(web, "post_json", criteria.post)
    monkeypatch.setattr(web, "get_if_there", criteria.look)
    monkeypatch.setattr(reevaluation, "EVERY", 0.0)
    monkeypatch.setattr(reevaluation, "PATIENCE", 0.2)
    result = CliRunner().invoke(app, ["cases", "reevaluate", "--json", *arguments])
    return result.exit_code, json.loads(result.stdout) if result.stdout.startswith("{") else {}


def test_all_failed_cases_are_taken_page_by_page(monkeypatch: pytest.MonkeyPatch):
    criteria = Criteria(NAMES, {})
    code, found = run(monkeypatch, criteria, "--failed", "--reason", "mended")
    assert (code, found["selected"], found["evaluated"]) == (0, 5, 5)
    assert criteria.asked == [(one, {"reason": "mended"}) for one in NAMES]


def test_a_case_named_twice_is_asked_for_once(monkeypatch: pytest.MonkeyPatch):
    criteria = Criteria(NAMES[:1], {})
    code, found = run(monkeypatch, criteria, NAMES[0], NAMES[0], "--failed")
    assert (code, found["selected"], len(criteria.asked)) == (0, 1, 1)


@pytest.mark.parametrize("outcome", ["failed_again", "not_failed", "withdrawn", "unknown_case", ""])
def test_what_was_not_evaluated_is_counted_and_changes_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, outcome: str
):
    code, found = run(monkeypatch, Criteria([], {NAMES[1]: outcome}), *NAMES[:2])
    assert code == 1
    assert found[outcome or "pending"] == found["evaluated"] == 1
    assert found["cases"] == {NAMES[0]: "evaluated", NAMES[1]: outcome or "pending"}


def test_neither_cases_nor_all_of_them_is_a_usage_error(monkeypatch: pytest.MonkeyPatch):
    assert run(monkeypatch, Criteria(NAMES, {})) == (2, {})
