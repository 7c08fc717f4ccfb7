"""`priorauth demo --late`: a request that nobody decides in time. Only the clock is moved: the
services, their timers and their events are real.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from importlib import resources
from time import sleep
from typing import Any

from cli.desk.pictures import worklist_picture
from cli.embedded.stack import READY_SECONDS, Stack
from cli.screen.clocks import case_clocks, clocks_picture
from cli.screen.display import out
from cli.services import web
from cli.services.service_client import ServiceClient
from cli.services.submit import sent
from shared.access.principal import Role
from shared.clock import SystemClock, monotonic
from shared.errors import Unavailable
from shared.events.clocks.duties import ClockBreached, ClockExpired

Json = dict[str, Any]
EXAMPLE = "bariatric_without_bmi.json"
PATIENCE, PAUSE, QUIET = 120.0, 0.2, 3.0
TYPES = (ClockBreached.TYPE, ClockExpired.TYPE)


def late(stack: Stack, desk: ServiceClient) -> Json:
    """Submits a request that has to wait, lets the law's time for it pass, and shows what became of
    it: `breached`, what the law makes of it, whether it stands first, and its letters.
    """
    content = (resources.files("shared.examples") / EXAMPLE).read_bytes()
    case_id = sent(content, stack.urls["intake"], 10).case_id
    if case_id is None:
        raise Unavailable("Intake has not got to the request in time.", code="not_placed")
    before = desk.case(case_id)
    out.print(f"[bold]case {case_id}[/] waits for information; its clocks:")
    _clocks(before)
    hours = hours_until(before["clock"]["due_at"])
    out.print(f"\nthe clocks of the services are moved ahead by {hours} hours")
    stack.shift(hours, READY_SECONDS)
    moved = ServiceClient(stack.urls)
    after = _missed(stack, moved, case_id)
    return _shown(moved, after)


def hours_until(due_at: str) -> int:
    """Whole hours from now, so that an instant has surely passed."""
    left = datetime.fromisoformat(due_at) - SystemClock().now()
    return math.ceil(left / timedelta(hours=1)) + 1


def _missed(stack: Stack, desk: ServiceClient, case_id: str) -> Json:
    """The case once its clock is missed and the worklist knows; raises `Unavailable` where that
    takes too long.
    """
    deadline = monotonic() + PATIENCE
    while monotonic() < deadline:
        stack.check()
        case = desk.case(case_id)
        if case["clock"]["breached"] and _first(desk).get("clock_missed"):
            _quiet(desk, case_id, deadline)
            return desk.case(case_id)
        sleep(PAUSE)
    raise Unavailable(
        f"The clock was not missed in {PATIENCE:.0f} s.",
        code="late",
        remedy=f"Read the logs in {stack.state / 'log'}.",
    )


def _quiet(desk: ServiceClient, case_id: str, deadline: float) -> None:
    """Waits until nothing has followed for a while."""
    known, since = -1, monotonic()
    while monotonic() < min(since + QUIET, deadline):
        count = len(desk.timeline(case_id))
        if count != known:
            known, since = count, monotonic()
        sleep(PAUSE)


def _first(desk: ServiceClient) -> Json:
    """What stands first on the worklist."""
    found = web.get(f"{desk.urls['criteria']}/v1/worklist?limit=1", Role.NURSE)
    return dict(found[0]) if found else {}


def _shown(desk: ServiceClient, case: Json) -> Json:
    """Shows what the missed clock left behind; the result is what `--json` writes."""
    case_id = case["case_id"]
    out.print("\n[bold]nobody decided it in time[/]; its clocks now:")
    _clocks(case)
    recorded = [one for one in desk.timeline(case_id) if one["type"] in TYPES]
    for one in recorded:
        out.print(f"  on the record: {one['type']}")
    out.print("\n[bold]priorauth clocks[/]")
    out.print(clocks_picture(web.get(f"{desk.urls['intake']}/v1/clocks", Role.OPERATIONS)))
    out.print("\n[bold]priorauth desk list[/]")
    worklist = web.get(f"{desk.urls['criteria']}/v1/worklist", Role.NURSE)
    out.print(worklist_picture(worklist))
    letters = [one["kind"] for one in desk.letters(case_id)]
    out.print(f"\nletters of the case: {', '.join(letters)}")
    out.print("\nnothing is decided by it: the line stays open, and a person must still decide")
    return {
        "case_id": case_id,
        "clocks": case["clocks"],
        "events": [one["type"] for one in recorded],
        "first": worklist[0],
        "letters": letters,
        "lines": [one["determination"] for one in case["lines"]],
    }


def _clocks(case: Json) -> None:
    for line in case_clocks(case["clocks"]):
        out.print(line)


def differences(result: Json) -> list[str]:
    """What came out otherwise than it should, in sentences; empty when all is well."""
    wrong = []
    if ClockBreached.TYPE not in result["events"]:
        wrong.append("the missed clock is not on the record")
    if result["first"]["case_id"] != result["case_id"] or not result["first"]["clock_missed"]:
        wrong.append("the case does not stand first on the worklist")
    if set(result["lines"]) != {"A4"}:
        wrong.append("a line was decided by the clock")
    return wrong
