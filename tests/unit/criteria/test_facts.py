"""How facts are read: exact numbers, intervals, ranges over muscle groups, certainty, several
observations.
"""

from __future__ import annotations

from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.logic.values import MET, NOT_MET
from services.criteria.engine.runtime.leaves import KEPT
from tests.unit.criteria.given import AT, fact, library, policy, toy_request


def outcome(
    criteria: str, *facts: dict[str, Any], closed: bool = False, more: str = ""
) -> tuple[str, str | None]:
    node = (
        evaluate(toy_request(*facts, closed=closed), AT, library(policy(criteria, more)))
        .lines[0]
        .tree
    )
    return node.state.value, node.reason


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("at_least: 56", 56, "met"),
        ("above: 56", 56, "not_met"),
        ("above: 56", {"low": 56, "low_open": True}, "met"),
        ("above: 56", {"low": 56}, "not_documented"),
        ("at_most: 56", {"low": 56, "low_open": True}, "not_met"),
        ("at_most: 56", {"low": 56}, "not_documented"),
        ("below: 0.3", 0.1, "met"),
        ("at_least: 0.3", 0.3, "met"),
        ("between: [1, 2]", {"low": 1, "high": 2}, "met"),
        ("between: [1, 2]", {"low": 2, "high": 3}, "not_documented"),
        ("between: [1, 2]", {"low": 2, "high": 3, "low_open": True}, "not_met"),
        ("is: 5", {"low": 5, "high": 5}, "met"),
        ("is: 5", {"low": 4, "high": 6}, "not_documented"),
        ("is: 7", {"low": 4, "high": 6}, "not_met"),
        ("at_least: 13", {"any_of": [13, 14]}, "met"),
        ("at_least: 13", {"any_of": [12, 14]}, "not_documented"),
        ("is: 5", {"any_of": [4, 6]}, "not_met"),
    ],
)
def test_a_leaf_is_met_only_if_every_possible_value_meets_it(
    operator: str, value: Any, expected: str
):
    assert outcome(f"{{fact: n, {operator}}}", fact("n", value))[0] == expected


@pytest.mark.parametrize(
    "value",
    [
        "text",
        True,
        {"low": 3, "high": 2},
        {"low": 3, "high": 3, "low_open": True},
        [1, 2],
        {"any_of": [1, "x"]},
    ],
)
def test_what_is_no_number_is_illegible(value: Any):
    assert outcome("{fact: n, at_least: 1}", fact("n", value)) == ("not_documented", "illegible")


def test_units_convert_exactly():
    states = [
        outcome("{fact: n, at_least: 0.45359237}", fact("n", 1, unit=unit))[0]
        for unit in ("lb", "kg", "third")
    ]
    assert states == ["met", "met", "not_met"]


def test_an_unknown_unit_is_illegible():
    assert outcome("{fact: n, at_least: 1}", fact("n", 1, unit="stone")) == (
        "not_documented",
        "illegible",
    )


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("worst: {below: 5}", {"low": 2, "high": 5}, "met"),
        ("best: {below: 5}", {"low": 2, "high": 5}, "not_met"),
        ("worst: {below: 5}", 5, "not_met"),
        ("worst: {below: 5}", {"high": 4}, "not_documented"),
        ("worst: {below: 5}", {"any_of": [4, 5]}, "not_documented"),
    ],
)
def test_a_range_over_muscle_groups_is_known_at_its_ends(operator: str, value: Any, expected: str):
    assert outcome(f"{{fact: grade, {operator}}}", fact("grade", value))[0] == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"certainty": "possible"}, ("not_documented", "below_confidence")),
        ({"certainty": "probable"}, ("not_documented", "below_confidence")),
        ({"certainty": "confirmed"}, ("met", None)),
        ({"scope": "group"}, ("not_documented", "group_scope")),
    ],
)
def test_a_leaf_needs_a_confirmed_fact_of_its_own_subject(
    more: dict[str, str], expected: tuple[str, str | None]
):
    assert outcome("{fact: a, is: true}", fact("a", value=True, **more)) == expected


def test_a_leaf_may_accept_less():
    assert (
        outcome(
            "{fact: a, is: true, certainty: probable, scope: group}",
            fact("a", value=True, certainty="probable", scope="group"),
        )[0]
        == "met"
    )


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([fact("a", value=True), fact("a", value=True)], ("met", None)),
        ([fact("a", value=True), fact("a", value=False)], ("not_documented", "conflicting")),
        (
            [fact("a", value=True), fact("a", value=False, certainty="possible")],
            ("not_documented", "conflicting"),
        ),
        (
            [
                fact("a", value=True, observed_at="2025-11-02"),
                fact("a", value=False, certainty="possible", observed_at="2025-11-01"),
            ],
            ("met", None),
        ),
        ([fact("a", value=True), fact("a", value=False, scope="group")], ("met", None)),
        ([fact("a", value=True), fact("a", value="yes")], ("not_documented", "illegible")),
    ],
)
def test_several_observations_agree_or_conflict(
    facts: list[dict[str, Any]], expected: tuple[str, str | None]
):
    assert outcome("{fact: a, is: true}", *facts) == expected


def test_two_intervals_leave_what_both_allow():
    facts = [fact("n", {"low": 1, "high": 5}), fact("n", {"low": 4, "high": 9})]
    assert [
        outcome(f"{{fact: n, {operator}}}", *facts)[0]
        for operator in ("between: [4, 5]", "below: 4", "above: 5")
    ] == ["met", "not_met", "not_met"]


def test_the_latest_observation_counts_while_it_is_fresh():
    old, new, stale = (
        fact("newest", value, observed_at=day)
        for value, day in ((1, "2025-11-01"), (9, "2025-11-10"), (9, "2025-01-01"))
    )
    leaf = "{fact: newest, at_least: 5}"
    assert [outcome(leaf, old, new), outcome(leaf, stale)] == [
        ("met", None),
        ("not_documented", "stale"),
    ]


def test_the_worst_observation_counts_where_the_vocabulary_says_so():
    assert outcome("{fact: lowest, below: 3}", fact("lowest", 2), fact("lowest", 4))[0] == "met"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-11-15", "met"),
        ("2025-11-05", "met"),
        ("2025-11-04", "not_met"),
        ("2025-11-16", "met"),
        ("2025-11-17", "not_documented"),
        ("20251110", "not_documented"),
        ("2025-11-10T08:00:00-05:00", "met"),
        ("soon", "not_documented"),
    ],
)
def test_a_date_is_within_so_many_days_before_receipt(day: str, expected: str):
    assert outcome("{fact: day, within_days: 10}", fact("day", day))[0] == expected


@pytest.mark.parametrize(
    ("held", "closed", "expected"),
    [
        (["x"], False, "met"),
        (["y"], False, "not_documented"),
        (["y"], True, "not_met"),
        (["w"], False, "not_documented"),
    ],
)
def test_a_set_that_is_not_complete_may_hold_more(held: list[str], closed: bool, expected: str):
    assert outcome("{fact: many, one_of: [x]}", fact("many", held), closed=closed)[0] == expected


@pytest.mark.parametrize(
    ("n", "other", "expected"),
    [(70, 59, "met"), (70, 60, "not_met"), (70, {"low": 55, "high": 65}, "not_documented")],
)
def test_a_difference_of_two_facts_is_exact(n: Any, other: Any, expected: str):
    more = "derived: {fall: {difference: {of: n, less: other}}}"
    assert (
        outcome("{fact: fall, above: 10}", fact("n", n), fact("other", other), more=more)[0]
        == expected
    )


def test_a_fact_of_another_subject_is_not_taken():
    assert outcome("{fact: a, is: true}", fact("a", value=True, subject="site:1")) == (
        "not_documented",
        "absent",
    )


def test_a_leaf_keeps_the_states_of_a_limited_number_of_values_and_of_no_text():
    number, text = policy("{fact: n, at_least: 0}").root, policy("{fact: words, is: said}").root
    for value in range(2 * KEPT):
        assert (number.compared(value), text.compared(f"text {value}")) == (MET, NOT_MET)
    assert (len(number.states), len(text.states)) == (KEPT, 0)


def test_yes_is_not_the_number_one_of_a_choice():
    assert outcome("{fact: level, is: 1}", fact("level", value=True)) == (
        "not_documented",
        "illegible",
    )
