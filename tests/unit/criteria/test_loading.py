"""What does not belong to the language, or not to the vocabulary, does not load; the error says
where.
"""

from __future__ import annotations

import pytest

from services.criteria.engine.edition import edition
from services.criteria.engine.language import vocabulary
from services.criteria.engine.language.yaml_source import MAX_BYTES, PolicyInvalid, read
from tests.unit.criteria.given import HEAD, policy


@pytest.mark.parametrize(
    ("criteria", "reason"),
    [
        ("{fact: nowhere, is: true}", "no path nowhere"),
        ("{fact: a, is: 1}", "cannot be"),
        ("{fact: kind, one_of: [x, q]}", "cannot be q"),
        ("{fact: a, at_least: 1}", "no order"),
        ("{fact: n, at_least: much}", "no threshold"),
        ("{fact: n, between: [2, 1]}", "no threshold"),
        ("{fact: n, at_least: 1, below: 2}", "one operator"),
        ("{fact: n}", "one operator"),
        ("{fact: grade, below: 5}", "worst or best"),
        ("{fact: n, worst: {below: 5}}", "no range"),
        ("{all: []}", "at least 1"),
        ("{all: [{fact: a, is: true}], any: [{fact: b, is: true}]}", "one group"),
        ("{at_least: 3, of: [{fact: a, is: true}, {fact: b, is: true}]}", "at_least"),
        ("{fact: site.bad, is: true}", "belongs to a site"),
        ("{for_some: nothing, all: [{fact: a, is: true}]}", "no list"),
        (
            "{for_some: sites, all: [{for_some: sites, all: [{fact: site.bad, is: true}]}]}",
            "inside a list",
        ),
        ("{all: [{fact: a, is: true}], where: {fact: b, is: true}}", "where belongs"),
        ("{ref: missing}", "no node"),
        ("{id: loop, all: [{ref: loop}]}", "refers to itself"),
        ("{all: [{id: same, fact: a, is: true}, {id: same, fact: b, is: true}]}", "twice"),
        ("{fact: n, at_least: 1, assume_absent: true}", "yes-no"),
        ("{fact: fall, at_least: 1}", "does not compute"),
        ("{fact: a, is: true, then: deny}", "Extra inputs"),
        ("{all: " * 12 + "{fact: a, is: true}" + "}" * 12, "valid"),
        ("{fact: n, at_least: .inf}", "finite"),
    ],
)
def test_criteria_that_are_not_in_the_language_do_not_load(criteria: str, reason: str):
    with pytest.raises(PolicyInvalid, match=reason) as caught:
        policy(criteria)
    assert caught.value.file == "toy.yaml"
    assert caught.value.line > len(HEAD.splitlines())


def test_a_tree_may_be_twelve_deep_and_no_deeper():
    deep = "{fact: a, is: true}"
    for _ in range(11):
        deep = f"{{all: [{deep}]}}"
    assert policy(deep)
    with pytest.raises(PolicyInvalid, match="13 deep"):
        policy(f"{{all: [{deep}]}}")


def test_a_tree_of_more_than_two_thousand_nodes_does_not_load():
    many = ", ".join(["{fact: a, is: true}"] * 2000)
    with pytest.raises(PolicyInvalid, match="2001 nodes"):
        policy(f"{{all: [{many}]}}")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("decision: {approve_when: root_met, otherwise: deny}", "pend"),
        ("guards: [{id: g, when: {fact: a, is: true}, then: deny, text: x}]", "advise"),
        (
            "guards: [{id: g, when: {fact: a, is: true}, then: advise, unknown: pend, text: x}]",
            "advise guard",
        ),
        ("derived: {n: {reaches_sacrum: true}}", "computes"),
        ("statements: [{when: nothing, text: x}]", "no node"),
    ],
)
def test_a_policy_has_two_outcomes_and_no_third(more: str, reason: str):
    with pytest.raises(PolicyInvalid, match=reason):
        policy("{fact: a, is: true}", more)


def test_an_active_policy_needs_two_people():
    words = vocabulary.load("vocabulary: toy\nversion: 1\npaths: {a: {type: boolean, ask: a}}", "v")
    alone = (
        HEAD.replace(", {name: Two, role: chair, on: 2020-01-01}", "")
        + "criteria: {fact: a, is: true}"
    )
    with pytest.raises(PolicyInvalid, match="two people"):
        edition.load(alone, "p", {words.name: words}, {})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: &x 1\nb: *x", "anchors"),
        ("a: !!python/name:os.system 1", "tags"),
        ("a: 1\na: 2", "twice"),
        ("<<: {a: 1}", "plain text"),
        ("a: [" * 60, "nested deeper|expected"),
        ("a: 2020-13-45", "cannot be read"),
        ("a: [1", "expected"),
        ("\x00", "not YAML|special"),
        ("a: " + "x" * MAX_BYTES, "larger than"),
    ],
)
def test_yaml_is_read_without_its_dangers(text: str, reason: str):
    with pytest.raises(PolicyInvalid, match=reason):
        read(text, "file.yaml")


def test_the_error_names_the_line():
    with pytest.raises(PolicyInvalid) as caught:
        read("a: 1\nb: 2\nb: 3\n", "file.yaml")
    assert (caught.value.file, caught.value.line) == ("file.yaml", 3)
