"""A clock that is judged again keeps what was told of it, and stays within the law."""

from __future__ import annotations

from shared.lanes.outcome import Timer
from tests.unit.intake.acting import DAY, acted, clock
from tests.unit.intake.given import RECEIVED_AT, case_of, clock_due, opened, types, when


def test_a_clock_that_was_missed_is_not_missed_again_by_a_stricter_rule():
    due = clock(opened()).due_at
    missed = case_of(when(opened(), clock_due(due)))
    asked = {"asked_by": "physician", "asked_at": RECEIVED_AT + DAY}
    outcome = acted(missed, "expedite", at=due + DAY, **asked)
    faster = clock(case_of(outcome))
    assert (faster.rule, faster.breached, faster.expired) == ("ma-expedited-72h", True, True)
    assert outcome.timers == (Timer("clock", None),)
    assert types(when(outcome.state, clock_due(faster.due_at))) == []
