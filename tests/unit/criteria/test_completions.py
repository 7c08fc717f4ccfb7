"""Leaves over intervals, choices, sets and reachable totals, against an evaluator that tries every
completion of what is missing.
"""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

from services.criteria.engine.edition.library import packaged
from services.criteria.engine.logic.comparisons import in_span, member_of, of_range
from services.criteria.engine.logic.values import HeldValue, Span, empty
from services.criteria.engine.runtime import scores
from services.criteria.engine.runtime.facts import KnownFact

CASES = 100_000
ENDS = range(7)
POINTS = [Fraction(n, 2) for n in range(-4, 17)]
"""Thresholds and ends are whole: one point on each of them and one between any two stand for all
numbers.
"""
WORDS = ("a", "b", "c", "d")
OPERATORS = {
    "at_least": lambda x, low, _high: x >= low,
    "at_most": lambda x, low, _high: x <= low,
    "above": lambda x, low, _high: x > low,
    "below": lambda x, low, _high: x < low,
    "between": lambda x, low, high: low <= x <= high,
}


def verdict(outcomes: set[bool]) -> int:
    return 1 if len(outcomes) == 2 else 2 if outcomes == {True} else 0


def inside(x: Fraction, span: Span) -> bool:
    low = span.low is None or x > span.low or (x == span.low and not span.low_open)
    high = span.high is None or x < span.high or (x == span.high and not span.high_open)
    return low and high


def number(draw: random.Random) -> tuple[Any, list[Fraction]]:
    """What may be known of a number, and every number that it could be."""
    kind = draw.randrange(3)
    if kind == 0:
        value = draw.choice(ENDS)
        return value, [Fraction(value)]
    if kind == 1:
        chosen = frozenset(draw.sample(ENDS, draw.randint(2, 4)))
        return chosen, [Fraction(one) for one in chosen]
    while True:
        ends = sorted(draw.choices([None, *ENDS], k=2), key=lambda one: -9 if one is None else one)
        low, high = draw.choice([(ends[0], ends[1]), (ends[1], None)])
        span = Span(low, high, draw.random() < 0.5, draw.random() < 0.5)
        if not empty(span):
            return span, [x for x in POINTS if inside(x, span)]


def test_a_hundred_thousand_leaves_say_what_every_completion_says():
    draw = random.Random(7)  # noqa: S311 - cases, not secrets
    wrong = []
    for n in range(CASES):
        given, wanted, found = (_compared, _chosen, _listed, _ranged)[n % 4](draw)
        if wanted != found:
            wrong.append((given, wanted, found))
    assert not wrong, wrong[:5]


def _compared(draw: random.Random) -> tuple[Any, int, int]:
    value, possible = number(draw)
    operator, limits = draw.choice(list(OPERATORS)), sorted(draw.choices(ENDS, k=2))
    rule = OPERATORS[operator]
    wanted = verdict({rule(x, limits[0], limits[1]) for x in possible})
    return (operator, limits, value), wanted, in_span(operator, tuple(limits))(value)


def _chosen(draw: random.Random) -> tuple[Any, int, int]:
    """A choice of words, or a number, against a list of wanted ones."""
    if draw.random() < 0.5:
        chosen = frozenset(draw.sample(WORDS, draw.randint(1, 4)))
        value: Any = chosen if len(chosen) > 1 else next(iter(chosen))
        wanted = frozenset(draw.sample(WORDS, draw.randint(1, 3)))
        return (value, wanted), verdict({x in wanted for x in chosen}), member_of(wanted)(value)
    value, possible = number(draw)
    listed = frozenset(draw.sample(ENDS, draw.randint(1, 3)))
    return (value, listed), verdict({x in listed for x in possible}), member_of(listed)(value)


def _listed(draw: random.Random) -> tuple[Any, int, int]:
    """Things that hold; in an open list any other thing may hold as well."""
    things = frozenset(draw.sample(WORDS, draw.randint(0, 3)))
    closed, wanted = draw.random() < 0.5, frozenset(draw.sample(WORDS, draw.randint(1, 3)))
    others = [] if closed else [word for word in WORDS if word not in things]
    worlds = [
        things | set(more)
        for size in range(len(others) + 1)
        for more in itertools.combinations(others, size)
    ]
    return (
        (things, closed, wanted),
        verdict({bool(world & wanted) for world in worlds}),
        member_of(wanted)(HeldValue(things, closed)),
    )


def _ranged(draw: random.Random) -> tuple[Any, int, int]:
    """A range over muscle groups: every group lies in it, and its ends are reached."""
    low, high = sorted(draw.choices(ENDS, k=2))
    operator, limits, worst = (
        draw.choice(list(OPERATORS)),
        sorted(draw.choices(ENDS, k=2)),
        draw.random() < 0.5,
    )
    wanted = verdict({OPERATORS[operator](low if worst else high, limits[0], limits[1])})
    found = of_range(in_span(operator, tuple(limits)), worst=worst)(
        Span(low, high) if low != high else low
    )
    return (operator, limits, low, high, worst), wanted, found


def test_reachable_totals_are_those_of_every_completion_of_the_missing_items():
    table = packaged().scores["sins@2"]
    draw = random.Random(11)  # noqa: S311 - as above
    wanted = {item.id: dict(of) for item, of, _ in table.items}
    for _ in range(500):
        facts, options = {}, []
        for item, points, _ in table.items:
            known = draw.random() < 0.6
            value = draw.choice(sorted(wanted[item.id], key=str))
            if known:
                facts[item.fact] = KnownFact(item.fact, value)
            options.append({points[value]} if known else set(points.values()))
        totals = {sum(chosen) for chosen in itertools.product(*options)}
        assert set(scores.total(table, facts).reachable) == totals


def test_a_threshold_over_reachable_totals_is_settled_exactly_when_every_total_agrees():
    at_least = in_span("at_least", (13,))
    for totals in itertools.chain.from_iterable(
        itertools.combinations(range(10, 17), size) for size in range(2, 5)
    ):
        assert at_least(frozenset(totals)) == verdict({total >= 13 for total in totals})
