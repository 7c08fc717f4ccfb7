"""What goes wrong around a command ends it with one sentence and what to do next."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cli import exits, main

EXAMPLE = str(Path(__file__).resolve().parents[3] / "shared/examples/reference_case.json")
CASE = "0b7a6c1e-0000-5000-8000-000000000000"
NOBODY = "http://127.0.0.1:1"
TOOLS = (
    ("submit", EXAMPLE),
    ("case", CASE),
    ("letters", "show", CASE),
    ("audit", "verify"),
    ("parked", "list"),
)
STACKS = (("up",), ("demo",))


class Ended(NamedTuple):
    code: object
    said: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def ended(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["priorauth", *arguments])
        with pytest.raises(SystemExit) as end:
            main.main()
        return Ended(end.value.code, capfd.readouterr().err)

    return ended


def spoken(ended: Ended, remedy: str) -> None:
    """One line, which ends with the remedy."""
    assert "Traceback" not in ended.said
    assert ended.said.count("\n") == 1, ended.said
    assert remedy in ended.said.rpartition(". ")[2]


@pytest.mark.parametrize("command", STACKS, ids=" ".join)
def test_a_state_folder_that_nothing_can_be_written_to(command: tuple[str, ...], run: Run):
    ended = run(*command, "--state", "/proc/priorauth")

    spoken(ended, "name another place (PRIORAUTH_STATE for a state folder)")
    assert ended.code == exits.UNAVAILABLE


@pytest.mark.parametrize("command", STACKS, ids=" ".join)
def test_a_state_folder_that_is_a_file(command: tuple[str, ...], run: Run, tmp_path: Path):
    (tmp_path / "state").touch()

    spoken(run(*command, "--state", str(tmp_path / "state")), "Name a folder with --state.")
    spoken(run(*command, "--state", str(tmp_path / "state" / "below")), "name another place")


@pytest.mark.parametrize("command", [*STACKS, *TOOLS], ids=" ".join)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRIORAUTH_BROKER", "127.0.0.1:x"),
        ("PRIORAUTH_DATABASE_URL", "mysql://127.0.0.1/intake"),
        ("PRIORAUTH_HTTP_PORT", "eighty"),
        ("PRIORAUTH_INTAKE_URL", "127.0.0.1:8080"),
        ("PRIORAUTH_KEYS", "\udcff"),
        ("PRIORAUTH_LOG_LEVEL", "loud"),
        ("PRIORAUTH_RENDER", "maybe"),
    ],
)
def test_a_setting_that_cannot_be_meant(
    command: tuple[str, ...], name: str, value: str, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, value)

    ended = run(*command)

    assert name in ended.said
    spoken(ended, "Set ")
    assert ended.code == exits.REFUSED


@pytest.mark.parametrize("command", TOOLS, ids=" ".join)
def test_a_damaged_run_file_and_nobody_who_answers(
    command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "run.json").write_bytes(b"\xff{")
    monkeypatch.setenv("PRIORAUTH_STATE", str(tmp_path))
    for service in ("INTAKE", "CRITERIA", "LETTERS", "AUDIT"):
        monkeypatch.setenv(f"PRIORAUTH_{service}_URL", NOBODY)

    ended = run(*command)

    spoken(ended, "Start the stack with `priorauth up`")
    assert ended.code == exits.UNAVAILABLE


def test_a_place_that_takes_no_file_is_told_of_before_the_demo(run: Run, tmp_path: Path):
    state = tmp_path / "state"

    ended = run("demo", "--state", str(state), "--json", str(tmp_path / "nowhere" / "demo.json"))

    spoken(ended, "name another place")
    assert not state.exists()
