"""The demo and the commands, as a user runs them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.embedded.stack import start
from cli.services.addresses import run_file
from cli.services.submit import sent
from shared.examples import load, reference_case
from tests.patience import PATIENCE
from tests.stacks import RunningStack
from tests.stories.telling import bytes_of, determined, eventually, from_sender

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[2]
SHOWN = [
    "reference-case",
    "bariatric-without-bmi",
    "pas-medical-services",
    "pas-homecare",
    "pas-homecare-update",
    "pas-referral",
]
CASE = {
    "name",
    "case_id",
    "urgency",
    "due_at",
    "rule",
    "clocks",
    "lines",
    "advisories",
    "questions",
    "other_ways",
    "scores",
    "citations",
    "letters",
    "resembles",
    "refused_before",
    "notification_number",
    "triage",
}
Json = dict[str, Any]


def priorauth(
    *arguments: str, stack: RunningStack | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command as a process, pointed at a running stack."""
    urls = (
        {}
        if stack is None
        else {f"PRIORAUTH_{name.upper()}_URL": url for name, url in stack.urls.items()}
        | {"PRIORAUTH_BROKER": stack.broker, "PRIORAUTH_STATE": str(stack.state)}
    )
    command = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **urls},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Json, str]:
    """What the demo wrote and printed."""
    folder = tmp_path_factory.mktemp("demo")
    ran = priorauth("demo", "--json", str(folder / "demo.json"), "--state", str(folder / "state"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads((folder / "demo.json").read_text()), ran.stdout


def test_the_demo_tells_of_every_case_in_the_documented_shape(demo: tuple[Json, str]):
    result, _ = demo

    assert [case["name"] for case in result["cases"]] == SHOWN
    assert all(set(case) == CASE for case in result["cases"])
    assert all(
        set(line) == {"sequence", "segment", "determination", "authorization_number"}
        for case in result["cases"]
        for line in case["lines"]
    )
    assert result["audit"]["verified"] is True
    assert result["audit"]["events"] >= 60


def test_the_letters_that_the_demo_names_are_there_with_their_hashes(demo: tuple[Json, str]):
    result, _ = demo

    for case in result["cases"]:
        assert sorted(letter["audience"] for letter in case["letters"]) == ["member", "provider"]
        for letter in case["letters"]:
            assert hashlib.sha256(Path(letter["path"]).read_bytes()).hexdigest() == letter["sha256"]


def test_the_demo_prints_determinations_evidence_and_the_verification(demo: tuple[Json, str]):
    _, printed = demo

    for words in (
        "A1 approved",
        "A4 pended",
        "no_policy",
        "erisa-urgent-72h",
        "uncovered-level:L1",
        "exam.bladder_dysfunction = yes",
        "the audit log verifies",
    ):
        assert words in printed


def test_a_request_can_be_submitted_shown_and_followed(stack: RunningStack, tmp_path: Path):
    request = tmp_path / "request.json"
    request.write_bytes(bytes_of(from_sender(reference_case(), "command-line")))

    submitted = json.loads(
        priorauth("submit", str(request), "--wait", "--json", stack=stack).stdout
    )
    shown = json.loads(priorauth("case", submitted["case_id"], "--json", stack=stack).stdout)
    followed = json.loads(
        priorauth("audit", "timeline", submitted["case_id"], "--json", stack=stack).stdout
    )

    assert [line["determination"] for line in submitted["lines"]] == ["A1", "A1"]
    assert shown["lines"] == submitted["lines"]
    assert followed[0]["type"] == "pa.intake.request-received.v1"


def test_the_letters_of_a_case_are_saved_as_files_with_the_hashes_that_were_published(
    stack: RunningStack, tmp_path: Path
):
    case = determined(stack, bytes_of(from_sender(reference_case(), "saved")))["case_id"]
    eventually(lambda: all(one["sha256"] for one in stack.desk.letters(case)) or None)

    ran = priorauth("letters", "save", case, "--to", str(tmp_path), "--json", stack=stack)

    published = [
        one["sha256"] for letter in stack.desk.letters(case) for one in letter["documents"]
    ]
    files = [Path(name) for name in json.loads(ran.stdout)]
    assert sorted(hashlib.sha256(file.read_bytes()).hexdigest() for file in files) == sorted(
        published
    )
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_the_engine_alone_gives_the_evaluation_that_would_be_published():
    ran = priorauth("evaluate", "shared/examples/reference_case.json", "--json")

    assert [line["outcome"] for line in json.loads(ran.stdout)["lines"]] == ["approve", "approve"]


def test_the_topics_of_a_running_stack_are_there_and_its_services_keep_up(stack: RunningStack):
    assert json.loads(priorauth("topics", "apply", "--json", stack=stack).stdout) == {"created": []}
    lag = eventually(lambda: _caught_up(stack))
    assert {one["service"] for one in lag} == {"intake", "criteria", "letters", "audit"}
    assert any(one["records"] for one in lag)


def _caught_up(stack: RunningStack) -> list[Json] | None:
    found: list[Json] = json.loads(priorauth("topics", "lag", "--json", stack=stack).stdout)
    return found if not any(one["behind"] for one in found) else None


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("evaluate", "no-such-file.json"), 3, "shared/examples/reference_case.json"),
        (("evaluate", "README.md"), 4, "not_json"),
        (
            ("case", "6cbfb0bb-8c96-5dff-beb4-0a1e8d7f1456", "--url", "http://127.0.0.1:9"),
            3,
            "priorauth up",
        ),
        (("case", "not-a-uuid"), 2, "--help"),
    ],
)
def test_an_error_has_its_exit_code_and_says_what_to_do_next(
    arguments: tuple[str, ...], code: int, words: str
):
    ran = priorauth(*arguments)

    assert ran.returncode == code
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_after_the_machine_went_down_a_start_sets_the_old_state_aside_and_says_so_in_one_line(
    tmp_path: Path,
):
    said: list[str] = []
    state = tmp_path / "state"
    first = start(state, said.append, PATIENCE)
    for pid in run_file(state)["pids"].values():
        os.killpg(pid, signal.SIGKILL)
    for process in first.processes.values():
        process.wait(PATIENCE)
    first.broker.stop()
    assert first.lock is not None
    first.lock.close()  # the system does that for a machine that went down
    said.clear()

    second = start(state, said.append, PATIENCE)

    second.stop()
    (told,) = [line for line in said if "aside" in line]
    assert "starting afresh" in told
    assert (tmp_path / told.split(" aside in ")[1].split(",")[0] / "intake.sqlite").is_file()


def test_a_case_tells_what_an_amendment_changed(stack: RunningStack):
    asked = from_sender(load("bariatric_without_bmi"), "amended")
    case_id = determined(stack, bytes_of(asked))["case_id"]
    weighed = {"path": "body.bmi", "value": 41, "unit": "kg/m2", "observed_at": "2025-11-02"}
    amended = {
        **asked,
        "reference": "REF-0002-B",
        "amends": case_id,
        "facts": [*asked["facts"], weighed],
    }
    sent(bytes_of(amended), stack.urls["intake"], 14)

    changes = eventually(
        lambda: json.loads(priorauth("case", case_id, "--json", stack=stack).stdout)["changes"]
    )
    shown = priorauth("case", case_id, stack=stack).stdout

    assert [(one["what"], one["path"]) for one in changes["facts"]] == [("added", "body.bmi")]
    assert [(line["before"], line["after"]) for line in changes["lines"]] == [("pend", "approve")]
    assert "What the last amendment changed" in shown
    assert "body.bmi" in shown
