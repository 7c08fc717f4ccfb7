"""People act on the clocks of a case by the command line; what nobody decides in time stands first,
and is still a person's to decide. Only the clock is moved.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.embedded.late import hours_until
from cli.embedded.stack import Stack, start
from cli.services.service_client import ServiceClient
from shared.access.principal import Role
from shared.examples import bariatric_without_bmi, reference_case
from tests.access import read
from tests.patience import PATIENCE
from tests.stacks import RunningStack
from tests.stories.telling import bytes_of, determined, eventually, from_sender
from tests.stories.test_the_command_line import priorauth

pytestmark = pytest.mark.stack
Json = dict[str, Any]
MISSING = "information_missing"
EXTEND = ("--reason", "member_asked", "--words", "The member asked for time to send the report.")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own: its clock is moved."""
    made = start(tmp_path_factory.mktemp("clocks") / "state", print, PATIENCE)
    try:
        yield made
    finally:
        made.stop()


def reached(stack: Stack) -> RunningStack:
    return RunningStack(stack.urls, stack.broker.address, stack.documents, state=stack.state)


def acted(stack: Stack, *words: str, code: int = 0) -> Json:
    """What came of an act, which ends the command with this code."""
    ran = priorauth("desk", *words, "--json", stack=reached(stack))
    assert ran.returncode == code, ran.stdout + ran.stderr
    answer: Json = json.loads(ran.stdout)
    return answer


def determination(case: Json) -> Json:
    """The clock of the determination."""
    return next(one for one in case["clocks"] if one["kind"] == "determination")


def test_one_act_asks_in_a_letter_and_stops_the_clock_that_waits_for_the_answer(stack: Stack):
    request = from_sender(bariatric_without_bmi(), "asked")
    member = {**request["member"], "line_of_business": "erisa", "funding": "self_funded"}
    waits = determined(reached(stack), bytes_of({**request, "member": member}))
    case_id, before = waits["case_id"], determination(waits)
    what = "Which weight and height were measured last?"
    until = (datetime.fromisoformat(before["due_at"]) + timedelta(days=60)).date().isoformat()

    words = ("--what", what, "--of", "provider", "--until", until, "--yes")
    asked = acted(stack, "ask", case_id, *words)
    assert asked["outcome"] == "recorded"

    desk = ServiceClient(stack.urls)
    clock = eventually(lambda: _waiting(desk.case(case_id)))
    assert datetime.fromisoformat(clock["due_at"]) > datetime.fromisoformat(before["due_at"])
    assert [one["text"] for one in desk.case(case_id)["questions"] if one["asked"]] == [what]
    kinds = {one["kind"] for one in desk.letters(case_id)}
    assert "pended" in kinds
    eventually(lambda: [one for one in desk.letters(case_id) if one["kind"] == MISSING])
    answered = acted(stack, "information-received", case_id)
    assert determination(answered)["due_at"] < clock["due_at"]
    approved = acted(stack, "approve", case_id, "--reason", "The report came.", "--yes")
    assert approved["outcome"] == "recorded"


def _waiting(case: Json) -> Json | None:
    """The clock of the determination, once it stands still."""
    clock = determination(case)
    return clock if clock["tolled"] else None


def test_reference_data_is_checked_compared_and_published_by_a_command(
    stack: Stack, tmp_path: Path
):
    file = tmp_path / "2026.json"
    row = {"plan": "001", "contract": "H0000", "from": "2026-01-01", "state": "OH"}
    who = ("--by", "Ada", "--reason", "Plans of 2026.", "--json")

    def published(rows: list[Json], *more: str, code: int = 0) -> Json:
        file.write_text(json.dumps({"plans": rows}), "utf-8")
        words = ("reference", "publish", "plans", str(file), *who, *more)
        ran = priorauth(*words, stack=reached(stack))
        assert ran.returncode == code, ran.stdout + ran.stderr
        found: Json = json.loads(ran.stdout) if code == 0 else {"said": ran.stderr}
        return found

    assert published([row], "--dry-run")["outcome"] == "checked"
    assert "plans 2026 does not fit" in published([row | {"state": "Ohio"}], code=4)["said"]
    assert published([row], "--no-wait")["outcome"] == "taken_up"
    listed = json.loads(priorauth("reference", "list", "--json", stack=reached(stack)).stdout)
    assert ("plans", "2026") in [(one["kind"], one["id"]) for one in listed["intake"]["planned"]]


def test_what_nobody_decides_in_time_stands_first_and_is_still_a_persons(stack: Stack):
    approved = determined(reached(stack), bytes_of(from_sender(reference_case(), "mailed")))
    waits = determined(reached(stack), bytes_of(from_sender(bariatric_without_bmi(), "late")))
    case_id, before = waits["case_id"], determination(waits)

    extended = acted(stack, "extend", case_id, *EXTEND)
    after = determination(extended)
    assert (extended["outcome"], after["extended"]) == ("recorded", True)
    assert datetime.fromisoformat(after["due_at"]) > datetime.fromisoformat(before["due_at"])

    again = acted(stack, "extend", case_id, *EXTEND, code=1)
    assert (again["outcome"], again["detail"]) == (
        "extended_before",
        "The clock was extended before; that is done once.",
    )
    assert determination(again)["due_at"] == after["due_at"]

    letter = eventually(lambda: _to_member(stack, approved["case_id"]))
    mailed = acted(stack, "mailed", approved["case_id"], "--letter", letter["letter_id"])
    assert mailed["outcome"] == "recorded"

    stack.shift(hours_until(after["due_at"]), PATIENCE)
    worklist = f"{stack.urls['criteria']}/v1/worklist"
    first = eventually(lambda: _missed(json.loads(read(worklist, Role.NURSE))))
    assert (first["case_id"], first["by_law"]) == (case_id, "adverse_appealable")
    desk = ServiceClient(stack.urls)
    clock = determination(desk.case(case_id))
    assert (clock["breached"], clock["stopped_at"]) == (True, None)
    assert [line["determination"] for line in desk.case(case_id)["lines"]] == ["A4"]
    assert desk.verified_when_signed()["consistent"] is True

    listed = priorauth("clocks", "--soon", "--json", stack=reached(stack))
    assert json.loads(listed.stdout)[0]["case_id"] == case_id


def _to_member(stack: Stack, case_id: str) -> Json | None:
    """The member's letter, once it is written."""
    letters = ServiceClient(stack.urls).letters(case_id)
    return next((one for one in letters if one["audience"] == "member" and one["sha256"]), None)


def _missed(worklist: list[Json]) -> Json | None:
    """What stands first, once a clock is missed and the law has said what follows."""
    first = worklist[0] if worklist else {}
    return first if first.get("by_law") not in {None, "none"} else None
