"""A bad deploy parks what it cannot apply; operators see it, roll back, and have it tried again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from confluent_kafka import Producer

from cli.embedded.stack import Stack, start
from cli.services.submit import sent
from cli.services.web import answers
from shared.access.key_folder import service_keys
from shared.events.envelope import Envelope, pack
from shared.events.intake import INTAKE, RequestReceived
from shared.examples import reference_case
from shared.ids import case_id
from shared.lanes.seals import Sealer
from shared.lanes.state.write_set import OutboxEntry
from tests.patience import PATIENCE
from tests.stacks import RunningStack
from tests.stories.telling import by_line, bytes_of, described, eventually, from_sender
from tests.stories.test_the_command_line import priorauth

pytestmark = pytest.mark.stack
Json = dict[str, Any]
CASES = 3
STRANGE, UNREAD = 200, 5
ILL = case_id(UUID(int=7), 3)
"""A case of lane 3, all of whose events are unreadable."""


class Operator:
    """Somebody with the command line, and the right to deploy."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    @property
    def running(self) -> RunningStack:
        stack = self.stack
        return RunningStack(stack.urls, stack.broker.address, stack.documents, state=stack.state)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return priorauth("parked", *arguments, stack=self.running)

    def told(self, *arguments: str) -> Json | list[Json]:
        found: Json | list[Json] = json.loads(self.run(*arguments, "--json").stdout)
        return found

    def deploy(self, module: str) -> None:
        """Replaces criteria's process."""
        old = self.stack.processes["criteria"]
        old.terminate()
        old.wait(PATIENCE)
        self.stack.start_service("criteria", module)
        eventually(lambda: self.stack._ready("criteria"))

    def reasons(self, service: str = "criteria") -> dict[str, int]:
        (found,) = self.told("list", "--service", service)
        reasons: dict[str, int] = found["reasons"]
        return reasons


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    stack = start(tmp_path_factory.mktemp("parked") / "state", print, PATIENCE)
    try:
        yield Operator(stack)
    finally:
        stack.stop()


def opened_at(intake: str, sender: str) -> str:
    """The case that the reference request of a sender opens."""
    case_id = sent(bytes_of(from_sender(reference_case(), sender)), intake, 0).case_id
    assert case_id
    return case_id


@pytest.fixture(scope="module")
def cases(operator: Operator) -> list[str]:
    """Cases that a bad deploy of criteria parked, each with its request and the start of its
    clock.
    """
    operator.deploy("tests.stories.bad_deploy")
    found = [opened_at(operator.stack.urls["intake"], f"parked-{n}") for n in range(CASES)]
    eventually(lambda: sum(operator.reasons().values()) == 2 * CASES)
    return found


def test_the_list_tells_place_case_and_reason_of_every_service_and_no_content(
    operator: Operator, cases: list[str]
):
    told = operator.told("list")

    assert [one["service"] for one in told] == ["intake", "criteria", "letters", "audit"]
    by_service = {one["service"]: one for one in told}
    assert by_service["criteria"]["reasons"] == {"behind": CASES, "bug": CASES}
    assert {row["case_id"] for row in by_service["criteria"]["records"]} == set(cases)
    assert [by_service[name]["reasons"] for name in ("intake", "letters", "audit")] == [{}, {}, {}]
    printed = operator.run("list", "--case", cases[0], "--reason", "bug").stdout
    assert f"criteria/{INTAKE}/" in printed
    assert reference_case()["member"]["id"] not in printed


def test_one_is_shown_with_its_reason_and_its_content_only_on_demand_and_never_in_the_log(
    operator: Operator, cases: list[str]
):
    (listed,) = operator.told(
        "list", "--service", "criteria", "--case", cases[0], "--reason", "bug"
    )
    ident = f"criteria/{listed['records'][0]['id']}"
    member = reference_case()["member"]["id"]

    shown, told = (
        operator.run("show", ident),
        operator.run("show", ident, "--content", "--reason", "ticket 7: criteria raised"),
    )

    assert "ZeroDivisionError" in shown.stdout
    assert "readable now" in shown.stdout
    assert member not in shown.stdout
    assert member in "".join(told.stdout.split("\n"))
    assert member not in (operator.stack.state / "log" / "criteria.log").read_text()


def test_a_dry_run_counts_and_changes_nothing(operator: Operator, cases: list[str]):
    told = operator.told("requeue", "--reason", "bug", "--dry-run")

    assert (told["selected"], told["applied"], told["dry_run"]) == (2 * CASES, 0, True)
    assert operator.told("requeue", "--case", cases[0], "--dry-run")["selected"] == 2
    assert operator.reasons() == {"behind": CASES, "bug": CASES}


def test_a_requeue_before_the_rollback_fails_and_holds_the_rest_of_each_case(
    operator: Operator, cases: list[str]
):
    ran = operator.run("requeue", "--case", cases[0], "--json")

    counts = json.loads(ran.stdout)
    assert [counts[name] for name in ("selected", "applied", "failed", "held", "pending")] == [
        2,
        0,
        1,
        1,
        0,
    ]
    assert ran.returncode == 1


def test_after_the_rollback_a_requeue_applies_everything_and_the_cases_end_as_any_other(
    operator: Operator, cases: list[str]
):
    operator.deploy("services.criteria")

    one = operator.told("requeue", "--case", cases[0])
    ran = operator.run("requeue", "--all", "--rate", "2", "--json")

    assert [one[name] for name in ("selected", "applied")] == [2, 2]
    counts = json.loads(ran.stdout)
    assert [counts[name] for name in ("selected", "applied", "failed", "held", "pending")] == [
        4,
        4,
        0,
        0,
        0,
    ]
    assert ran.returncode == 0, ran.stderr
    assert operator.reasons() == {}
    assert [by_line(described(operator.running, case)) for case in cases] == [
        {1: "A1", 2: "A1"}
    ] * CASES
    assert operator.running.desk.verified()["consistent"]


def test_what_has_to_be_named_is_asked_for(operator: Operator):
    nothing, no_place = operator.run("requeue"), operator.run("show", "criteria/nowhere")

    assert (nothing.returncode, no_place.returncode) == (2, 2)
    assert "--all" in nothing.stderr
    assert operator.run("show", f"criteria/{INTAKE}/3/999999").returncode == 4


def test_a_lane_that_only_parks_stops_and_says_what_to_do(operator: Operator):
    """A release of intake whose events nobody can read, sealed as ever: criteria and letters park
    them all, until the breaker stops their lane.
    """
    bad_release(operator, 0, STRANGE)

    (refused,) = eventually(lambda: operator.told("list", "--service", "criteria")[0]["refused"])

    assert refused["lane"] == 3
    assert "Roll back" in refused["why"]
    printed = operator.run("list", "--service", "criteria", "--limit", "1").stdout
    assert "refuses lane 3: breaker: the last 200 records were all parked" in " ".join(
        printed.split()
    )
    assert not answers(f"{operator.stack.urls['criteria']}/readyz")
    written = monotonic()
    bad_release(operator, STRANGE, UNREAD)
    behind = eventually(lambda: found if (found := lag_of_letters(operator))["behind"] else None)
    assert behind["behind"] == UNREAD
    assert 0 < behind["seconds"] <= monotonic() - written + 1
    assert [(one["lane"], one["why"].split(":")[0]) for one in behind["refused"]] == [
        (3, "breaker")
    ]
    operator.deploy("services.criteria")
    counts = operator.told("requeue", "--service", "criteria", "--case", str(ILL))
    assert [counts[name] for name in ("selected", "applied", "failed", "held", "pending")] == [
        STRANGE + UNREAD,
        0,
        1,
        STRANGE + UNREAD - 1,
        0,
    ]


def bad_release(operator: Operator, first: int, count: int) -> None:
    """Writes events of one case as intake seals them, with data that say nothing."""
    keys = service_keys(operator.stack.state / "keys", "intake").pairs.seals
    sealer = Sealer(INTAKE, keys)
    producer = Producer({"bootstrap.servers": operator.stack.broker.address})
    for n in range(first, first + count):
        ident = UUID(int=n + 1)
        envelope = Envelope(
            ident,
            RequestReceived.TYPE,
            "2026-11-29T12:00:00+00:00",
            ILL,
            "intake",
            {"intake": n + 1},
            UUID(int=n).hex if n else "",
            ident.hex,
        )
        entry = OutboxEntry(3, n, INTAKE, 3, str(ILL).encode(), pack(envelope), b"{}")
        producer.produce(INTAKE, b"{}", str(ILL).encode(), 3, headers=sealer.headers(entry))
    assert producer.flush(PATIENCE) == 0


def lag_of_letters(operator: Operator) -> Json:
    """What `topics lag` says of letters on intake's topic; its lane 3 has stopped too."""
    found: list[Json] = json.loads(
        priorauth("topics", "lag", "--json", stack=operator.running).stdout
    )
    return next(one for one in found if (one["service"], one["topic"]) == ("letters", INTAKE))
