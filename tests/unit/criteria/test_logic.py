"""Three-valued logic: unknown is never false, and never true."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from tests.unit.criteria.given import AT, fact, library, policy, toy_request

Truth = bool | None
T, F, U = True, False, None
STATES = {T: "met", F: "not_met", U: "not_documented"}


def state_of(criteria: str, *facts: dict[str, Any], closed: bool = False, more: str = "") -> str:
    return tree(criteria, *facts, closed=closed, more=more).lines[0].tree.state.value


def tree(criteria: str, *facts: dict[str, Any], closed: bool = False, more: str = "") -> Evaluation:
    return evaluate(toy_request(*facts, closed=closed), AT, library(policy(criteria, more)))


def given(a: Truth, b: Truth) -> list[dict[str, Any]]:
    return [fact(name, value) for name, value in (("a", a), ("b", b)) if value is not None]


BOTH = "[{fact: a, is: true}, {fact: b, is: true}]"


@pytest.mark.parametrize(("a", "b"), list(itertools.product((T, F, U), repeat=2)))
def test_all_is_the_least_of_its_members(a: Truth, b: Truth):
    expected = F if F in (a, b) else U if U in (a, b) else T
    assert state_of(f"{{all: {BOTH}}}", *given(a, b)) == STATES[expected]


@pytest.mark.parametrize(("a", "b"), list(itertools.product((T, F, U), repeat=2)))
def test_any_is_the_most_of_its_members(a: Truth, b: Truth):
    expected = T if T in (a, b) else U if U in (a, b) else F
    assert state_of(f"{{any: {BOTH}}}", *given(a, b)) == STATES[expected]


@pytest.mark.parametrize(("a", "b"), list(itertools.product((T, F, U), repeat=2)))
def test_none_is_met_only_if_every_member_is_known_to_fail(a: Truth, b: Truth):
    expected = F if T in (a, b) else U if U in (a, b) else T
    assert state_of(f"{{none: {BOTH}}}", *given(a, b)) == STATES[expected]


@pytest.mark.parametrize(("a", "b", "c"), list(itertools.product((T, F, U), repeat=3)))
def test_at_least_two_of_three_counts_what_is_sure_and_what_is_possible(
    a: Truth, b: Truth, c: Truth
):
    facts = [*given(a, b), *([fact("c", c)] if c is not None else [])]
    met, unknown = [a, b, c].count(T), [a, b, c].count(U)
    expected = T if met >= 2 else F if met + unknown < 2 else U
    assert (
        state_of(
            "{at_least: 2, of: [{fact: a, is: true}, {fact: b, is: true}, {fact: c, is: true}]}",
            *facts,
        )
        == STATES[expected]
    )


def test_a_waiver_meets_a_criterion_and_says_so():
    root = tree("{fact: a, is: true, unless: {fact: b, is: true}}", *given(F, T)).lines[0].tree
    assert (root.state.value, root.reason) == ("met", "waived")


def test_a_waiver_that_nobody_documented_leaves_the_question_open():
    assert (
        state_of("{fact: a, is: true, unless: {fact: b, is: true}}", *given(F, U))
        == "not_documented"
    )


SOME = "{for_some: sites, all: [{fact: site.bad, is: true}]}"
EVERY = "{for_every: sites, all: [{fact: site.bad, is: true}]}"
SEEN_BAD = (
    "{for_some: sites, where: {fact: site.seen, is: true}, all: [{fact: site.bad, is: true}]}"
)
EVERY_SEEN = (
    "{for_every: sites, where: {fact: site.seen, is: true}, all: [{fact: site.bad, is: true}]}"
)


def site(name: str, bad: Truth, seen: Truth = None) -> list[dict[str, Any]]:
    values = {"site.bad": bad, "site.seen": seen}
    return [
        fact(path, value, subject=f"site:{name}")
        for path, value in values.items()
        if value is not None
    ]


@pytest.mark.parametrize(
    ("criteria", "facts", "closed", "expected"),
    [
        (SOME, [], True, "not_met"),
        (SOME, [], False, "not_documented"),
        (SOME, site("1", F), True, "not_met"),
        (SOME, site("1", F), False, "not_documented"),
        (SOME, [*site("1", F), *site("2", T)], False, "met"),
        (SOME, [*site("1", F), *site("2", U, T)], True, "not_documented"),
        (EVERY, [], True, "not_documented"),
        (EVERY, site("1", T), False, "not_documented"),
        (EVERY, site("1", T), True, "met"),
        (EVERY, [*site("1", T), *site("2", F)], False, "not_met"),
        (SEEN_BAD, site("1", T), True, "not_documented"),
        (SEEN_BAD, site("1", T, F), True, "not_met"),
        (EVERY_SEEN, site("1", F), True, "not_documented"),
        (EVERY_SEEN, site("1", F, F), True, "met"),
        (EVERY_SEEN, site("1", T), True, "met"),
    ],
)
def test_lists_know_whether_they_are_complete(
    criteria: str,
    facts: list[dict[str, Any]],
    closed: bool,
    expected: str,
):
    assert state_of(criteria, *facts, closed=closed) == expected


def test_an_open_list_says_why_nothing_is_known():
    assert tree(SOME).lines[0].tree.reason == "open_list"


def test_a_named_node_keeps_its_state_wherever_it_is_referred_to():
    more = "definitions: [{id: named, fact: a, is: true}]"
    assert [state_of("{all: [{ref: named}]}", *given(a, U), more=more) for a in (T, F, U)] == [
        "met",
        "not_met",
        "not_documented",
    ]


GUARD = "guards: [{id: g, when: {fact: b, is: true}, then: %s, text: careful}]"


@pytest.mark.parametrize(
    ("then", "b", "outcome", "advised"),
    [
        ("pend", T, "pend", False),
        ("pend", F, "approve", False),
        ("pend", U, "pend", False),
        ("pend, unknown: advise", U, "approve", True),
        ("advise", T, "approve", True),
        ("advise", F, "approve", False),
        ("advise", U, "approve", True),
    ],
)
def test_a_guard_holds_or_advises_and_unknown_counts_as_reason_to(
    then: str,
    b: Truth,
    outcome: str,
    advised: bool,
):
    found = tree("{fact: a, is: true}", *given(T, b), more=GUARD % then)
    assert (found.lines[0].outcome, bool(found.advisories)) == (outcome, advised)


def test_what_is_assumed_absent_never_approves_unless_the_policy_says_so():
    criteria = "{all: [{fact: a, is: true}, {fact: b, is: false, assume_absent: true}]}"
    strict, declared = (
        tree(criteria, *given(T, U)),
        tree(criteria, *given(T, U), more="assumed_may_approve: true"),
    )
    assert (strict.lines[0].outcome, strict.lines[0].reason, declared.lines[0].outcome) == (
        "pend",
        "rests_on_assumption",
        "approve",
    )


@pytest.mark.parametrize(
    ("declared", "outcome"), [("", "pend"), ("\nassumed_may_approve: true", "approve")]
)
def test_a_guard_that_only_an_assumption_keeps_from_holding_holds_unless_the_policy_says_so(
    declared: str, outcome: str
):
    guard = (
        "guards: [{id: g, when: {fact: b, is: true, assume_absent: true}, then: pend, text: "
        "Careful.}]"
    )
    assert (
        tree("{fact: a, is: true}", *given(T, U), more=guard + declared).lines[0].outcome == outcome
    )


@pytest.mark.parametrize(
    ("declared", "outcome"), [("", "pend"), ("\nassumed_may_approve: true", "approve")]
)
def test_a_count_over_a_list_assumed_complete_never_approves_unless_the_policy_says_so(
    declared: str, outcome: str
):
    counted = (
        "derived: {fall: {count_within: {list: sites, assume_closed: true, where: {fact: site.bad, "
        "is: true}}}}"
    )
    found = tree(
        "{fact: fall, at_most: 1}", *site("one", T), closed=False, more=counted + declared
    ).lines[0]
    assert (found.outcome, found.tree.state.value) == (outcome, "met")


def test_a_contradiction_is_not_taken_for_absence():
    criteria = "{fact: b, is: false, assume_absent: true}"
    found = tree(
        criteria, fact("b", value=True), fact("b", value=False), more="assumed_may_approve: true"
    )
    assert (found.lines[0].outcome, found.lines[0].tree.reason) == ("pend", "conflicting")
