"""A declared emergency is never held: it is noted under a number, what approves is approved, and a
nurse confirms the rest within the hour. Only a person can make anything else of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.criteria.decide import decide
from services.criteria.engine.answer.advisories.emergency import POSSIBLE
from services.criteria.model import NOTICE, NOTIFIED, CriteriaState
from shared.events.criteria import (
    CaseDetermined,
    CriteriaEvaluated,
    Determination,
    InformationRequested,
    LineDetermined,
    ReviewRequested,
)
from shared.events.request import AuthorizationRequest, Urgency
from shared.events.reviews import CallClosed
from shared.instants import micros
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import review
from tests.unit.criteria.test_unevaluated import Bug, found, rows, state_of, version

NA, A1 = Determination.NO_ACTION, Determination.APPROVED
WITHIN_THE_HOUR = AT + timedelta(hours=1)


def declared(name: str = "reference_case", **without: Any) -> AuthorizationRequest:
    """An example, declared an emergency, without the facts of a path."""
    asked = example(name)
    facts = tuple(one for one in asked.facts if one.path not in without.get("paths", ()))
    return asked.model_copy(update={"urgency": Urgency.EMERGENCY, "facts": facts})


def undocumented() -> AuthorizationRequest:
    """A declared emergency of which a policy lacks facts."""
    return declared(paths=("lesion.canal_stenosis",))


def determinations(outcome: Outcome[CriteriaState]) -> list[Determination]:
    return [line.summary.determination for line in state_of(outcome).lines]


def test_what_cannot_be_approved_requires_no_action_and_is_not_asked_about():
    outcome = version(undocumented())

    assert determinations(outcome) == [NA, NA]
    assert {one.reason for one in found(outcome, LineDetermined)} == {NOTIFIED}
    assert found(outcome, InformationRequested) == []
    (whole,) = found(outcome, CaseDetermined)
    assert (whole.determination, whole.questions) == (NA, ())
    (evaluated,) = found(outcome, CriteriaEvaluated)
    assert evaluated.questions
    assert all(one.optional for one in evaluated.questions)


def test_it_is_noted_under_a_number_that_says_what_it_decides():
    outcome = version(undocumented())
    (whole,) = found(outcome, CaseDetermined)
    (notice,) = [one for one in whole.advisories if one.id == NOTICE]

    assert whole.notification is not None
    assert whole.notification.startswith("EN-")
    assert whole.notification in notice.text
    assert "needs no approval" in notice.text
    assert "no decision on care after" in notice.text
    assert whole.notification == state_of(outcome).notification


def test_the_number_is_that_of_the_case_and_of_no_authorization():
    outcome = version(declared())
    grants = {line.granted.number for line in state_of(outcome).lines if line.granted}
    again = version(undocumented(), state_of(outcome), 2)

    assert state_of(again).notification == state_of(outcome).notification
    assert not any(str(state_of(outcome).notification)[3:] in number for number in grants)


def test_what_approves_is_approved_in_the_same_answer_and_a_nurse_calls():
    outcome = version(declared())

    assert determinations(outcome) == [A1, A1]
    (whole,) = found(outcome, CaseDetermined)
    assert whole.notification is not None
    calls = {row["item"]: row["due_at"] for row in rows(outcome, "call_item")}
    assert calls[NOTICE] == micros(WITHIN_THE_HOUR)
    assert POSSIBLE not in calls, "nobody is called about twice"


def test_a_nurse_finds_what_is_not_approved_on_the_worklist_within_the_hour():
    outcome = version(undocumented())

    assert [
        (row["reason"], row["due_at"], row["urgency"], row["is_open"])
        for row in rows(outcome, "worklist")
    ] == [(NOTIFIED, micros(WITHIN_THE_HOUR), "emergency", True)] * 2
    (asked,) = found(outcome, ReviewRequested)
    assert (asked.lines, asked.due_at) == ((1, 2), WITHIN_THE_HOUR)


@pytest.mark.parametrize(("result", "is_open"), [("reached", False), ("not_reached", True)])
def test_a_nurse_who_confirms_it_has_done_with_its_lines(result: str, is_open: bool):
    first = state_of(version(undocumented()))
    act = CallClosed(case_id=CASE, idempotency_key="k", item=NOTICE, by="rn-1", outcome=result)
    closed = decide(REFERENCE, first, received(act, 2), AT)

    assert {row["is_open"] for row in rows(closed, "worklist")} == (set() if is_open else {False})
    assert determinations(closed) == [NA, NA]
    again = version(undocumented(), state_of(closed), 2)
    assert {row["is_open"] for row in rows(again, "worklist")} == {is_open}


def test_that_no_action_is_required_is_kept_as_no_determination():
    assert rows(version(undocumented()), "line_determination") == []


def test_an_emergency_stays_declared_whatever_a_later_version_says():
    first = version(undocumented())
    calm = undocumented().model_copy(update={"urgency": Urgency.STANDARD})

    assert determinations(version(calm, state_of(first), 2)) == [NA, NA]


def test_a_request_may_become_an_emergency():
    calm = undocumented().model_copy(update={"urgency": Urgency.STANDARD})
    first = version(calm)
    assert determinations(first) == [Determination.PENDED] * 2
    assert state_of(first).notification is None

    then = version(undocumented(), state_of(first), 2)

    assert determinations(then) == [NA, NA]
    assert state_of(then).notification is not None


@pytest.mark.parametrize("determination", [A1, Determination.NOT_CERTIFIED])
def test_only_a_person_makes_anything_else_of_it(determination: Determination):
    first = version(undocumented())
    decided = decide(
        REFERENCE, first.state, received(review(state_of(first), determination=determination)), AT
    )

    assert determinations(decided) == [NA, determination]
    (whole,) = found(decided, CaseDetermined)
    assert whole.notification == state_of(first).notification


def test_care_that_is_over_is_looked_at_in_retrospect():
    lines = tuple(
        line.model_copy(update={"service_date": (AT - timedelta(days=9)).date()})
        for line in undocumented().lines
    )
    outcome = version(undocumented().model_copy(update={"lines": lines}))
    assert determinations(outcome) == [Determination.PENDED] * 2


def test_not_even_an_evaluation_that_fails_holds_it(monkeypatch: pytest.MonkeyPatch):
    Bug(monkeypatch)
    outcome = version(undocumented())

    assert determinations(outcome) == [NA, NA]
    assert state_of(outcome).notification is not None
    assert {row["due_at"] for row in rows(outcome, "worklist")} == {micros(WITHIN_THE_HOUR)}


def test_an_evaluation_that_fails_does_not_lose_what_may_be_an_emergency(
    monkeypatch: pytest.MonkeyPatch,
):
    Bug(monkeypatch)
    outcome = decide(REFERENCE, None, received(accepted(example("reference_case")), 1), AT)

    assert state_of(outcome).urgency is Urgency.EXPEDITED
    assert determinations(outcome) == [Determination.PENDED] * 2
    assert {row["due_at"] for row in rows(outcome, "worklist")} == {micros(WITHIN_THE_HOUR)}
    assert [row["item"] for row in rows(outcome, "call_item")] == [POSSIBLE]
    (whole,) = found(outcome, CaseDetermined)
    assert [one.id for one in whole.advisories] == [POSSIBLE]
    assert outcome.state is not None
    assert outcome.state.calls[0].due_at == WITHIN_THE_HOUR
