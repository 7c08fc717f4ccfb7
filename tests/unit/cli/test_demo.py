"""The demo says what came out otherwise than it should."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from cli.embedded import late
from cli.embedded.demo import differences

Json = dict[str, Any]
GOOD: Json = {
    "cases": [
        {
            "name": "reference-case",
            "urgency": "expedited",
            "lines": [
                {"sequence": 1, "determination": "A1"},
                {"sequence": 2, "determination": "A1"},
            ],
        }
    ],
    "audit": {"events": 71, "verified": True},
}


def but(change: str) -> Json:
    """The good result with one thing wrong."""
    found = deepcopy(GOOD)
    if change == "pended":
        found["cases"][0]["lines"][1]["determination"] = "A4"
    elif change == "urgency":
        found["cases"][0]["urgency"] = "standard"
    else:
        found["audit"]["verified"] = False
    return found


def test_nothing_differs_when_both_lines_are_approved_and_the_log_verifies():
    assert differences(GOOD) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("pended", "line 2 of the reference case is A4"),
        ("urgency", "standard"),
        ("log", "does not verify"),
    ],
)
def test_each_thing_that_differs_is_told_in_a_sentence(change: str, words: str):
    (told,) = differences(but(change))

    assert words in told


LATE: Json = {
    "case_id": "c",
    "events": ["pa.intake.clock-breached.v1"],
    "first": {"case_id": "c", "clock_missed": True},
    "lines": ["A4"],
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"events": []}, "not on the record"),
        ({"first": {"case_id": "d", "clock_missed": True}}, "does not stand first"),
        ({"first": {"case_id": "c", "clock_missed": False}}, "does not stand first"),
        ({"lines": ["A4", "A3"]}, "decided by the clock"),
    ],
)
def test_a_missed_clock_that_leaves_something_else_behind_is_told(change: Json, words: str):
    assert late.differences(LATE) == []
    (told,) = late.differences({**LATE, **change})

    assert words in told
