"""What is not known is taken at its strictest and named, duty by duty; what a table may not say."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.due import due, due_of, duties
from services.intake.clocks.instants import longest
from services.intake.clocks.reference import clock_reference, clock_rules, packaged
from services.intake.clocks.rules import RuleTable, parse
from services.intake.clocks.zones import packaged_zone
from shared.errors import Malformed
from shared.events.clocks.duties import ClockKind, ExtensionReason
from shared.events.request import Asker, ItemKind, LineOfBusiness, PlanFunding, Urgency
from shared.lanes.state.reference import ReferenceItem
from tests.unit.intake.plans_in_zones import TABLE, ZONES

AT = datetime(2026, 6, 1, 15, tzinfo=UTC)
MA, ERISA = LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.ERISA
FAST, STANDARD = Urgency.EXPEDITED, Urgency.STANDARD


def clocked(payer: LineOfBusiness, urgency: Urgency = STANDARD, **known: Any) -> Clocked:
    return Clocked(
        **{
            "line_of_business": payer,
            "urgency": urgency,
            "items": (ItemKind.SERVICE,),
            "plan": "CHI",
            **known,
        }
    )


def rule_of(asked: Clocked, at: datetime = AT) -> tuple[str, tuple[str, ...]]:
    """The rule that binds, and what it rests on."""
    found = due(TABLE, asked, at)
    return found.rule.id, found.unknown


@pytest.mark.parametrize(
    ("asker", "owed"),
    [
        (Asker.NONCONTRACT_PROVIDER, ((),)),
        (Asker.CONTRACTED_PROVIDER, ()),
        (Asker.UNKNOWN, (("asker",),)),
        (Asker.MEMBER, (("asker",),)),
        (Asker.REPRESENTATIVE, (("asker",),)),
    ],
)
def test_information_is_asked_for_within_24_hours_unless_the_provider_has_a_contract(
    asker: Asker, owed: tuple[tuple[str, ...], ...]
):
    found = duties(TABLE, clocked(MA, FAST, asker=asker), AT)
    asked = [one for one in found if one.rule.kind is ClockKind.INFORMATION_REQUEST]
    assert tuple(one.unknown for one in asked) == owed
    assert all(
        one.rule.when_missing and (one.due_at - AT).total_seconds() == 86_400 for one in asked
    )
    assert found[0].rule.kind is ClockKind.DETERMINATION


def test_an_employer_s_plan_says_within_a_day_or_five_days_that_a_claim_is_incomplete():
    kinds = [
        [
            (one.rule.kind, one.rule.id)
            for one in duties(TABLE, clocked(ERISA, urgency), AT)
            if one.rule.kind is not ClockKind.DETERMINATION
        ]
        for urgency in (FAST, STANDARD)
    ]
    assert kinds == [
        [(ClockKind.INCOMPLETE_NOTICE, "erisa-incomplete-urgent-24h")],
        [(ClockKind.INCOMPLETE_NOTICE, "erisa-incomplete-5d")],
    ]
    assert due_of(TABLE, ClockKind.WRITTEN_NOTICE, clocked(ERISA), AT) is None


@pytest.mark.parametrize(
    ("asked", "rule", "unknown"),
    [
        (clocked(MA, items=()), "ma-part-b-drug-72h", ("item",)),
        (clocked(MA, items=(ItemKind.OTHER,)), "ma-part-b-drug-72h", ("item",)),
        (
            clocked(MA, items=(ItemKind.SERVICE, ItemKind.UNKNOWN)),
            "ma-part-b-drug-72h",
            ("item",),
        ),
        (
            clocked(ERISA, state="CA", funding=PlanFunding.UNKNOWN),
            "ca-standard-5bd",
            ("funding",),
        ),
        (clocked(ERISA, state="CA", funding=PlanFunding.SELF_FUNDED), "erisa-pre-service-15d", ()),
        (clocked(LineOfBusiness.QHP_FFE), "wa-electronic-standard-3d", ("state", "channel")),
        (
            clocked(LineOfBusiness.QHP_FFE, state="WA", electronic=False),
            "wa-standard-5d",
            (),
        ),
        (
            clocked(LineOfBusiness.QHP_FFE, state="WA"),
            "wa-electronic-standard-3d",
            ("channel",),
        ),
        (clocked(MA, state=None), "ma-standard-7d", ()),
        (
            clocked(ERISA, FAST, state="OH", concurrent=None),
            "erisa-concurrent-urgent-24h",
            ("concurrent", "care_ends_at"),
        ),
        (
            clocked(ERISA, FAST, state="OH", concurrent=True),
            "erisa-concurrent-urgent-24h",
            ("care_ends_at",),
        ),
        (
            clocked(
                ERISA,
                FAST,
                state="OH",
                concurrent=True,
                care_ends_at=datetime(2026, 6, 2, 14, 59, tzinfo=UTC),
            ),
            "erisa-urgent-72h",
            (),
        ),
    ],
)
def test_what_a_request_does_not_say_is_taken_at_its_strictest_and_named(
    asked: Clocked, rule: str, unknown: tuple[str, ...]
):
    assert rule_of(asked) == (rule, unknown)


def test_where_only_an_unknown_kind_of_item_makes_a_rule_bind_all_rules_are_asked():
    before = datetime(2025, 6, 2, 15, tzinfo=UTC)
    asked = clocked(
        LineOfBusiness.MEDICAID_FEE_FOR_SERVICE, FAST, state="OH", post_stabilization=True
    )
    service = due(TABLE, asked, before)
    unsaid = due(TABLE, asked.model_copy(update={"items": ()}), before)
    assert service.rule.id == unsaid.rule.id == "ma-post-stabilization-1h"
    assert service.assumed


def test_a_plan_that_is_not_named_is_read_in_every_zone_and_at_its_earliest():
    everywhere = [due(TABLE, clocked(MA, plan=plan), AT).due_at for plan in ZONES]
    nowhere = due(TABLE, clocked(MA, plan=None), AT)
    assert nowhere.due_at == min(everywhere) < max(everywhere)
    assert nowhere.unknown == ("plan",)
    assert due(TABLE, clocked(MA, plan="of no table"), AT) == due(TABLE, clocked(MA), AT)
    assert due(clock_rules(), clocked(MA, plan=None), AT).unknown == ()


@pytest.mark.parametrize(
    ("plan", "zones"),
    [
        ("H1-001", ("Pacific/Guam",)),
        ("H1-002", ("America/Denver",)),
        ("H1", ("America/Chicago", "Pacific/Guam", "America/Denver")),
        ("H1-003", ("America/Chicago", "Pacific/Guam", "America/Denver")),
        ("001", ("America/Chicago", "Pacific/Guam", "America/Phoenix")),
        ("R-2-001", ("America/Phoenix",)),
        ("R-2", ("America/Chicago", "America/Phoenix")),
        ("H3-004", ("America/Chicago", "UTC")),
        ("H4-001", ("America/Chicago",)),
        ("H", ("America/Chicago",)),
    ],
)
def test_a_plan_that_is_named_in_part_is_read_in_every_zone_that_may_be_its_own(
    plan: str, zones: tuple[str, ...]
):
    plans = {
        "H1-001": "Pacific/Guam",
        "H1-002": "America/Denver",
        "R-2-001": "America/Phoenix",
        "H3": "UTC",
    }
    names = ("America/Chicago", *plans.values())
    content = TABLE.model_dump(by_alias=True) | {
        "zones": {"plans": plans},
        "zone_rules": {name: packaged_zone(name) for name in names},
    }
    found = due(RuleTable.model_validate(content), clocked(MA, plan=plan), AT)
    single = [
        due(TABLE, clocked(MA, plan=one), AT).due_at for one, zone in ZONES.items() if zone in zones
    ]
    assert found.due_at == min(single)
    assert found.unknown == (("plan",) if len(zones) > 1 else ())


def test_business_days_of_a_year_without_holidays_are_counted_as_if_it_had_none():
    asked = clocked(ERISA, state="CA", funding=PlanFunding.INSURED, plan="LA")
    at = datetime(2029, 11, 19, 18, tzinfo=UTC)  # the Monday before Thanksgiving
    found = due(TABLE, asked, at)
    assert found.unknown == ("holidays",)
    assert found.due_at == datetime(2029, 11, 27, 8, tzinfo=UTC)


HEAD = """version: '1'
holidays: {X: {title: x, citation: x, source: read, days: {x: [2026-06-03, 2026-06-04]}}}
rules:
- {id: slow, citation: x, source: read, lines_of_business: [erisa], urgency: standard, hours: 900}
- {id: fast, citation: x, source: read, lines_of_business: [erisa], urgency: expedited, hours: 72}
"""
RULE = "- {id: new, citation: x, source: read, lines_of_business: [%s], urgency: standard, %s}\n"


def test_the_earliest_reading_is_that_of_all_rules_that_bind():
    table = parse(
        HEAD
        + RULE % ("erisa", "days: 2, holidays: X")
        + (RULE % ("erisa", "days: 3")).replace("new", "other")
    )
    found = due(table, clocked(ERISA), AT)
    assert found.rule.id == "other"
    assert found.due_at == datetime(2026, 6, 5, 5, tzinfo=UTC)
    assert found.target_at == datetime(2026, 6, 3, 15, tzinfo=UTC)
    assert found.runners_up == ("new", "slow")


@pytest.mark.parametrize(
    ("plans", "text"),
    [
        ("medicare_advantage", "states: [OH], days: 3"),
        ("erisa", "states: [OH], days: 3"),
        ("erisa", "states: [OH], funding: [insured, self_funded], days: 3"),
        ("erisa", "days: 3, extension_days: 1"),
        ("erisa", "days: 3, extension_reasons: [member_asked]"),
        ("erisa", "hours: 3, holidays: X"),
        ("erisa", "days: 3, holidays: Y"),
        ("erisa", "days: 3, meets: [[]]"),
        ("erisa", "days: 3, meets: []"),
    ],
)
def test_a_rule_beyond_its_reach_or_not_clear_is_refused(plans: str, text: str):
    parse(HEAD + RULE % ("erisa", "days: 3"))
    with pytest.raises(Malformed):
        parse(HEAD + RULE % (plans, text))


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("urgency: expedited", "urgency: standard"),
        HEAD.replace("hours: 72", "hours: 72, from: 2026-01-01"),
        HEAD + "zones: {default: Nowhere/None}",
        HEAD + "zones: {default: ../../etc/passwd}",
    ],
)
def test_a_table_by_which_some_request_has_no_clock_is_refused(text: str):
    with pytest.raises(Malformed):
        parse(text)


def test_a_table_as_an_earlier_version_wrote_it_is_read():
    table = parse(HEAD + RULE % ("qhp_ffe", "state: CA, business_days: 5, utc_offsets: [-8, -7]"))
    rule = table.rule("new")
    assert rule is not None
    assert (rule.states, rule.since) == (("CA",), date.min)
    assert table.rule("of no table") is None


def test_zones_are_reference_items_and_a_table_without_one_of_its_own_is_refused():
    table, zone = packaged()
    assert zone.id == "America/Chicago"
    assert clock_reference((table, zone)).rules == clock_rules()
    guam = table.content.replace(b"default: America/Chicago", b"default: Pacific/Guam")
    for items in (
        (table,),
        (table._replace(content=guam), zone),
        (table, zone._replace(content=b"no base64 \xff")),
        (table, zone._replace(content=b64encode(b"no zone"))),
    ):
        with pytest.raises(Malformed):
            clock_reference(items)
    there = ReferenceItem("zone", "Pacific/Guam", b64encode(packaged_zone("Pacific/Guam")))
    whole = clock_reference((table._replace(content=guam), zone, there)).rules
    assert due(whole, clocked(MA), AT).due_at == datetime(2026, 6, 9, 14, tzinfo=UTC)


def test_an_employer_s_standard_claim_is_extended_by_fifteen_days_for_what_is_missing():
    asked = clocked(ERISA, state="OH")
    rule = due(TABLE, asked, AT).rule
    assert rule.tolls
    assert (rule.answer_days, rule.extension_days) == (45, 15)
    assert ExtensionReason.INFORMATION_MISSING in rule.extension_reasons
    longer = longest(TABLE, rule, asked, AT)
    assert longer.due_at == datetime(2026, 7, 2, 5, tzinfo=UTC)
    urgent = due(TABLE, clocked(ERISA, FAST, state="OH"), AT).rule
    assert urgent.extension_days == 0
    assert (urgent.answer_hours, urgent.decide_hours) == (48, 48)
