"""`priorauth clocks` and the clocks of `priorauth case`: what is owed, how much time there is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from cli.main import app
from cli.screen.clocks import case_clocks, left, span
from cli.services import credentials, web
from shared.access.principal import Role

Json = dict[str, Any]
RUNNING = {
    "case_id": "00000000-0000-0000-0000-000000000001",
    "kind": "determination",
    "rule": "ma-standard",
    "citation": "42 CFR 422.568(b)(1)",
    "urgency": "standard",
    "due_at": "2026-01-09T05:00:00Z",
    "to_target_seconds": -7_200,
    "to_due_seconds": 30_000,
    "breached": False,
}
CLOCK: Json = {
    "kind": "determination",
    "rule": "ma-standard",
    "citation": "42 CFR 422.568(b)(1)",
    "target_at": "2026-01-08T15:00:00Z",
    "due_at": "2026-01-09T05:00:00Z",
    "runners_up": ["ncqa"],
    "unknown": ["plan_funding"],
    "on_expiry": "adverse_appealable",
    "extended": False,
    "tolled": False,
    "breached": False,
    "expired": False,
    "stopped_at": None,
    "in_time": None,
    "met_by": [],
}


def run(
    monkeypatch: pytest.MonkeyPatch, *words: str, found: Any = None
) -> tuple[Result, list[Any]]:
    asked: list[Any] = []

    def get(url: str, role: Role) -> Any:
        asked.append((url.partition("?")[2], role))
        return [RUNNING] if found is None else found

    monkeypatch.setattr(credentials, "_speaking", [])
    monkeypatch.setattr(web, "get", get)
    return CliRunner().invoke(app, ["clocks", *words]), asked


def said(clock: Json) -> str:
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        for line in case_clocks([clock]):
            console.print(line)
    return captured.get()


def test_a_clock_is_listed_with_the_time_to_its_target_and_to_the_law(
    monkeypatch: pytest.MonkeyPatch,
):
    found, asked = run(monkeypatch)

    assert found.exit_code == 0
    assert "over by 2 h 0 min" in found.stdout
    assert "8 h 20 min" in found.stdout
    assert str(RUNNING["case_id"]) in found.stdout
    assert asked == [("limit=50", Role.OPERATIONS)]
    assert json.loads(run(monkeypatch, "--json")[0].stdout) == [RUNNING]


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        (("--soon",), "24.0000"),
        (("--soon", "--within", "90min"), "1.5000"),
        (("--soon", "--within", "3d"), "72.0000"),
    ],
)
def test_what_is_soon_can_be_said(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], hours: str
):
    assert run(monkeypatch, *words)[1][0][0] == f"limit=50&within_hours={hours}"


def test_what_is_no_length_of_time_is_refused_with_how_to_write_one(
    monkeypatch: pytest.MonkeyPatch,
):
    found, asked = run(monkeypatch, "--soon", "--within", "tomorrow")

    assert (found.exit_code, asked) == (2, [])
    assert "90min" in found.stderr


def test_nothing_that_runs_is_said_too(monkeypatch: pytest.MonkeyPatch):
    assert "No clock" in run(monkeypatch, found=[])[0].stdout


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(59, "less than 1 min"), (60, "1 min"), (86_400, "1 d 0 h"), (-100_000, "1 d 3 h")],
)
def test_a_length_of_time_has_two_units(seconds: int, text: str):
    assert span(seconds) == text


@pytest.mark.parametrize(("seconds", "style"), [(-1, "red"), (0, "yellow"), (14_400, "green")])
def test_what_is_over_is_red_and_what_is_near_yellow(seconds: int, style: str):
    assert left(seconds).spans[0].style == style


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "clock determination runs: target 2026-01-08 15:00, by law 2026-01-09 05:00 UTC"),
        ({"extended": True}, "runs, extended:"),
        ({"breached": True}, "missed:"),
        ({"breached": True, "expired": True}, "missed, counts as refused, can be appealed:"),
        (
            {
                "stopped_at": "2026-01-07T05:00:00Z",
                "in_time": True,
                "met_by": [{"fact": "writing_mailed", "at": "2026-01-07T05:00:00Z"}],
            },
            "met in time by writing_mailed 2026-01-07 05:00:",
        ),
        ({"stopped_at": "2026-01-10T05:00:00Z", "in_time": False}, "met too late:"),
    ],
)
def test_a_clock_of_a_case_says_how_it_stands(changes: Json, words: str):
    text = said({**CLOCK, **changes})

    assert words in text
    assert "bind too: ncqa" in text
    assert "not said: plan_funding" in text
