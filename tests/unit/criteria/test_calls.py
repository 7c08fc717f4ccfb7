"""A call that a policy asks for is work: open until somebody closes it, reported once when its time
is over, and promised to nobody at a time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.criteria.decide import decide
from services.criteria.decide.calls import TIMER
from services.criteria.handlers import read_review
from services.criteria.model import CriteriaState
from shared.events.intake import RequestCancelled
from shared.events.reviews import CallBreached, CallClosed, CallRecorded
from shared.instants import micros
from shared.lanes.batch.timers_and_tasks import timer_cause
from shared.lanes.outcome import Outcome, Timer
from tests.unit.criteria.given import AT, CASE, REFERENCE, example, received
from tests.unit.criteria.test_unevaluated import Bug, found, rows, state_of, version

ITEM = "uncovered-level:L1"
DUE = AT + timedelta(minutes=60)
POLICIES_ALONE = replace(REFERENCE, library=replace(REFERENCE.library, triage=()))


def opened() -> Outcome[CriteriaState]:
    """A case with the one call that its policy asks for."""
    return version(example("reference_case"), reference=POLICIES_ALONE)


def act(key: str = "k-1", **more: Any) -> CallClosed:
    values = {"case_id": CASE, "item": ITEM, "by": "rn-1", "outcome": "reached"}
    return CallClosed(**values | {"idempotency_key": key} | more)


def close(case: CriteriaState | None, closing: CallClosed | None = None) -> Outcome[CriteriaState]:
    return decide(REFERENCE, case, received(closing or act(), 5), AT)


def ring(case: CriteriaState | None, at: datetime = DUE) -> Outcome[CriteriaState]:
    return decide(REFERENCE, case, timer_cause(CASE, TIMER, micros(at)), at)


def test_a_policy_that_asks_for_a_call_opens_one_with_an_internal_due_time():
    outcome = opened()
    (row,) = rows(outcome, "call_item")
    assert (row["item"], row["due_at"], row["is_open"], row["breached"]) == (
        ITEM,
        micros(DUE),
        True,
        False,
    )
    assert outcome.timers == (Timer(TIMER, DUE),)


def test_a_request_without_such_advice_has_no_call_and_no_timer():
    outcome = version(example("bariatric_without_bmi"))
    assert (rows(outcome, "call_item"), outcome.timers) == ([], ())


def test_a_call_is_asked_for_once_however_often_the_case_is_evaluated():
    before = state_of(opened())
    outcome = version(example("reference_case"), before, 2, POLICIES_ALONE)
    assert (rows(outcome, "call_item"), outcome.timers) == ([], ())
    assert state_of(outcome).calls == before.calls


def test_a_call_whose_time_is_over_is_reported_once_and_stays_open():
    outcome = ring(opened().state)
    (breach,) = found(outcome, CallBreached)
    assert (breach.item, breach.due_at) == (ITEM, DUE)
    (row,) = rows(outcome, "call_item")
    assert (row["breached"], row["is_open"]) == (True, True)
    assert outcome.timers == (Timer(TIMER, None),)
    assert ring(outcome.state).events == ()


def test_a_timer_of_one_call_does_not_report_another_that_is_due_later():
    case = state_of(opened())
    later = case.calls[0].model_copy(update={"item": "other", "due_at": DUE + timedelta(hours=1)})
    both = case.model_copy(update={"calls": (*case.calls, later)})
    outcome = ring(both)
    assert [breach.item for breach in found(outcome, CallBreached)] == [ITEM]
    assert outcome.timers == (Timer(TIMER, later.due_at),)


@pytest.mark.parametrize("result", ["reached", "not_reached", "declined"])
def test_a_call_that_was_made_is_closed_with_who_made_it_and_no_timer_rings(result: str):
    outcome = close(opened().state, act(outcome=result))
    (record,) = found(outcome, CallRecorded)
    assert (record.item, record.by, record.outcome) == (ITEM, "rn-1", result)
    (row,) = rows(outcome, "call_item")
    assert (row["is_open"], row["outcome"], row["closed_by"]) == (False, result, "rn-1")
    assert [row["result"] for row in rows(outcome, "call_closure")] == ["recorded"]
    assert outcome.timers == (Timer(TIMER, None),)
    assert ring(outcome.state).events == ()


def test_a_breached_call_can_still_be_closed():
    assert len(found(close(ring(opened().state).state), CallRecorded)) == 1


def test_the_same_act_again_changes_nothing():
    once = close(opened().state)
    assert close(once.state) == Outcome(once.state)


@pytest.mark.parametrize("why", ["unknown_case", "unknown_call", "already_closed"])
def test_an_act_that_cannot_be_taken_is_answered_and_changes_nothing(why: str):
    closings = {
        "unknown_case": (None, act("k-2")),
        "unknown_call": (opened().state, act("k-2", item="nothing")),
        "already_closed": (close(opened().state).state, act("k-2")),
    }
    case, closing = closings[why]
    outcome = close(case, closing)
    assert (outcome.state, outcome.events) == (case, ())
    assert [row["result"] for row in rows(outcome, "call_closure")] == [why]
    assert len(outcome.rows) == 1


def test_a_withdrawn_request_has_nothing_to_call_about():
    gone = RequestCancelled(submission_id=CASE, version=2, received_at=AT)
    outcome = decide(REFERENCE, opened().state, received(gone, 2), AT)
    (row,) = rows(outcome, "call_item")
    assert (row["is_open"], row["outcome"]) == (False, "withdrawn")
    assert outcome.timers == (Timer(TIMER, None),)


def test_a_call_outlives_an_evaluation_that_fails(monkeypatch: pytest.MonkeyPatch):
    before = state_of(close(opened().state))
    Bug(monkeypatch)
    after = state_of(version(example("reference_case"), before, 2, POLICIES_ALONE))
    assert (after.calls, after.closures) == (before.calls, before.closures)


def test_the_topic_of_reviews_carries_the_act():
    assert read_review(CallClosed.TYPE, {}, act().published()) == act()
