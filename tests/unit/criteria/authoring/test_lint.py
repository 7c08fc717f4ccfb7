"""What lint tells of conditions that exclude each other, of what nothing reads, and of leaves that
ask for more than their source.
"""

from __future__ import annotations

import pytest

from services.criteria.authoring.golden import shorthand
from services.criteria.authoring.golden.cases import AT, GoldenCase
from services.criteria.authoring.mutation.lint import lint
from services.criteria.engine.language.yaml_source import PolicyInvalid
from tests.specification.world import load, policy_text

DAILY = "{fact: pain.daily, is: true}"
TABLE = """\
sources:
- id: lcd
  title: An invented document
  url: "https://example.org/lcd"
  thresholds: [{rows}]"""


def told(criteria: str, policy: str = "", kind: str = "") -> list[tuple[str, str]]:
    """The findings of a policy as (kind, where), of one kind or of all."""
    found = lint(load(policy_text(criteria, policy)))
    return [(one.kind, one.where) for one in found if kind in {"", one.kind}]


def against(rows: str, criteria: str, more: str = "") -> list[str]:
    table = TABLE.replace("{rows}", rows)
    found = lint(load(policy_text(criteria, f"{table}\n{more}" if more else table)))
    return [one.told for one in found if one.kind == "stricter than its source"]


def test_two_conditions_of_an_all_that_exclude_each_other_are_told_however_deep_they_stand():
    criteria = f"""\
all:
- {DAILY}
- {{fact: body.weight, at_least: 100}}
- all:
  - {{fact: infection.active, is: false}}
  - {{fact: body.weight, below: 90}}
"""
    assert ("complementary leaves", "root: body.weight") in told(criteria)


def test_they_are_told_once():
    criteria = f"""\
any:
- {DAILY}
- all:
  - {{fact: body.weight, at_least: 100}}
  - {{fact: body.weight, below: 90}}
"""
    assert told(criteria, kind="complementary leaves") == [
        ("complementary leaves", "root: body.weight")
    ]


def test_in_different_branches_they_do_not_exclude_each_other():
    criteria = "any: [{fact: body.weight, at_least: 100}, {fact: body.weight, below: 90}]"

    assert told(criteria, kind="complementary leaves") == []


def test_what_is_computed_and_defined_for_nobody_is_told():
    policy = """\
derived: {member.age: {age_at: receipt}}
definitions: [{id: tried, fact: therapy.tried, is: true}]"""

    assert told(DAILY, policy, "never-read fact") == [
        ("never-read fact", "member.age"),
        ("never-read fact", "tried"),
    ]


@pytest.mark.parametrize(
    "reader",
    [
        "guards: [{id: g, when: {ref: tried}, then: advise, text: Told.}]",
        "statements: [{when: tried, text: Told.}]",
        "outcomes: {branches: [{when: tried, valid_days: 30}]}",
    ],
)
def test_what_is_read_anywhere_is_not_told(reader: str):
    policy = f"definitions: [{{id: tried, fact: therapy.tried, is: true}}]\n{reader}"

    assert told(DAILY, policy, "never-read fact") == []


def test_a_fact_of_which_another_one_is_computed_is_read():
    policy = """\
derived:
  body.weight_lost: {difference: {of: body.weight_before, less: body.weight}}
  body.weight_kept: {percentage: {of: body.weight_lost, to: body.weight_before}}"""

    assert told("{fact: body.weight_kept, at_least: 5}", policy, "never-read fact") == []


def test_a_leaf_that_accepts_what_its_source_does_or_more_is_not_stricter():
    assert against("{fact: body.weight, at_least: 100}", "{fact: body.weight, at_least: 100}") == []
    assert against("{fact: body.weight, at_least: 100}", "{fact: body.weight, above: 99}") == []


@pytest.mark.parametrize(
    ("row", "leaf"),
    [
        ("at_least: 100", "{fact: body.weight, at_least: 101}"),
        ("at_least: 100", "{fact: body.weight, above: 100}"),
        ("at_least: 100", "{none: [{fact: body.weight, at_most: 100}]}"),
        ("at_least: 100", "{fact: body.weight, between: [110, 120]}"),
        ("at_most: 100", "{fact: body.weight, below: 100}"),
        ("below: 100", "{fact: body.weight, at_most: 90}"),
        ("above: 100", "{fact: body.weight, at_least: 101}"),
        ("within_days: 365", "{fact: body.weight, within_days: 90}"),
    ],
)
def test_a_leaf_that_asks_for_more_than_its_source_is_told(row: str, leaf: str):
    assert against(f"{{fact: body.weight, {row}}}", leaf) != []


def test_a_guard_that_holds_asks_for_the_opposite_of_what_it_says():
    rows = "{fact: body.weight, at_least: 100, section: '2.1'}"
    guard = "guards: [{id: g, when: {fact: body.weight, below: LIMIT}, then: pend, text: Small.}]"

    assert against(rows, DAILY, guard.replace("LIMIT", "100")) == []
    assert against(rows, DAILY, guard.replace("LIMIT", "101")) == [
        "at least 101 is needed, and lcd (2.1) says at least 100"
    ]


def test_each_row_of_a_table_has_its_leaf():
    rows = "{fact: body.weight, at_least: 100}, {fact: body.weight, at_least: 120}"
    both = "any: [{all: [{fact: body.weight, at_least: LOW}, %s]}, {fact: body.weight, above: 119}]"
    given = both % DAILY

    assert against(rows, given.replace("LOW", "100")) == []
    assert against(rows, given.replace("LOW", "105")) == [
        "lcd says at least 100, which no condition accepts"
    ]


def test_a_way_beside_that_of_the_source_may_ask_for_more():
    rows = "{fact: body.weight, at_least: 100}"
    ways = "any: [{all: [{fact: body.weight, at_least: 100}, %s]}, {fact: body.weight, above: 150}]"

    assert against(rows, ways % DAILY) == []


def test_a_condition_that_every_approval_needs_is_held_against_every_row():
    rows = "{fact: body.weight, at_least: 100}"
    nested = f"{{any: [{{fact: body.weight, at_least: 100}}, {DAILY}]}}"
    criteria = f"all: [{nested}, {{none: [{{fact: body.weight, below: 110}}]}}]"

    assert against(rows, criteria) == ["at least 110 is needed, and lcd says at least 100"]


def test_a_threshold_of_a_fact_that_the_edition_does_not_read_asks_for_nothing():
    assert against("{fact: body.height, at_least: 100}", DAILY) == []


def test_a_threshold_of_a_fact_that_nobody_knows_does_not_load():
    with pytest.raises(PolicyInvalid, match=r"the vocabulary has no path body\.girth"):
        load(policy_text(DAILY, TABLE.replace("{rows}", "{fact: body.girth, at_least: 100}")))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pain.dayly", [("pain.dayly", "nobody reads it (is pain.daily meant?)")]),
        ("request.state", [("request.state", "nobody reads it")]),
        ("pain.daily", []),
        ("pain.every_day", []),
    ],
)
def test_a_fact_of_a_golden_case_that_nobody_reads_is_told(
    path: str, expected: list[tuple[str, str]]
):
    content = shorthand.begun("c", {"line": {"services": ["example"]}, "facts": {path: True}})
    case = GoldenCase("c", "because", content, AT, {})
    found = lint(load(policy_text(DAILY, "")), (case,))

    assert [
        (one.where, one.told.partition("and ")[2]) for one in found if one.kind == "never-read fact"
    ] == expected
