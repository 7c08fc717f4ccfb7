"""Arithmetic and spans of time, against definitions of their own."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.authoring.golden import shorthand
from services.criteria.authoring.golden.cases import read_request
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.logic.values import Span, holds
from services.criteria.engine.runtime.computed.arithmetic import ANY, quotient
from services.criteria.engine.runtime.computed.elapsed import elapsed, months
from tests.specification.world import RECEIVED, library, policy_text

BMI = "derived: {body.bmi: {bmi: {weight: body.weight, height: body.height}}}"
NUMBERS = st.integers(0, 12)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    is_open = low < high and draw(st.booleans())
    return Span(low, draw(st.sampled_from([high, None])), is_open, is_open and draw(st.booleans()))


def points(span: Span) -> list[Fraction]:
    """Numbers of a range: both ends, what lies beside them, and far out where it has no end."""
    top = span.low + 1_000 if span.high is None else span.high
    tried = [Fraction(span.low * (64 - at) + top * at, 64) for at in (0, 1, 31, 63, 64)]
    return [one for one in tried if holds(span, one)]


@settings(max_examples=400, deadline=None)
@given(spans(), spans())
def test_no_quotient_of_two_ranges_lies_outside_of_what_is_said(one: Span, by: Span):
    found = quotient(one, by)
    assert isinstance(found, Span)
    for number in points(one):
        for divisor in points(by):
            if divisor != 0:
                assert holds(found, number / divisor)


@settings(max_examples=400, deadline=None)
@given(spans(), spans())
def test_what_is_said_of_ranges_above_nought_ends_where_their_ends_do(one: Span, by: Span):
    found = quotient(one, by)
    if by.low == 0 or found == ANY:
        return
    assert found.high == (None if one.high is None else Fraction(one.high, by.low))
    assert found.low == (0 if by.high is None else Fraction(one.low, by.high))
    if one.low > 0 and by.high is not None:
        assert found.low_open is (one.low_open or by.high_open)


@pytest.mark.parametrize("value", [5, frozenset({3, 5}), Span(3, 5)])
def test_by_what_may_be_nought_nothing_is_said(value: Any):
    assert quotient(value, frozenset({0, 2})) == ANY
    assert quotient(value, Span(-1, 2)) == ANY


def test_several_possible_numbers_give_each_quotient_and_no_other():
    assert quotient(frozenset({3, 6}), frozenset({2, 3})) == frozenset(
        {1, Fraction(3, 2), 2, 3},
    )


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1999, 1, 1), date(2026, 1, 1)), st.integers(0, 1_500))
def test_whole_months_are_counted_as_a_calendar_does(start: date, days: int):
    end = start + timedelta(days=days)
    counted = 0
    while _month_later(start, counted + 1) <= end:
        counted += 1

    assert months(start, end) == counted


def _month_later(start: date, count: int) -> date:
    """The same day so many months on, stepping back from the days that the month has not."""
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return date(year, month, start.day)


def test_a_start_that_may_lie_ahead_has_no_length():
    count = elapsed("days")
    day = date(2025, 11, 15)

    assert count([frozenset({day, day + timedelta(days=1)})], day) is None
    assert count([day], day) == 0


def found(*facts: str, policy: str, criteria: str) -> Evaluation:
    content = shorthand.begun("case", {"line": {"services": ["example"]}, "facts": {}})
    content["facts"] = [
        {"path": path, "subject": "member", "value": value, "source": {"document": "d"}}
        for path, value in (one.split("=") for one in facts)
    ]
    for fact in content["facts"]:
        fact["value"] = float(fact["value"]) if fact["value"][0].isdigit() else fact["value"]
    request = read_request(content)
    return evaluate(request, RECEIVED, library(policy_text(criteria, policy)))


LARGE = "{id: large, fact: body.bmi, at_least: 35}"


def test_the_evidence_shows_the_value_and_what_it_was_computed_from():
    of = found("body.weight=140", "body.height=200", policy=BMI, criteria=LARGE)
    assert of.lines[0].tree is not None

    assert [(one.path, one.value) for one in of.lines[0].tree.evidence] == [
        ("body.bmi", 35),
        ("body.weight", 140),
        ("body.height", 200),
    ]


def test_each_operand_that_is_missing_is_asked_for():
    none = found(policy=BMI, criteria=LARGE)
    one = found("body.weight=140", policy=BMI, criteria=LARGE)

    assert [question.id for question in none.questions] == ["body.weight", "body.height"]
    assert [question.id for question in one.questions] == ["body.height"]
