"""Every truth table to four children, against definitions written down a second time, without the
engine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date

import pytest

from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.groups import All, Any, Enough, NoneOf, ReferencedNode, Waived
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope, PolicyNode, Result

STATES = (NOT_MET, UNKNOWN, MET)
WORLDS = (False, True)


def completions(states: tuple[int, ...]):
    """Every way in which the unknown members could turn out."""
    return itertools.product(*(WORLDS if state == UNKNOWN else (state == MET,) for state in states))


def expected(states: tuple[int, ...], rule: Callable[[tuple[bool, ...]], bool]) -> int:
    """Met if the rule holds however the unknown turns out, not met if it never does."""
    outcomes = {rule(world) for world in completions(states)}
    return UNKNOWN if len(outcomes) == 2 else MET if outcomes == {True} else NOT_MET


def state_of(group: type[CompiledNode], states: tuple[int, ...], *more: int) -> int:
    """The state of a group whose members are in these states: references to nodes whose results are
    known already.
    """
    scope, mark = EvaluationScope({}, {}, date.min), PolicyNode("leaf", "x")
    scope.memo = {str(at): Result(mark, state) for at, state in enumerate(states)}
    members = tuple(ReferencedNode(mark, name, {}) for name in scope.memo)
    given = members if group is Waived else (members, *more)
    return group(PolicyNode("group", "g"), *given).run(scope).state


RULES = {All: all, Any: any, NoneOf: lambda world: not any(world)}
ALL_STATES = [states for n in range(1, 5) for states in itertools.product(STATES, repeat=n)]


@pytest.mark.parametrize("group", RULES, ids=lambda group: group.__name__)
def test_a_group_says_what_every_completion_of_it_says(group: type[CompiledNode]):
    for states in ALL_STATES:
        assert state_of(group, states) == expected(states, RULES[group]), states


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_at_least_n_says_what_every_completion_of_it_says(n: int):
    for states in (one for one in ALL_STATES if len(one) >= n):
        assert state_of(Enough, states, n) == expected(states, lambda world: sum(world) >= n), (
            states,
            n,
        )


def test_a_waiver_says_what_every_completion_of_it_says():
    for states in itertools.product(STATES, repeat=2):
        assert state_of(Waived, states) == expected(states, any), states
