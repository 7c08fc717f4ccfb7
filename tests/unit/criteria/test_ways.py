"""Every smallest set of facts that could settle a line, against a search through all subsets."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.edition import Edition
from tests.unit.criteria.given import AT, fact, library, policy, toy_request

FACTS = ("a", "b", "c")


def tree(random: Random, depth: int) -> str:
    """A criteria tree over yes-no facts, in YAML."""
    if depth == 0 or random.random() < 0.2:
        return f"{{fact: {random.choice(FACTS)}, is: true}}"
    group = random.choice(("all", "any", "at_least_2"))
    below = ", ".join(tree(random, depth - 1) for _ in range(random.randint(2, 3)))
    if group == "at_least_2":
        return f"{{at_least: 2, of: [{below}]}}"
    return f"{{{group}: [{below}]}}"


def approved_with(made: Edition, known: frozenset[str]) -> bool:
    """Whether these facts, all true, are enough."""
    request = toy_request(*(fact(name, value=True) for name in sorted(known)))
    return evaluate(request, AT, library(made)).lines[0].outcome == "approve"


@pytest.mark.parametrize("seed", range(60))
def test_the_ways_are_the_smallest_sets_that_approve(seed: int):
    random = Random(seed)  # noqa: S311 - a tree, not a secret
    made = policy(tree(random, 3))
    every = [
        frozenset(chosen)
        for size in range(len(FACTS) + 1)
        for chosen in combinations(FACTS, size)
        if approved_with(made, frozenset(chosen))
    ]
    smallest = {one for one in every if not any(other < one for other in every)}

    found = evaluate(toy_request(), AT, library(made))
    nearest = frozenset(one.id for one in found.questions)
    others = [
        nearest - {*way.instead_of} | {one.id for one in way.questions} for way in found.other_ways
    ]

    assert {nearest, *others} <= smallest
    assert len({nearest, *others}) == 1 + len(others) == min(len(smallest), 4)
    assert len(nearest) == min(map(len, smallest))


def test_of_many_ways_four_are_told_and_all_of_them_are_ways():
    pairs = (("a", "b"), ("c", "n"), ("kind", "words"), ("other", "lowest"), ("day", "newest"))
    comparisons = {"kind": "is: x", "words": "is: x", "day": "within_days: 9"} | dict.fromkeys(
        ("n", "other", "lowest", "newest"), "at_least: 1"
    )
    groups = (
        [f"{{fact: {one}, {comparisons.get(one, 'is: true')}}}" for one in pair] for pair in pairs
    )
    every = ", ".join(f"{{any: [{', '.join(group)}]}}" for group in groups)

    found = evaluate(toy_request(), AT, library(policy(f"{{all: [{every}]}}")))

    nearest = {one.id for one in found.questions}
    ways = [
        nearest - {*way.instead_of} | {one.id for one in way.questions} for way in found.other_ways
    ]
    assert len(ways) == 3
    assert all(len({*pair} & way) == 1 for way in [nearest, *ways] for pair in pairs)
