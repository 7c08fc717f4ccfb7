"""Every truth table to four children, against definitions written down a second time, without the engine."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from services.criteria.engine import groups
from services.criteria.engine.scope import NOWHERE, Mark
from services.criteria.engine.values import MET, NOT_MET, UNKNOWN

STATES = (NOT_MET, UNKNOWN, MET)
WORLDS = (False, True)


def completions(states: tuple[int, ...]):
    """Every way in which the unknown members could turn out."""
    return itertools.product(*(WORLDS if state == UNKNOWN else (state == MET,) for state in states))


def expected(states: tuple[int, ...], rule: Any) -> int:
    """Met if the rule holds however the unknown turns out, not met if it never does."""
    outcomes = {rule(world) for world in completions(states)}
    return UNKNOWN if len(outcomes) == 2 else MET if outcomes == {True} else NOT_MET


def closures(states: tuple[int, ...]):
    return tuple((lambda _scope, state=state: (Mark("leaf", "x"), state, None, None, None, None)) for state in states)


RULES = {"every": all, "some": any, "nothing": lambda world: not any(world)}
ALL_STATES = [states for n in range(1, 5) for states in itertools.product(STATES, repeat=n)]


@pytest.mark.parametrize("group", RULES)
def test_a_group_says_what_every_completion_of_it_says(group: str):
    for states in ALL_STATES:
        run = getattr(groups, group)(Mark("group", "g"), closures(states))
        assert run(NOWHERE)[1] == expected(states, RULES[group]), states


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_at_least_n_says_what_every_completion_of_it_says(n: int):
    for states in (one for one in ALL_STATES if len(one) >= n):
        run = groups.enough(Mark("group", "g"), closures(states), n)
        assert run(NOWHERE)[1] == expected(states, lambda world: sum(world) >= n), (states, n)


def test_a_waiver_says_what_every_completion_of_it_says():
    for states in itertools.product(STATES, repeat=2):
        run = groups.waived(Mark("unless", "u"), *closures(states))
        assert run(NOWHERE)[1] == expected(states, any), states
