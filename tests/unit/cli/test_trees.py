"""Criteria trees as people read them."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from cli.screen.trees import observed, tree_of, value_of

LEAF = {
    "id": "bladder",
    "label": "Bladder [dysfunction]",
    "state": "met",
    "evidence": [
        {
            "path": "exam.bladder",
            "subject": "member",
            "value": True,
            "date_assumed": True,
            "source": {"document": "exam-note", "page": 1},
        }
    ],
}
UNKNOWN = {"id": "root.1", "state": "not_documented", "reason": "absent"}
LINE = {
    "sequence": 2,
    "segment": "L4-S1",
    "outcome": "pend",
    "reason": "not_documented",
    "tree": {"id": "root", "state": "met", "children": [LEAF, UNKNOWN]},
}


def printed(line: dict[str, Any]) -> str:
    console = Console(width=150, no_color=True)
    with console.capture() as captured:
        console.print(tree_of(line))
    return captured.get()


def test_a_node_shows_its_state_its_label_and_the_fact_that_it_rests_on():
    assert (
        "met  Bladder [dysfunction]  exam.bladder = yes (date assumed, exam-note p. 1)"
        in printed(LINE)
    )


def test_an_unknown_node_says_why_it_is_unknown():
    assert "not documented  root.1 (absent)" in printed(LINE)


def test_a_line_shows_which_of_its_codes_asks_for_what():
    code = {"code": "22551", "services": ["fusion", "decompression"], "code_sets": ["spine@1"]}
    assert "code 22551 asks for fusion, decompression (spine@1)" in printed(
        LINE | {"codes": [code]}
    )


def test_a_line_without_a_policy_says_so():
    assert "pend (no_policy)" in printed(
        {"sequence": 1, "segment": None, "outcome": "pend", "reason": "no_policy", "tree": None}
    )


def test_a_fact_that_is_not_certain_says_so():
    fact = {
        "path": "imaging.tumour",
        "subject": "T6",
        "value": "thin",
        "certainty": "possible",
        "observed_at": "2026-01-02",
    }

    assert observed([fact]) == ["imaging.tumour = thin (of T6, possible, 2026-01-02)"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (False, "no"),
        ({"low": 0, "high": 2}, "0 to 2"),
        ({"low": None, "high": 2}, ".. to 2"),
        ({"any_of": [5, 3, 4]}, "3 to 5"),
        ({"any_of": [3, 5, 7]}, "one of 3, 5, 7"),
        ({"any_of": ["1c", "2"]}, "one of 1c, 2"),
        (["a", "b"], "a, b"),
        (41.5, "41.5"),
    ],
)
def test_a_value_is_told_in_a_few_words(value: Any, words: str):
    assert value_of(value) == words
