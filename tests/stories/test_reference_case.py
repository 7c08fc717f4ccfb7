"""Metastatic disease of the spine, two segments, urgent: approved at once, each line on the lesions
inside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shared.examples import reference_case, without_bladder_sign, without_t6_lesion
from tests.stacks import RunningStack
from tests.stories.telling import by_line, bytes_of, determined, from_sender

pytestmark = pytest.mark.stack
Json = dict[str, Any]


@pytest.fixture(scope="module")
def approved(stack: RunningStack) -> Json:
    return determined(stack, bytes_of(from_sender(reference_case(), "reference")))


def test_both_lines_of_the_reference_case_are_approved_and_it_is_expedited(approved: Json):
    assert approved["urgency"] == "expedited"
    assert by_line(approved) == {1: "A1", 2: "A1"}
    assert {line["sequence"]: line["segment"] for line in approved["lines"]} == {
        1: "T4-T8",
        2: "L4-S1",
    }


def test_every_approval_has_its_own_authorization_number(approved: Json):
    numbers = [line["authorization_number"] for line in approved["lines"]]

    assert all(numbers)
    assert len(set(numbers)) == 2


def test_the_advisories_say_what_a_person_should_know_and_hold_nothing(approved: Json):
    assert {
        "uncovered-level:L1",
        "one-level-above:L5",
        "level-not-requested:L3",
        "emergency-no-pa",
    } <= {one["id"] for one in approved["advisories"]}
    assert approved["questions"] == []


def test_sins_is_told_as_the_range_that_can_be_reached_with_what_would_settle_it(approved: Json):
    ranges = {
        one["subject"]: (one["low"], one["high"])
        for one in approved["scores"]
        if one["score"] == "sins"
    }

    assert ranges == {"T6": (3, 16), "L1": (5, 18), "L5": (5, 18)}
    assert all(one["settled_by"] for one in approved["scores"] if one["score"] == "sins")


def test_patchell_applies_to_neither_line(approved: Json):
    applies = {
        one["line"]: one["applies"] for one in approved["citations"] if "patchell" in one["id"]
    }

    assert applies == {1: False, 2: False}


def test_each_line_rests_on_the_lesions_inside_it(stack: RunningStack, approved: Json):
    evaluation = stack.desk.evaluation(approved["case_id"])

    assert evaluation is not None
    rested = {line["sequence"]: set(_lesions(line["tree"])) for line in evaluation["lines"]}
    assert rested == {1: {"T6"}, 2: {"L5"}}


def test_the_clock_is_the_urgent_one_of_the_plan(approved: Json):
    assert approved["rule"] == "erisa-urgent-72h"


def test_without_the_bladder_sign_only_the_line_that_rests_on_it_pends(stack: RunningStack):
    case = determined(stack, bytes_of(from_sender(without_bladder_sign(), "bladder")))

    assert by_line(case) == {1: "A1", 2: "A4"}


def test_without_the_lesion_at_t6_only_the_line_that_rests_on_it_pends(stack: RunningStack):
    case = determined(stack, bytes_of(from_sender(without_t6_lesion(), "lesion")))

    assert by_line(case) == {1: "A4", 2: "A1"}


def _lesions(node: Json) -> Iterator[str]:
    """The lesions in the evidence beneath a node."""
    for evidence in node.get("evidence", ()):
        if evidence["path"].startswith("lesion."):
            yield evidence["subject"]
    for child in node.get("children", ()):
        yield from _lesions(child)
