"""What holds of every clock, whatever is asked and whenever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import Due, due, duties
from services.intake.clocks.reference import clock_rules
from services.intake.clocks.rules import RuleTable
from services.intake.clocks.running import corrected, started
from services.intake.decide import decide
from shared.events.request import Asker, ItemKind, LineOfBusiness, PlanFunding, Urgency
from tests.unit.intake.given import case_of, request, submitted
from tests.unit.intake.naive_clocks import Clock, instants
from tests.unit.intake.plans_in_zones import TABLE, ZONES

FIVE = ("NY", "CHI", "DEN", "LA", "GUM")
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "line_of_business": st.sampled_from(
        [one for one in LineOfBusiness.known() if one != "unknown"]
    ),
    "state": st.sampled_from(["CA", "WA", "NJ", "KY", "OH"]),
    "funding": st.sampled_from([PlanFunding.INSURED, PlanFunding.SELF_FUNDED]),
    "electronic": st.booleans(),
    "items": st.lists(
        st.sampled_from([ItemKind.SERVICE, ItemKind.PART_B_DRUG, ItemKind.OUTPATIENT_DRUG]),
        min_size=1,
        max_size=2,
    ).map(tuple),
    "asker": st.sampled_from([Asker.CONTRACTED_PROVIDER, Asker.NONCONTRACT_PROVIDER]),
    "concurrent": st.booleans(),
    "care_ends_at": st.datetimes(
        datetime(2025, 12, 1),
        datetime(2026, 12, 31),
        timezones=st.just(UTC),
    ),
    "plan": st.sampled_from(list(ZONES)),
}
UNKNOWN: dict[str, Any] = {
    "line_of_business": LineOfBusiness.UNKNOWN,
    "state": None,
    "funding": PlanFunding.UNKNOWN,
    "electronic": None,
    "items": (ItemKind.UNKNOWN,),
    "asker": Asker.UNKNOWN,
    "concurrent": None,
    "care_ends_at": None,
    "plan": None,
}
WHOLE = st.fixed_dictionaries(
    {**KNOWN, "urgency": st.sampled_from(Urgency), "post_stabilization": st.booleans()}
)
WHEN = st.datetimes(
    datetime(2025, 6, 1),
    datetime(2028, 12, 31),
    timezones=st.just(UTC),
)


def by_kind(found: tuple[Due, ...]) -> dict[str, Due]:
    """The strictest of each kind."""
    return {one.rule.kind: one for one in reversed(found)}


@given(WHOLE, st.sets(st.sampled_from(sorted(UNKNOWN))), WHEN)
def test_what_is_not_known_never_makes_a_clock_later_and_no_duty_go_away(
    known: dict[str, Any], unsaid: set[str], at: datetime
):
    less = known | {name: UNKNOWN[name] for name in unsaid}
    whole = by_kind(duties(TABLE, Clocked(**known), at))
    partly = by_kind(duties(TABLE, Clocked(**less), at))
    assert whole.keys() <= partly.keys()
    for kind, one in whole.items():
        assert partly[kind].due_at <= one.due_at
        assert partly[kind].target_at <= one.target_at


@given(WHOLE, st.sets(st.sampled_from([rule.id for rule in TABLE.rules])), WHEN)
def test_a_rule_more_never_makes_a_clock_later(known: dict[str, Any], gone: set[str], at: datetime):
    fewer = [one for one in TABLE.rules if one.id not in gone or one.unconditional]
    smaller = TABLE.model_copy(update={"rules": tuple(fewer)})
    asked = Clocked(**known)
    before = due(RuleTable.model_validate(smaller.model_dump(by_alias=True)), asked, at)
    after = due(TABLE, asked, at)
    # Without any rule the strictest of all is taken: there the rule that is added says how it is.
    if not before.assumed:
        assert after.due_at <= before.due_at
        assert after.target_at <= before.target_at


@given(WHOLE, WHEN)
def test_a_clock_runs_from_receipt_and_its_earliest_reading_is_not_after_the_law_s_instant(
    known: dict[str, Any], at: datetime
):
    for one in duties(TABLE, Clocked(**known), at):
        assert at < one.target_at <= one.due_at <= one.latest_at
        assert one.rule.id not in one.runners_up
        assert (
            not {"line_of_business", "state", "item", "channel"} & set(one.unknown) or one.assumed
        )


@pytest.mark.parametrize("plan", FIVE)
@pytest.mark.parametrize("change", ["2026-03-08", "2026-11-01", "2028-02-29", "2027-01-01"])
def test_in_the_weeks_around_a_change_every_half_hour_has_the_clock_that_is_walked(
    plan: str, change: str
):
    zone = ZoneInfo(ZONES[plan])
    asked = Clocked(
        line_of_business=LineOfBusiness.MEDICARE_ADVANTAGE,
        urgency=Urgency.STANDARD,
        items=(ItemKind.SERVICE,),
        plan=plan,
    )
    at = datetime.fromisoformat(change).replace(tzinfo=zone).astimezone(UTC) - timedelta(days=7.5)
    for _ in range(48):
        found = due(TABLE, asked, at)
        assert (found.target_at, found.due_at) == instants(Clock("", 7, "d"), at, zone.key)
        at += timedelta(minutes=30)


@pytest.mark.parametrize(
    ("received", "target"),
    [
        # 02:30 of 8 March is skipped: the earlier reading is 01:30 EST.
        ("2026-03-01T02:30-05:00", "2026-03-08T01:30-05:00"),
        # 01:30 of 1 November comes twice: the first is EDT.
        ("2026-10-25T01:30-04:00", "2026-11-01T01:30-04:00"),
        # Received in the second 01:30, a week later: 168 hours on.
        ("2026-11-01T01:30-05:00", "2026-11-08T01:30-05:00"),
    ],
)
def test_a_time_on_the_wall_that_is_skipped_or_comes_twice_is_read_at_its_earliest(
    received: str, target: str
):
    asked = Clocked(
        line_of_business=LineOfBusiness.MEDICARE_ADVANTAGE,
        urgency=Urgency.STANDARD,
        items=(ItemKind.SERVICE,),
        plan="NY",
    )
    found = due(TABLE, asked, datetime.fromisoformat(received))
    assert found.target_at == datetime.fromisoformat(target)


def test_the_rules_that_ship_name_their_source_and_whether_it_was_read():
    for rule in clock_rules().rules:
        assert rule.citation.strip()
        assert rule.source in {"read", "secondary", "general"}
        assert "source" in rule.model_fields_set
        assert "meets" in rule.model_fields_set, "what meets a duty is said, not assumed"
        assert rule.notices
    for table in clock_rules().holidays.values():
        assert table.citation.strip()
        assert {day.year for day in table.dates} == {2025, 2026, 2027, 2028}


@pytest.mark.parametrize("plan", ZONES)
def test_a_clock_says_in_which_zone_its_days_are_counted(plan: str):
    opening = submitted(request(member=request()["member"] | {"plan": plan}))
    state = case_of(decide(TABLE, None, opening))
    assert {one.zone for one in state.clocks} == {ZONES[plan]}
    assert started(state.clock).zone == corrected(state.clock, "receipt").zone == ZONES[plan]
