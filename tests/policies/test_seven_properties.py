"""The seven properties of every packaged edition, on its golden cases and what lies near them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.authoring import golden
from services.criteria.authoring.golden import GoldenCase
from services.criteria.authoring.mutants import content_of, edition_of
from services.criteria.engine.edition import Edition
from services.criteria.engine.evaluate import evaluate
from services.criteria.engine.language import Criterion
from services.criteria.engine.library import Library, packaged
from services.criteria.engine.lines import Judged, Prepared, judge
from services.criteria.engine.values import exact
from shared.events.criteria import LineEvaluation, Node
from shared.events.request import AuthorizationRequest, Certainty, Fact, Source

EDITIONS = {f"{one.ref.policy} {one.ref.version}": one for one in packaged().editions}
CASES = {name: golden.of(edition) for name, edition in EDITIONS.items()}
each_edition = pytest.mark.parametrize("name", EDITIONS)
GROUPS = ("all", "any", "none", "of")
OF_CASES = {name: [(case, case.request) for case in cases] for name, cases in CASES.items()}


def lines(request: AuthorizationRequest, case: GoldenCase, edition: Edition) -> tuple[LineEvaluation, ...]:
    """The lines of a request under one edition alone."""
    library = Library((edition,), {edition.vocabulary.name: edition.vocabulary}, {})
    return evaluate(request, case.at, library).lines


def states(line: LineEvaluation) -> dict[str, str]:
    """The state of every node of a line, lists before their items."""
    found: dict[str, str] = {}
    for at, top in enumerate((line.tree, *line.guards)):
        for path, node in walk(top, str(at)):
            found.setdefault(path, node.state.value)
    return found


def walk(node: Node | None, above: str) -> Iterator[tuple[str, Node]]:
    if node is not None:
        path = f"{above}/{node.id}:{node.subject or ''}"
        yield path, node
        for child in node.children:
            yield from walk(child, path)


def unknown(request: AuthorizationRequest, gone: set[tuple[str, str]]) -> AuthorizationRequest:
    """The request with these facts only possible: their resolved values are unknown."""
    facts = tuple(one.model_copy(update={"certainty": Certainty.POSSIBLE}) if (one.path, one.subject) in gone else one for one in request.facts)
    return request.model_copy(update={"facts": facts})


def names(request: AuthorizationRequest) -> list[tuple[str, str]]:
    return sorted({(one.path, one.subject) for one in request.facts})


def picked(data: st.DataObject, name: str) -> tuple[GoldenCase, AuthorizationRequest, set[tuple[str, str]]]:
    """A golden case with some of its facts."""
    case, request = data.draw(st.sampled_from(OF_CASES[name]))
    return case, request, data.draw(st.sets(st.sampled_from(names(request)), max_size=4)) if request.facts else set()


def outcome(edition: Edition, request: AuthorizationRequest, case: GoldenCase) -> list[str]:
    return [line.outcome for line in lines(request, case, edition)]


def declared(edition: Edition, reason: str) -> bool:
    """Whether a guard that held the line says that it only advises when it is unknown."""
    return any(guard.unknown == "advise" for guard in edition.spec.guards if reason == f"guard:{guard.id}")


@each_edition
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_knowing_less_turns_no_pended_line_into_an_approved_one(name: str, data: st.DataObject):
    edition = EDITIONS[name]
    case, request, gone = picked(data, name)
    before, after = (lines(one, case, edition) for one in (request, unknown(request, gone)))
    loosened = [one.reason for one, other in zip(before, after, strict=True) if (one.outcome, other.outcome) == ("pend", "approve")]
    assert [reason for reason in loosened if not declared(edition, reason)] == []


@each_edition
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_knowing_less_changes_a_state_only_to_unknown(name: str, data: st.DataObject):
    edition = EDITIONS[name]
    case, request, gone = picked(data, name)
    for one, other in zip(lines(request, case, edition), lines(unknown(request, gone), case, edition), strict=True):
        was = states(one)
        assert {path: state for path, state in states(other).items() if path in was and state not in {was[path], "not_documented"}} == {}


def reordered(node: dict[str, Any]) -> dict[str, Any]:
    """The node with the members of every group the other way round."""
    found = {key: reordered(value) if key in {"where", "unless"} else value for key, value in node.items()}
    return {key: [reordered(one) for one in reversed(value)] if key in GROUPS else value for key, value in found.items()}


@each_edition
def test_the_order_of_members_does_not_matter(name: str):
    edition = EDITIONS[name]
    content = content_of(edition)
    content["criteria"] = reordered(content["criteria"])
    content["definitions"] = [reordered(one) for one in content.get("definitions", [])]
    content["guards"] = [{**one, "when": reordered(one["when"])} for one in content.get("guards", [])]
    other = edition_of(content, edition)
    assert other is not None
    for case, request in OF_CASES[name]:
        assert [(one.outcome, one.reason) for one in lines(request, case, edition)] == [(one.outcome, one.reason) for one in lines(request, case, other)]


def in_other_unit(edition: Edition, fact: Fact) -> Fact:
    """The same number in another unit of the vocabulary, where JSON can say it exactly."""
    entry = edition.entries.get(fact.path)
    number = exact(fact.value) if entry is not None and entry.spec.type == "number" else None
    if entry is None or number is None or fact.unit not in {None, entry.spec.unit}:
        return fact
    for unit in entry.spec.units:
        value = Fraction(number) / entry.factors[unit]
        if exact(float(value)) == exact(value):
            return fact.model_copy(update={"unit": unit, "value": float(value)})
    return fact


@each_edition
def test_units_do_not_matter(name: str):
    edition = EDITIONS[name]
    for case, request in OF_CASES[name]:
        other = request.model_copy(update={"facts": tuple(in_other_unit(edition, one) for one in request.facts)})
        assert [states(one) for one in lines(request, case, edition)] == [states(one) for one in lines(other, case, edition)]


def judged(edition: Edition, request: AuthorizationRequest, case: GoldenCase) -> list[Judged]:
    prepared = Prepared(request, case.at, edition)
    return [judge(prepared, line) for line in request.lines]


@each_edition
def test_a_guard_never_loosens(name: str):
    edition = EDITIONS[name]
    content = content_of(edition)
    for at, guard in enumerate(content.get("guards", [])):
        without = {**content, "guards": [*content["guards"][:at], *content["guards"][at + 1 :]]}
        without["definitions"] = [*content.get("definitions", []), *([guard["when"]] if guard["when"].get("id") else [])]
        other = edition_of(without, edition)
        assert other is not None
        for case, request in OF_CASES[name]:
            pairs = zip(judged(edition, request, case), judged(other, request, case), strict=True)
            assert all(there.outcome == "approve" for here, there in pairs if here.outcome == "approve")


@each_edition
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_same_fact_in_two_documents_gives_the_same_states(name: str, data: st.DataObject):
    edition = EDITIONS[name]
    case, request, twice = picked(data, name)
    again = tuple(one.model_copy(update={"source": Source(document="copy", page=1)}) for one in request.facts if (one.path, one.subject) in twice)
    other = request.model_copy(update={"facts": (*request.facts, *again)})
    assert [states(one) for one in lines(request, case, edition)] == [states(one) for one in lines(other, case, edition)]


@each_edition
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_line_is_refused(name: str, data: st.DataObject):
    edition = EDITIONS[name]
    case, request, gone = picked(data, name)
    mixed = data.draw(st.sampled_from(OF_CASES[name]))[1]
    other = request.model_copy(update={"facts": (*unknown(request, gone).facts, *mixed.facts)})
    assert set(outcome(edition, other, case)) <= {"approve", "pend"}


def assumed(node: Criterion) -> Iterator[str]:
    if node.assume_absent:
        yield node.fact or ""
    for child in node.children():
        yield from assumed(child)


def test_the_exceptions_to_knowing_less_are_these_and_no_others():
    guards = {f"{name}: {guard.id}" for name, one in EDITIONS.items() for guard in one.spec.guards if guard.unknown == "advise"}
    absent = {f"{name}: {guard.id}: {path}" for name, one in EDITIONS.items() for guard in one.spec.guards for path in assumed(guard.when)}
    in_criteria = [name for name, one in EDITIONS.items() for tree in (one.spec.criteria, *one.spec.definitions) if list(assumed(tree))]
    assert guards == {
        "cpap.initial.ncd-240-4 1.0.0: central-apnea",
        "oxygen.ncd-240-2 1.0.0: supplier-tested",
        "spine.vertebral-augmentation 1.0.0: pregnancy",
    }
    assert absent == {
        "spine.vertebral-augmentation 1.0.0: neurologic-deficit: exam.bladder_dysfunction",
        "spine.vertebral-augmentation 1.0.0: neurologic-deficit: exam.saddle_anaesthesia",
    }
    assert in_criteria == []
