"""The policy language does what its page says: every example runs through the real engine, and no
key of the language lacks one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.check import check
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language.criterion import OPERATORS
from services.criteria.engine.language.yaml_source import PolicyInvalid, read
from tests.specification import answers, language, words
from tests.specification.contents import CHAPTERS, SURPRISES
from tests.specification.entry import UNKNOWN_LEAVES, Entry, Example, Refused
from tests.specification.suitability import SUITABLE, leaf
from tests.specification.world import (
    CASES,
    CODE_SET,
    POLICY,
    SCORE,
    VOCABULARY,
    answered,
    load,
    policy_text,
)

ENTRIES = [entry for chapter in CHAPTERS for entry in chapter.entries]
LEAVES = [entry for chapter in CHAPTERS if chapter.leaves for entry in chapter.entries]
STATES = [entry for entry in ENTRIES if entry.answer is answers.state]
FILES = {"vocabulary": VOCABULARY, "score": SCORE, "code_set": CODE_SET}


def name(value: object) -> str | None:
    match value:
        case Entry():
            return re.sub(r"[^a-z_ ]", "", value.title).strip()
        case Example():
            return f"{value.answer}, {value.why}"
        case Refused():
            return value.error
    return None


@pytest.mark.parametrize(
    ("entry", "example"),
    [(entry, example) for entry in ENTRIES for example in entry.examples],
    ids=name,
)
def test_an_example_is_answered_as_the_page_says(entry: Entry, example: Example):
    assert answered(entry, example) == example.answer


@pytest.mark.parametrize(
    ("entry", "refused"),
    [(entry, refused) for entry in ENTRIES for refused in entry.refused],
    ids=name,
)
def test_what_the_page_says_does_not_load_does_not_load(entry: Entry, refused: Refused):
    with pytest.raises(PolicyInvalid) as caught:
        load(policy_text(entry.criteria_of(refused), entry.policy_of(refused)))
    assert refused.error in str(caught.value)


def explained() -> set[str]:
    return {key for entry in ENTRIES for key in entry.keys}


def test_every_key_of_the_language_is_explained_once_and_no_other_is():
    known = set(language.keys())

    assert known - explained() - words.REMARKS.keys() == set(), "add an entry, or a remark"
    assert (explained() | words.REMARKS.keys()) - known == set()
    assert explained() & words.REMARKS.keys() == set()


def written(text: str) -> set[str]:
    """The keys that stand in YAML, at every depth."""
    return set(_keys(read(text, "text.yaml").content))


def _keys(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        yield from (str(key) for key in content)
        content = list(content.values())
    for one in content if isinstance(content, list) else ():
        yield from _keys(one)


def texts(entry: Entry) -> str:
    """Every policy text of an entry's examples."""
    return "\n---\n".join(
        f"{entry.policy_of(one)}\ncriteria:\n{_indented(entry.criteria_of(one))}"
        for one in entry.examples
    )


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.keys], ids=name)
def test_an_entry_shows_the_keys_that_it_explains(entry: Entry):
    shown = {key for text in texts(entry).split("\n---\n") for key in written(text)}
    for key in entry.keys:
        model, _, word = key.partition(".")
        place = language.BESIDE.get(model)

        assert word in (written(FILES[place]) if place else shown), key


def test_the_whole_policy_shows_every_key_that_changes_no_answer():
    assert {key.partition(".")[2] for key in words.REMARKS} <= written(POLICY)


def test_the_whole_policy_has_every_key_of_its_first_level():
    content, known = read(POLICY, "policy.yaml").content, language.keys()

    assert content.keys() == {
        key.partition(".")[2] for key in known if key.startswith("PolicySpec.")
    }


def test_every_word_that_a_key_may_have_as_its_value_stands_on_the_page():
    possible = {
        word for annotation in language.keys().values() for word in language.literals(annotation)
    }
    said = [entry.text + texts(entry) for entry in ENTRIES]
    page = "\n".join((VOCABULARY, SCORE, POLICY, *words.REMARKS.values(), *said))

    assert {word for word in possible if not re.search(rf"\b{word}\b", page)} == set()


def kinds(entry: Entry) -> set[str]:
    """The kinds of unknown that an entry's examples show."""
    return {
        kind
        for one in entry.examples
        for kind in re.findall(r"[a-z_]+", one.answer.partition("(")[2])
        if one.answer.startswith("unknown")
    }


@pytest.mark.parametrize("entry", LEAVES, ids=name)
def test_an_operator_of_a_leaf_shows_every_kind_of_unknown_that_a_fact_can_be(entry: Entry):
    assert set(UNKNOWN_LEAVES) <= kinds(entry)


@pytest.mark.parametrize("entry", [entry for entry in STATES if entry.keys], ids=name)
def test_an_entry_shows_met_not_met_and_unknown(entry: Entry):
    assert {one.answer.partition(" (")[0] for one in entry.examples} == {
        "met",
        "not met",
        "unknown",
    }


def test_every_kind_of_unknown_is_explained_and_shown():
    shown = {kind for entry in STATES for kind in kinds(entry)}

    assert shown == words.UNKNOWN.keys() | {"waived"}


def test_every_reason_that_the_engine_gives_for_a_golden_case_is_explained():
    given = {
        reason
        for edition in packaged().editions
        for case in golden.of(edition)
        for line in evaluate(case.request, case.at).lines
        if line.tree is not None
        for reason in re.findall(r'"reason":"(\w+)"', line.tree.model_dump_json())
    }

    assert given
    assert given <= words.UNKNOWN.keys() | words.REMARKED.keys()


@pytest.mark.parametrize("operator", [name.rstrip("_") for name in OPERATORS])
@pytest.mark.parametrize("kind", SUITABLE)
def test_an_operator_suits_a_type_exactly_where_the_page_says_so(kind: str, operator: str):
    text = policy_text(leaf(kind, operator), "")
    if operator in SUITABLE[kind]:
        assert load(text)
    else:
        with pytest.raises(PolicyInvalid):
            load(text)


def test_every_operator_suits_some_type_of_fact():
    suitable = {operator for operators in SUITABLE.values() for operator in operators}

    assert suitable == {name.rstrip("_") for name in OPERATORS}


def test_every_type_of_fact_is_in_the_table_of_operators():
    types = set(language.literals(language.keys()["PathSpec.type"]))

    assert {kind.partition(" ")[0] for kind in SUITABLE} == types


def test_eight_situations_surprise():
    assert len(SURPRISES.entries) == 8


def test_no_two_sections_have_the_same_title():
    assert len({entry.title for entry in ENTRIES}) == len(ENTRIES)


def test_the_golden_cases_of_the_whole_policy_are_green():
    checked = check(load(POLICY), golden.load(CASES, "cases.yaml"))

    assert len(checked) == 3
    assert [one.wrong for one in checked if one.wrong] == []
