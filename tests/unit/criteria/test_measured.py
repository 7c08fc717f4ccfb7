"""Measurements that stand for a score's item, and the scores that are read from a number or a
grade.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language.measurement import MeasuredRow, points_of
from services.criteria.engine.language.yaml_source import PolicyInvalid
from services.criteria.engine.logic.values import Span
from services.criteria.engine.runtime import scores
from services.criteria.engine.runtime.facts import KnownFact

ROWS = tuple(
    (row.span, row.points)
    for row in (
        MeasuredRow(points=3, above=50),
        MeasuredRow(points=2, above=0, below=50),
        MeasuredRow(points=1, at_most=0),
        MeasuredRow(points=0, at_most=0),
    )
)
"""Collapse in per cent, as the instability score has it: exactly half is in no row, and none is in
two.
"""


def reachable(score: str, **facts: Any) -> tuple[int, ...]:
    """The totals of a packaged score; `__` in a name is a dot."""
    known = {name.replace("__", "."): value for name, value in facts.items()}
    return scores.total(
        packaged().scores[f"{score}@2"],
        {path: KnownFact(path, value) for path, value in known.items()},
    ).reachable


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (51, {3}),
        (49, {2}),
        (50, None),
        (0, {0, 1}),
        (Fraction(1, 10), {2}),
        (Span(60, 80), {3}),
        (Span(40, 60), None),
        (Span(50, 60, low_open=True), {3}),
        (Span(40, 50, high_open=True), {2}),
        (Span(0, 10), {0, 1, 2}),
        (Span(50, None), None),
        (frozenset({40, 60}), {2, 3}),
        (frozenset({50, 60}), None),
    ],
)
def test_a_measurement_leaves_the_points_of_its_rows(value: Any, points: set[int] | None):
    assert points_of(value, ROWS) == points


@settings(max_examples=300)
@given(
    low=st.integers(-40, 140),
    width=st.integers(0, 80),
    low_open=st.booleans(),
    high_open=st.booleans(),
)
def test_an_interval_leaves_what_each_of_its_numbers_leaves(
    low: int,
    width: int,
    low_open: bool,
    high_open: bool,
):
    span = Span(
        Fraction(low, 2), Fraction(low + width, 2), low_open and width > 0, high_open and width > 0
    )
    numbers = [Fraction(low * 2 + at, 4) for at in range(2 * width + 1)]
    inside = [
        one
        for one in numbers
        if not (span.low_open and one == span.low) and not (span.high_open and one == span.high)
    ]
    each = [points_of(one, ROWS) for one in inside]
    expected = (
        None if None in each else frozenset().union(*(one for one in each if one is not None))
    )
    assert points_of(span, ROWS) == expected


@pytest.mark.parametrize(
    "row",
    [
        {"points": 1},
        {"points": 1, "above": 3, "at_least": 3},
        {"points": 1, "at_least": 5, "at_most": 4},
        {"points": 1, "above": 5, "below": 5},
    ],
)
def test_a_row_without_numbers_does_not_load(row: dict[str, int]):
    with pytest.raises(ValueError, match="a row needs"):
        MeasuredRow.model_validate(row)


def test_points_of_a_measurement_must_be_points_of_the_item():
    text = """
score: toy
version: 1
title: Toy
source: None
vocabulary: spine-facts@2
items:
- id: slip
  fact: slip.grade
  rows: [{points: 1, values: [I]}]
  measured: {fact: slip.percent, rows: [{points: 2, above: 5}]}
bands: []
"""
    with pytest.raises(
        PolicyInvalid, match="a measured row has points that no row of the item has"
    ):
        scores.load(text, "toy.yaml", packaged().vocabularies)


def test_collapse_of_exactly_half_is_unknown_and_a_fracture_leaves_two_rows():
    rest = {
        "lesion__pain": "none",
        "lesion__bone_quality": "blastic",
        "lesion__alignment": "normal",
        "lesion__posterolateral": "none",
        "lesion__level": 28,
    }
    assert reachable("sins", **rest, lesion__collapse_percent=50) == (0, 1, 2, 3)
    assert reachable(
        "sins", **rest, lesion__collapse_percent=50, lesion__fracture="compression"
    ) == (2, 3)
    assert reachable("sins", **rest, lesion__collapse_percent=51) == (3,)


def test_a_named_row_and_a_measurement_that_contradict_each_other_leave_both():
    rest = {
        "lesion__pain": "none",
        "lesion__bone_quality": "blastic",
        "lesion__alignment": "normal",
        "lesion__posterolateral": "none",
        "lesion__level": 28,
    }
    assert reachable("sins", **rest, lesion__collapse="none", lesion__collapse_percent=60) == (0, 3)
    assert reachable("sins", **rest, lesion__collapse="none", lesion__collapse_percent=0) == (0,)


@pytest.mark.parametrize(
    ("percent", "grades"),
    [
        (0, (0,)),
        (1, (1,)),
        (24, (1,)),
        (25, (1, 2)),
        (26, (2,)),
        (50, (2, 3)),
        (75, (3, 4)),
        (100, (4,)),
        (101, (5,)),
        (Span(30, 60), (2, 3)),
    ],
)
def test_a_slip_has_its_meyerding_grade(percent: Any, grades: tuple[int, ...]):
    assert reachable("meyerding", slip__percent=percent) == grades


def test_a_named_meyerding_grade_needs_no_measurement():
    assert [
        reachable("meyerding", slip__grade=grade) for grade in ("none", "I", "II", "III", "IV", "V")
    ] == [(0,), (1,), (2,), (3,), (4,), (5,)]


@pytest.mark.parametrize(
    ("strength", "grades"),
    [
        (0, (0,)),
        (5, (5,)),
        (Span(2, 3), (2, 3)),
        (frozenset({0, 4}), (0, 4)),
        (7, (0, 1, 2, 3, 4, 5)),
    ],
)
def test_strength_has_its_grade(strength: Any, grades: tuple[int, ...]):
    assert reachable("mrc", exam__motor__weakest=strength) == grades


def test_the_impairment_scale_counts_from_complete_to_normal():
    assert [reachable("asia", exam__asia_grade=grade) for grade in "ABCDE"] == [
        (0,),
        (1,),
        (2,),
        (3,),
        (4,),
    ]


def test_a_patient_who_walks_has_grade_d_or_e():
    assert reachable("asia", exam__able_to_walk=True) == (3, 4)
    assert reachable("asia", exam__able_to_walk=False) == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("index", "grade"),
    [
        (100, 0),
        (90, 0),
        (80, 1),
        (70, 1),
        (60, 2),
        (50, 2),
        (40, 3),
        (30, 3),
        (20, 4),
        (10, 4),
        (0, 5),
    ],
)
def test_the_karnofsky_index_gives_the_ecog_grade(index: int, grade: int):
    assert reachable("kps_ecog", oncology__karnofsky=index) == (grade,)


def test_an_index_between_two_grades_is_unknown():
    assert reachable("kps_ecog", oncology__karnofsky=85) == (0, 1, 2, 3, 4, 5)


def test_a_grade_and_an_index_that_contradict_each_other_leave_both():
    assert reachable("kps_ecog", oncology__ecog=2, oncology__karnofsky=100) == (0, 2)


def test_a_grade_settles_what_an_index_leaves_open():
    assert reachable("kps_ecog", oncology__ecog=1, oncology__karnofsky=Span(60, 80)) == (1,)
