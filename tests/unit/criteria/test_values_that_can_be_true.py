"""What holds for every number of every packaged vocabulary: nothing that cannot be true, is
unusual, or is of an unclear unit decides, and nothing inside the written ranges is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.criteria.authoring.golden import cases as golden
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language.scale import Scale
from services.criteria.engine.language.unit_spellings import spellings
from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.values import Span, exact
from services.criteria.engine.runtime.fact_table import FactTable
from services.criteria.engine.runtime.number_reading import Written, read_number
from shared.events.request import AuthorizationRequest, Choice, Fact, Interval, Member, ServiceLine
from tests.unit.criteria.given import AT


@dataclass(frozen=True)
class Numeric:
    """A fact that is a number, with its scale."""

    entry: VocabularyEntry
    scale: Scale

    @property
    def own(self) -> str | None:
        return self.scale.own.name or None


NUMERIC = {
    path: Numeric(entry, entry.scale)
    for vocabulary in packaged().vocabularies.values()
    for path, entry in vocabulary.entries.items()
    if entry.scale is not None
}
EACH = pytest.mark.parametrize("one", NUMERIC.values(), ids=NUMERIC)
FAR = 10_000
ANY = Span(None, None)


def numbers(span: Span) -> st.SearchStrategy[float]:
    """Numbers of a range as senders write them; where it has no end, up to a large one."""
    low = -FAR if span.low is None else float(span.low)
    high = FAR if span.high is None else float(span.high)
    return st.one_of(st.floats(low, high), st.sampled_from([low, high]))


def outside(inner: Span, outer: Span = ANY) -> list[st.SearchStrategy[float]]:
    """Numbers of the outer range that the inner one does not hold, on either side of it."""
    found = []
    low = -FAR if outer.low is None else float(outer.low)
    high = 2.0 * FAR if outer.high is None else float(outer.high)
    if inner.low is not None and low < inner.low:
        found.append(st.floats(low, float(inner.low), exclude_max=True))
    if inner.high is not None and high > inner.high:
        found.append(st.floats(float(inner.high), high, exclude_min=True))
    return found


UNUSUAL = {
    path: one for path, one in NUMERIC.items() if outside(one.scale.usual, one.scale.possible)
}


def known(one: Numeric, value: Any, **more: Any) -> Any:
    """What the engine makes of a fact of this value."""
    subject = "member" if one.entry.spec.of == "member" else f"{one.entry.spec.of}:L5"
    fact = Fact(path=one.entry.path, subject=subject, value=value, **more)
    request = AuthorizationRequest(
        member=Member(id="m"), lines=(ServiceLine(sequence=1),), facts=(fact,)
    )
    table = FactTable(request, {one.entry.path: one.entry}, AT)
    facts = table.member if subject == "member" else table.items[one.entry.spec.of]["L5"]
    return facts[one.entry.path]


def test_every_number_that_is_sent_has_a_possible_range():
    sent = {
        path
        for vocabulary in packaged().vocabularies.values()
        for path, entry in vocabulary.entries.items()
        if entry.spec.type == "number" and entry.spec.derive is None
    }

    assert sent == NUMERIC.keys()
    assert all(one.entry.spec.possible is not None for one in NUMERIC.values())


@EACH
@settings(max_examples=30, deadline=None)
@given(draw=st.data())
def test_what_is_usual_is_taken_as_it_was_written(one: Numeric, draw: st.DataObject):
    value = draw.draw(numbers(one.scale.usual))
    assume(one.scale.is_usual(exact(value) or 0))

    found = known(one, value, unit=one.own)

    assert (found.value, found.sound, found.extreme) == (exact(value), True, False)


@EACH
@settings(max_examples=30, deadline=None)
@given(draw=st.data())
def test_what_cannot_be_is_illegible_even_if_it_is_verified(one: Numeric, draw: st.DataObject):
    value = draw.draw(st.one_of(outside(one.scale.possible)))

    for written in (
        value,
        Interval(low=value, high=value),
        Choice(any_of=(value, float(one.scale.usual.low or 0))),
    ):
        found = known(one, written, unit=one.own, verified=True)
        assert (found.value, found.reason) == (None, "illegible")
        assert found.why


@pytest.mark.parametrize("one", UNUSUAL.values(), ids=UNUSUAL)
@settings(max_examples=30, deadline=None)
@given(draw=st.data())
def test_what_is_unusual_is_asked_about_until_it_is_verified(one: Numeric, draw: st.DataObject):
    value = draw.draw(st.one_of(outside(one.scale.usual, one.scale.possible)))
    assume(not one.scale.is_usual(exact(value) or 0))

    asked = known(one, value, unit=one.own)
    taken = known(one, value, unit=one.own, verified=True)

    assert (asked.value, asked.reason) == (None, "illegible")
    assert "verified" in asked.why
    assert (taken.value, taken.sound, taken.extreme) == (exact(value), True, True)


@EACH
@settings(max_examples=30, deadline=None)
@given(draw=st.data())
def test_every_unit_however_spelt_gives_the_same_number(one: Numeric, draw: st.DataObject):
    value = draw.draw(numbers(one.scale.usual))
    own = exact(value)
    assume(own is not None and one.scale.is_usual(own))

    for unit in one.scale.units:
        if not unit.name:
            continue
        number = exact(Fraction(own or 0) / unit.times - Fraction(unit.plus) / unit.times)
        spelt = draw.draw(st.sampled_from(sorted(spellings(unit.name))))
        for word in (spelt, spelt.upper(), f" {spelt} "):
            assert one.scale.unit(word) is unit
        assert unit.own(number or 0) == own


@EACH
@settings(max_examples=50, deadline=None)
@given(draw=st.data())
def test_a_number_without_a_unit_is_in_the_facts_own_or_in_none(one: Numeric, draw: st.DataObject):
    value = draw.draw(numbers(one.scale.possible))

    read = read_number(one.scale, value, Written(None, verified=False))

    assert read.value in {None, exact(value)}
    assert not read.extreme
    if read.value is not None and not one.scale.named:
        others = [unit for unit in one.scale.meant(read.value) if unit is not one.scale.own]
        assert all(unit.own(read.value) == read.value for unit in others)


@EACH
def test_what_is_dated_after_receipt_is_illegible(one: Numeric):
    value = float(one.scale.usual.high or 1)
    days = {"observed_at": (AT + timedelta(days=2)).date()}
    hours = {"observed_at": AT + timedelta(hours=2)}

    for ahead in (days, hours):
        assert known(one, value, unit=one.own, **ahead).reason == "illegible"
    assert known(one, value, unit=one.own, observed_at=(AT + timedelta(days=1)).date()).sound


APPROVED = [
    (f"{edition.spec.policy}@{edition.spec.version}: {case.name}", case)
    for edition in packaged().editions
    for case in golden.of(edition)
    if any(one.path in NUMERIC for one in case.request.facts)
    and any(line.outcome == "approve" for line in evaluate(case.request, case.at).lines)
]


def outcomes(request: AuthorizationRequest, case: golden.GoldenCase) -> list[str]:
    return [line.outcome for line in evaluate(request, case.at).lines]


def bad_values(scale: Scale) -> list[dict[str, Any]]:
    """What cannot be, or is unusual, whatever side of a threshold it is on."""
    unit = {"unit": scale.own.name or None}
    low, high = scale.possible.low, scale.possible.high
    found = [] if low is None else [{"value": float(low) - 1, **unit}]
    found += [] if high is None else [{"value": float(high) + 1, **unit}]
    found += [{"value": 10**31, **unit}, {"value": "unreadable", **unit}, {"value": 1, "unit": "?"}]
    for end, off in ((scale.usual.low, -0.5), (scale.usual.high, 0.5)):
        if end is not None and scale.can_be(exact(float(end) + off) or 0):
            found.append({"value": float(end) + off, **unit})
    return found


@pytest.mark.parametrize("case", [case for _, case in APPROVED], ids=[name for name, _ in APPROVED])
def test_a_number_that_cannot_be_used_decides_nothing(case: golden.GoldenCase):
    facts = case.request.facts
    first = {fact.path: at for at, fact in reversed([*enumerate(facts)]) if fact.path in NUMERIC}
    for at in first.values():
        fact = facts[at]

        def with_(at: int = at, fact: Fact = fact, **values: Any) -> AuthorizationRequest:
            changed = fact.model_copy(update=values)
            made = (*facts[:at], changed, *facts[at + 1 :])
            return case.request.model_copy(update={"facts": made})

        unknown = outcomes(with_(value="unreadable", unit=None), case)
        for bad in bad_values(NUMERIC[fact.path].scale):
            assert outcomes(with_(**bad), case) == unknown, (fact.path, bad)
            # Verified, it is taken where it is possible, and approves nothing that rests on it.
            verified = outcomes(with_(**bad, verified=True), case)
            assert all(
                a == "pend" or b == "approve" for a, b in zip(verified, unknown, strict=True)
            )
        ahead = with_(observed_at=case.at + timedelta(days=400))
        assert outcomes(ahead, case) == unknown
