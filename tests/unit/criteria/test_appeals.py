"""A request like one that was refused: judged as any other, and looked at soon by a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.criteria.decide import decide
from services.criteria.model import CriteriaState
from shared.events.criteria import CaseDetermined, Determination, ReviewRequested
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, REFERENCE, accepted, example, received

FORMER = UUID(int=5)
REASON = "appeal_or_new_request"


def asked_again(name: str) -> Outcome[CriteriaState]:
    """An example as intake hands it on that has found a refused case like it."""
    event = accepted(example(name)).model_copy(update={"resembles": FORMER})
    return decide(REFERENCE, None, received(event), AT)


def worklist(outcome: Outcome[CriteriaState]) -> list[tuple[Any, Any]]:
    rows = [one.values for one in outcome.rows if one.table == "worklist"]
    return [(row["reason"], row["is_open"]) for row in rows]


def found(outcome: Outcome[CriteriaState], kind: Any) -> Any:
    (event,) = [emit.data for emit in outcome.events if isinstance(emit.data, kind)]
    return event


def test_what_is_not_approved_is_on_the_worklist_as_a_possible_appeal_and_due_as_if_expedited():
    outcome = asked_again("bariatric_without_bmi")
    review = found(outcome, ReviewRequested)
    assert (REASON, True) in worklist(outcome)
    assert (review.reason, review.due_at) == (REASON, AT + timedelta(hours=24))


def test_software_may_approve_what_was_refused_and_nobody_is_asked_then():
    outcome = asked_again("reference_case")
    assert found(outcome, CaseDetermined).determination is Determination.APPROVED
    assert worklist(outcome) == [] or not any(is_open for _, is_open in worklist(outcome))
    assert not [one for one in outcome.events if isinstance(one.data, ReviewRequested)]


def test_the_member_and_the_provider_are_told_the_same_reason_as_ever():
    ordinary = decide(REFERENCE, None, received(accepted(example("bariatric_without_bmi"))), AT)
    lines = [
        found(one, CaseDetermined).lines for one in (ordinary, asked_again("bariatric_without_bmi"))
    ]
    assert lines[0] == lines[1]


def test_an_amendment_of_what_may_be_an_appeal_still_may_be_one():
    first = asked_again("bariatric_without_bmi").state
    second = decide(
        REFERENCE, first, received(accepted(example("bariatric_without_bmi"), version=2), n=2), AT
    )
    assert (REASON, True) in worklist(second)


def test_any_other_request_keeps_its_own_reason():
    outcome = decide(REFERENCE, None, received(accepted(example("bariatric_without_bmi"))), AT)
    assert REASON not in [reason for reason, _ in worklist(outcome)]
