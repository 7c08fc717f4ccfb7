"""What nobody documented is asked for, never held against the patient; what no policy covers goes
to a person.
"""

from __future__ import annotations

from typing import Any

import pytest

from shared.examples import bariatric_without_bmi
from shared.examples.pas import Name, text
from tests.stacks import RunningStack
from tests.stories.telling import by_line, bytes_of, determined, from_sender

pytestmark = pytest.mark.stack
Json = dict[str, Any]


def test_bariatric_surgery_without_a_body_mass_index_pends_with_one_question(stack: RunningStack):
    case = determined(stack, bytes_of(from_sender(bariatric_without_bmi(), "bariatric")))

    assert by_line(case) == {1: "A4"}
    assert [question["paths"] for question in case["questions"]] == [["body.bmi"]]


@pytest.mark.parametrize("name", ["medical_services", "referral"])
def test_a_bundle_that_no_policy_covers_pends_for_a_person(stack: RunningStack, name: Name):
    case = determined(stack, text(name))

    assert {(line["determination"], line["reason"]) for line in case["lines"]} == {
        ("A4", "no_policy")
    }


def test_an_update_of_a_bundle_joins_the_case_of_the_bundle_before(stack: RunningStack):
    first = determined(stack, text("homecare"))
    updated = determined(stack, text("homecare_update"))

    assert updated["case_id"] == first["case_id"]
    assert len(stack.desk.case(first["case_id"])["versions"]) == 2
    assert by_line(first) == {1: "A4", 2: "A4"}
    assert by_line(updated) == {1: "A4", 2: "C", 3: "A4"}
