"""Where a member lives and whose law governs the plan may be two states: the rules of both bind."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import determinations, due, each_due
from shared.events.clocks.duties import ClockKind
from shared.events.request import ItemKind, LineOfBusiness, PlanFunding, Urgency
from tests.unit.intake.given import RECEIVED_AT, opened, request
from tests.unit.intake.plans_in_zones import TABLE

STATES = ("CA", "WA", "NJ", "KY", "OH", None)
BOTH = list(product(STATES, STATES))


def clocked(state: str | None, residence: str | None, **more: Any) -> Clocked:
    given = {
        "line_of_business": LineOfBusiness.ERISA,
        "urgency": Urgency.STANDARD,
        "funding": PlanFunding.INSURED,
        "electronic": True,
        "items": (ItemKind.SERVICE,),
        "plan": "NY",
    }
    return Clocked(**given | {"state": state, "residence": residence} | more)


def duties(asked: Clocked, at: datetime = RECEIVED_AT) -> dict[Any, datetime]:
    return {one.rule.duty: one.due_at for one in determinations(TABLE, asked, at)}


WHEN = st.integers(0, 500).map(lambda days: RECEIVED_AT + timedelta(days=days, hours=7))


@given(
    st.sampled_from([both for both in BOTH if None not in both]),
    st.sampled_from(["standard", "expedited"]),
    st.sampled_from(["erisa", "qhp_ffe", "medicaid_managed_care", "medicare_advantage"]),
    WHEN,
)
def test_of_two_states_each_duty_is_due_by_the_stricter(
    both: tuple[str, str], urgency: str, business: str, at: datetime
):
    more = {"urgency": Urgency(urgency), "line_of_business": LineOfBusiness(business)}
    one, other = (duties(clocked(state, state, **more), at) for state in both)
    merged = {
        duty: min(each[duty] for each in (one, other) if duty in each)
        for duty in one.keys() | other.keys()
    }
    assert duties(clocked(*both, **more), at) == merged
    assert duties(clocked(*reversed(both), **more), at) == merged


@pytest.mark.parametrize(("state", "residence"), BOTH)
def test_to_know_where_somebody_lives_makes_no_clock_later(
    state: str | None, residence: str | None
):
    known, unsaid = clocked(state, residence), clocked(state, None)
    assert due(TABLE, known, RECEIVED_AT).due_at <= due(TABLE, unsaid, RECEIVED_AT).due_at
    assert duties(unsaid).keys() <= duties(known).keys() or state is None


def test_where_somebody_lives_does_not_tell_whose_law_governs_the_plan():
    found = due(TABLE, clocked(None, "OH"), RECEIVED_AT)
    assert (found.rule.id, found.unknown) == ("wa-electronic-standard-3d", ("state",))
    at_home = [one.rule.id for one in determinations(TABLE, clocked(None, "CA"), RECEIVED_AT)]
    assert at_home == ["wa-electronic-standard-3d", "ca-standard-5bd", "erisa-pre-service-15d"]


def test_the_notices_of_a_decision_are_owed_under_either():
    for both in (("CA", "OH"), ("OH", "CA"), ("CA", "CA")):
        found = each_due(TABLE, ClockKind.DECISION_NOTICE, clocked(*both), RECEIVED_AT)
        assert len(found) == 2
    assert each_due(TABLE, ClockKind.DECISION_NOTICE, clocked("OH", "WA"), RECEIVED_AT) == ()


def test_a_request_says_both():
    member = request()["member"] | {
        "line_of_business": "erisa",
        "funding": "insured",
        "state": "NJ",
        "address": {"lines": ["1 Main Street"], "city": "Los Angeles", "state": "CA"},
    }
    state = opened(member=member)
    assert (state.clocked.state, state.clocked.residence) == ("NJ", "CA")
    assert [one.rule for one in state.determining] == [
        "ca-standard-5bd",
        "nj-electronic-standard-9d",
        "erisa-pre-service-15d",
    ]
