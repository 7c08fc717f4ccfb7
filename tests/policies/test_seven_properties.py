"""What holds for every packaged policy, over facts near its golden cases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.answer import judged
from services.criteria.authoring.golden.check import in_force
from services.criteria.authoring.golden.neighbours import Neighbour, edited, edits
from services.criteria.authoring.mutation.mutants import content_of, edition_of
from services.criteria.authoring.publication.publish import exceptions
from services.criteria.engine.answer.judge import Judged
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language.scale import Scale, Unit
from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import UNKNOWN
from services.criteria.engine.runtime.scope import Result
from shared.events.request import AuthorizationRequest, Fact, Interval

EDITIONS = {f"{one.ref.policy}@{one.ref.version}": one for one in packaged().editions}
EACH = pytest.mark.parametrize("name", EDITIONS)
ILLEGIBLE = "illegible"
"""A unit that no vocabulary knows."""
MORE = settings(max_examples=60, deadline=None)


def near(name: str, draw: st.DataObject) -> Neighbour:
    """A golden case of the edition with up to four edits."""
    edition = EDITIONS[name]
    case = draw.draw(st.sampled_from(golden.of(edition)), label="case")
    own = edits(edition, case)
    chosen = draw.draw(st.lists(st.integers(0, len(own) - 1), max_size=4), label="edits")
    return edited(case, case.request, [own[at] for at in chosen])


def outcomes(edition: Edition, request: AuthorizationRequest, at: Any) -> dict[int, str]:
    with judged(edition, request, at) as lines:
        return {one.line.sequence: one.outcome for one in lines}


def with_facts(
    request: AuthorizationRequest, facts: Iterator[Fact] | list[Fact]
) -> AuthorizationRequest:
    return request.model_copy(update={"facts": tuple(facts)})


def resolved(edition: Edition) -> frozenset[str]:
    """Facts that together are one: the items of scores that read several.

    Taking away one side of a contradiction resolves it.
    """
    return frozenset(
        path
        for _, table in edition.scores
        for item in table.spec.items
        if len(item.facts) > 1
        for path in item.facts
    )


def readable(name: str, request: AuthorizationRequest, draw: st.DataObject) -> set[int]:
    """Facts to make unreadable."""
    alone = [
        at for at, fact in enumerate(request.facts) if fact.path not in resolved(EDITIONS[name])
    ]
    return draw.draw(st.sets(st.sampled_from(alone), max_size=6), label="gone") if alone else set()


def unread(request: AuthorizationRequest, gone: set[int]) -> AuthorizationRequest:
    """The same chart, some of its facts no longer readable."""
    return with_facts(
        request,
        [
            fact.model_copy(update={"unit": ILLEGIBLE}) if at in gone else fact
            for at, fact in enumerate(request.facts)
        ],
    )


@EACH
@MORE
@given(draw=st.data())
def test_1_setting_a_fact_to_unknown_never_turns_a_pended_line_into_an_approved_one(
    name: str, draw: st.DataObject
):
    edition, case = EDITIONS[name], near(name, draw)
    gone = readable(name, case.request, draw)
    before, after = (
        outcomes(edition, case.request, case.at),
        outcomes(edition, unread(case.request, gone), case.at),
    )
    if any("only advises where it is unknown" in one for one in exceptions(edition)):
        return
    assert all(
        before[sequence] == "approve" for sequence, outcome in after.items() if outcome == "approve"
    )


def states(line: Judged) -> dict[tuple[Any, ...], int]:
    """The state of every node, by its place in the tree."""
    found: dict[tuple[Any, ...], int] = {}
    for at, top in enumerate((line.root, *(result for _, result in line.guards))):
        _walk(top, (at,), found)
    return found


def _walk(result: Result, place: tuple[Any, ...], found: dict[tuple[Any, ...], int]) -> None:
    found[place] = result.state
    for at, below in enumerate(result.below):
        _walk(below, (*place, below.subject or at), found)


@EACH
@MORE
@given(draw=st.data())
def test_2_knowing_less_changes_no_state_but_to_unknown(name: str, draw: st.DataObject):
    edition, case = EDITIONS[name], near(name, draw)
    gone = readable(name, case.request, draw)
    with (
        judged(edition, case.request, case.at) as more,
        judged(edition, unread(case.request, gone), case.at) as less,
    ):
        for knowing, ignorant in zip(more, less, strict=True):
            whole, part = states(knowing), states(ignorant)
            assert all(
                state in {UNKNOWN, whole[place]} for place, state in part.items() if place in whole
            )


def shuffled(node: Any, seed: random.Random) -> Any:
    """The same content, the members of every group in another order."""
    if isinstance(node, dict):
        mixed = {key: shuffled(value, seed) for key, value in node.items()}
        for group in ("all", "any", "none", "of"):
            if isinstance(mixed.get(group), list):
                seed.shuffle(mixed[group])
        return mixed
    return [shuffled(one, seed) for one in node] if isinstance(node, list) else node


@EACH
@settings(max_examples=15, deadline=None)
@given(draw=st.data(), seed=st.randoms(use_true_random=False))
def test_3_the_order_of_members_does_not_matter(
    name: str, draw: st.DataObject, seed: random.Random
):
    edition = EDITIONS[name]
    mixed = edition_of(shuffled(content_of(edition), seed), edition)
    assert mixed is not None
    for _ in range(5):
        case = near(name, draw)
        assert outcomes(edition, case.request, case.at) == outcomes(mixed, case.request, case.at)


def converted(fact: Fact, entry: VocabularyEntry, unit: str) -> Fact | None:
    """The fact in another unit, where that can be written down exactly."""
    scale = entry.scale
    assert scale is not None
    here = scale.own if fact.unit is None else scale.unit(fact.unit)
    there = scale.unit(unit)
    assert there is not None
    if here is None or (fact.unit is None and not reads_alone(scale, fact.value)):
        return None
    value = fact.value
    if isinstance(value, Interval):
        ends = {
            name: moved(getattr(value, name), here, there)
            for name in ("low", "high")
            if getattr(value, name) is not None
        }
        return (
            None
            if None in ends.values()
            else fact.model_copy(update={"value": value.model_copy(update=ends), "unit": unit})
        )
    number = (
        moved(value, here, there)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else None
    )
    return None if number is None else fact.model_copy(update={"value": number, "unit": unit})


def reads_alone(scale: Scale, value: Any) -> bool:
    """Whether a number without a unit is surely in the fact's own."""
    ends = (value.low, value.high) if isinstance(value, Interval) else (value,)
    numbers = [Fraction(Decimal(repr(one))) for one in ends if isinstance(one, int | float)]
    return scale.named or all(scale.meant(one) == (scale.own,) for one in numbers)


def moved(value: float, here: Unit, there: Unit) -> float | None:
    exactly = (here.own(Fraction(Decimal(repr(value)))) - there.plus) / Fraction(there.times)
    number = float(exactly)
    return number if Fraction(Decimal(repr(number))) == exactly else None


@EACH
@MORE
@given(draw=st.data())
def test_4_units_do_not_matter(name: str, draw: st.DataObject):
    edition, case = EDITIONS[name], near(name, draw)
    facts = []
    for fact in case.request.facts:
        entry = edition.entries.get(fact.path)
        others = [
            unit.name
            for unit in (entry.scale.units if entry is not None and entry.scale else ())
            if unit.name
        ]
        unit = draw.draw(st.sampled_from(others)) if others else None
        facts.append(
            (entry is not None and unit is not None and converted(fact, entry, unit)) or fact
        )
    assert outcomes(edition, case.request, case.at) == outcomes(
        edition, with_facts(case.request, facts), case.at
    )


@EACH
@MORE
@given(draw=st.data())
def test_5_a_guard_never_loosens(name: str, draw: st.DataObject):
    edition, case = EDITIONS[name], near(name, draw)
    kept = draw.draw(st.sets(st.integers(0, max(len(edition.guards) - 1, 0))))
    fewer = replace(
        edition, guards=tuple(guard for at, guard in enumerate(edition.guards) if at in kept)
    )
    with_all, without = (
        outcomes(edition, case.request, case.at),
        outcomes(fewer, case.request, case.at),
    )
    assert all(
        without[sequence] == "approve"
        for sequence, outcome in with_all.items()
        if outcome == "approve"
    )


@EACH
@MORE
@given(draw=st.data())
def test_6_the_same_fact_in_two_documents_gives_the_same_states(name: str, draw: st.DataObject):
    edition, case = EDITIONS[name], near(name, draw)
    facts = case.request.facts
    copied = [
        facts[at]
        for at in draw.draw(st.sets(st.integers(0, max(len(facts) - 1, 0)), max_size=5))
        if at < len(facts)
    ]
    again = [fact.model_copy(update={"asserted_by": "another document"}) for fact in copied]
    with (
        judged(edition, case.request, case.at) as once,
        judged(edition, with_facts(case.request, [*facts, *again]), case.at) as twice,
    ):
        assert [states(line) for line in once] == [states(line) for line in twice]


@EACH
@MORE
@given(draw=st.data())
def test_7_no_input_yields_a_refusal(name: str, draw: st.DataObject):
    edition, case = in_force(EDITIONS[name]), near(name, draw)
    assert set(outcomes(edition, case.request, case.at).values()) <= {"approve", "pend"}


@EACH
def test_every_exception_to_the_first_two_properties_is_declared(name: str):
    edition = EDITIONS[name]
    declared = list(exceptions(edition))
    assumed = any(node.get("assume_absent") for node in every_node(content_of(edition)))
    assert assumed == any("taken as absent" in one for one in declared)


def every_node(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        yield content
        for value in content.values():
            yield from every_node(value)
    elif isinstance(content, list):
        for one in content:
            yield from every_node(one)
