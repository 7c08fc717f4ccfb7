"""Which clock binds, and when it is due: the golden dates of the regulations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import Due, due
from services.intake.clocks.reference import clock_rules
from services.intake.clocks.rules import parse
from shared.errors import Malformed
from shared.events.request import ItemKind, LineOfBusiness, PlanFunding, Urgency, faster

MA = LineOfBusiness.MEDICARE_ADVANTAGE
PACIFIC = ZoneInfo("America/Los_Angeles")


def due_of(
    plan: LineOfBusiness,
    urgency: Urgency,
    at: datetime,
    state: str | None = None,
    **changed: Any,
) -> Due:
    known = {"items": (ItemKind.SERVICE,), "funding": PlanFunding.SELF_FUNDED, **changed}
    asked = Clocked(line_of_business=plan, urgency=urgency, state=state, **known)
    return due(clock_rules(), asked, at)


def test_an_urgent_erisa_claim_has_seventy_two_hours_under_its_own_rule():
    found = due_of(LineOfBusiness.ERISA, Urgency.EXPEDITED, datetime(2026, 2, 27, 10, tzinfo=UTC))
    assert (found.rule.id, found.rule.citation) == (
        "erisa-urgent-72h",
        "29 CFR 2560.503-1(f)(2)(i)",
    )


def test_an_emergency_counts_as_expedited():
    at = datetime(2026, 2, 27, 10, tzinfo=UTC)
    assert due_of(MA, Urgency.EMERGENCY, at) == due_of(MA, Urgency.EXPEDITED, at)


def test_a_marketplace_plan_is_bound_by_the_claims_rule_and_not_by_the_seven_days():
    assert (
        due_of(
            LineOfBusiness.QHP_FFE, Urgency.STANDARD, datetime(2026, 2, 2, tzinfo=UTC), "OH"
        ).rule.id
        == "qhp-pre-service-15d"
    )


def test_an_unknown_line_of_business_takes_the_strictest_clock_and_says_that_it_was_assumed():
    found = due_of(LineOfBusiness.UNKNOWN, Urgency.STANDARD, datetime(2026, 2, 2, 9, tzinfo=UTC))
    assert (found.target_at, found.assumed) == (datetime(2026, 2, 5, 9, tzinfo=UTC), True)
    assert found.unknown == ("line_of_business", "state", "channel")


def test_a_plan_without_a_rule_on_that_date_takes_the_strictest_clock_and_says_so():
    assert due_of(
        LineOfBusiness.MEDICAID_FEE_FOR_SERVICE, Urgency.STANDARD, datetime(2025, 6, 2, tzinfo=UTC)
    ).assumed


@pytest.mark.parametrize(
    ("received", "until"),
    [
        (datetime(2026, 2, 7, 10, tzinfo=PACIFIC), datetime(2026, 2, 13, 10, tzinfo=PACIFIC)),
        (datetime(2026, 2, 3, 10, tzinfo=PACIFIC), datetime(2026, 2, 10, 10, tzinfo=PACIFIC)),
    ],
)
def test_california_allows_five_business_days_where_that_is_stricter(
    received: datetime, until: datetime
):
    found = due_of(LineOfBusiness.MEDICAID_MANAGED_CARE, Urgency.STANDARD, received, "CA")
    assert found.target_at == until.astimezone(UTC)


def test_california_binds_only_its_own_members_and_never_medicare():
    at = datetime(2026, 2, 7, 18, tzinfo=UTC)
    assert (
        due_of(LineOfBusiness.MEDICAID_MANAGED_CARE, Urgency.STANDARD, at, "OH").rule.id
        == "medicaid-mco-standard-7d"
    )
    assert (
        due_of(LineOfBusiness.MEDICAID_MANAGED_CARE, Urgency.STANDARD, at, "CA").rule.id
        == "ca-standard-5bd"
    )
    assert due_of(MA, Urgency.STANDARD, at, "CA").rule.id == "ma-standard-7d"


@given(
    st.sampled_from(LineOfBusiness.known()),
    st.sampled_from(Urgency),
    # Hypothesis wants naive bounds.
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["CA", "OH", None]),
)
def test_every_request_has_a_clock_and_an_unknown_plan_is_never_slower(
    plan: LineOfBusiness, urgency: Urgency, at: datetime, state: str | None
):
    found = due_of(plan, urgency, at, state)
    assert at < found.due_at <= found.latest_at
    assert due_of(LineOfBusiness.UNKNOWN, urgency, at, state).due_at <= found.due_at


@given(st.sampled_from(Urgency), st.sampled_from(Urgency))
def test_urgency_only_rises(one: Urgency, other: Urgency):
    assert faster(one, other) is faster(other, one)
    assert faster(faster(one, other), one) is faster(one, other)


def test_every_rule_says_how_sure_its_wording_is_and_cites_its_source():
    assert all(rule.source and rule.citation for rule in clock_rules().rules)


RULE = "{id: abc, citation: x, lines_of_business: [erisa], urgency: standard, source: read%s}"


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "version: '1'\nrules: []",
        f"version: '1'\nrules: [{RULE % ''}]",
        f"version: '1'\nrules: [{RULE % ', hours: 1, days: 2'}]",
        f"version: '1'\nrules: [{RULE % ', hours: 1'}, {RULE % ', hours: 2'}]",
        "version: [",
    ],
)
def test_a_table_that_is_not_clear_is_refused(text: str):
    with pytest.raises(Malformed):
        parse(text)
