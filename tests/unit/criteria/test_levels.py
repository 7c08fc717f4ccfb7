"""Where lines and their items lie in the spine, and which of it a person has to settle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.language import vocabulary
from services.criteria.engine.language.yaml_source import PolicyInvalid
from shared.events.request import AuthorizationRequest, Fact
from tests.unit.criteria.given import AT, example

TRANSITIONAL = "guard:transitional-anatomy"


def reference(*named: str, **segments: str) -> AuthorizationRequest:
    """The reference case with foramina by these names, and other segments of its lines."""
    case = example("reference_case")
    more = [
        Fact(path="foramen.stenosis", subject=f"foramen:{one}", value="severe") for one in named
    ]
    lines = tuple(
        line.model_copy(update={"segment": segments.get(f"line{line.sequence}", line.segment)})
        for line in case.lines
    )
    return case.model_copy(update={"facts": (*case.facts, *more), "lines": lines})


def reasons(request: AuthorizationRequest) -> list[str]:
    return [line.reason for line in evaluate(request, AT).lines]


@pytest.mark.parametrize(
    ("request_", "found"),
    [
        (reference("L5-S1"), ["criteria_met", "criteria_met"]),
        (reference("L5/S1 left", "right L5-S1"), ["criteria_met", "criteria_met"]),
        (reference("left iliac wing"), ["criteria_met", "criteria_met"]),
        (reference("L6"), ["criteria_met", TRANSITIONAL]),
        (reference("L6-S1"), ["criteria_met", TRANSITIONAL]),
        (reference("T13"), ["criteria_met", "criteria_met"]),
        (reference(line2="L4-L6"), ["criteria_met", TRANSITIONAL]),
        (reference(line2="L4-S6"), ["criteria_met", "illegible"]),
        (reference(line1="T13"), [TRANSITIONAL, "criteria_met"]),
        (reference(line1="T4-T8, L1-L2"), ["illegible", "criteria_met"]),
    ],
)
def test_only_what_a_line_itself_names_holds_it(request_: AuthorizationRequest, found: list[str]):
    assert reasons(request_) == found


def test_a_segment_that_nobody_can_read_is_told_in_a_sentence():
    found = evaluate(reference(line2="from the middle down"), AT)
    (told,) = [one for one in found.advisories if one.id == "illegible:2"]
    assert told.lines == (2,)
    assert told.text == (
        "The segment from the middle down could not be read as one range of levels of the spine."
    )
    assert "line.standard_levels" in [one.id for one in found.questions]
    assert found.urgency.value == "expedited"


def test_a_policy_that_asks_for_no_level_reads_no_segment():
    request = example("bariatric_without_bmi")
    line = request.lines[0].model_copy(update={"segment": "the stomach"})
    found = evaluate(request.model_copy(update={"lines": (line,)}), AT)
    assert found.lines[0].reason == "not_documented"
    assert not [one for one in found.advisories if one.id.startswith("illegible")]


def slipped(segment: str, *facts: tuple[str, Any]) -> Evaluation:
    content = {
        "member": {"id": "m"},
        "lines": [
            {
                "sequence": 1,
                "services": ["spinal_fusion"],
                "diagnoses": ["M43.16"],
                "segment": segment,
            }
        ],
        "facts": [
            {"path": "slip.dynamic_instability", "subject": f"slip:{name}", "value": value}
            for name, value in facts
        ],
        "lists": [{"name": "slips", "closed": True}],
    }
    return evaluate(AuthorizationRequest.model_validate_json(json.dumps(content)), AT)


def instability(found: Evaluation) -> tuple[str, list[str | None]]:
    """The state of the node, and the items that it stands on."""
    waiting = [found.lines[0].tree]
    while waiting:
        node = waiting.pop()
        assert node is not None
        if node.id == "instability":
            return node.state.value, [one.subject for one in node.children]
        waiting.extend(node.children)
    raise AssertionError


@pytest.mark.parametrize("name", ["L4", "L4-L5", "L4/L5", "L4/5", "L4-5", "l4 on l5", "lumbar 4"])
@pytest.mark.parametrize(
    ("segment", "state"),
    [("L4-L5", "met"), ("L3-S1", "met"), ("L3-L4", "not_met"), ("L5-S1", "not_met")],
)
def test_a_slip_lies_in_a_line_that_holds_both_of_its_vertebrae(
    name: str, segment: str, state: str
):
    found = instability(slipped(segment, (name, True)))
    assert found == (state, ["L4-L5"] if state == "met" else [])


def test_a_slip_under_two_spellings_is_one_so_that_a_contradiction_shows():
    assert instability(slipped("L4-L5", ("L4", True), ("L4/5", False))) == (
        "not_documented",
        ["L4-L5"],
    )


@pytest.mark.parametrize("name", ["S5", "L6", "somewhere"])
def test_a_slip_that_is_between_no_two_vertebrae_is_not_known_to_lie_in_the_line(name: str):
    assert instability(slipped("L4-S5", (name, True))) == ("not_documented", [name])


@pytest.mark.parametrize(
    ("segment", "outcome", "levels"),
    [("T3-T8", "approve", "met"), ("T6-T9", "pend", "not_documented")],
)
def test_a_lesion_over_two_vertebrae_lies_in_a_line_that_holds_both(
    segment: str, outcome: str, levels: str
):
    case = example("reference_case")
    facts = [
        fact.model_copy(update={"subject": fact.subject.replace("lesion:T6", "lesion:T5-T6")})
        for fact in case.facts
    ]
    line = case.lines[0].model_copy(update={"segment": segment})
    found = evaluate(case.model_copy(update={"facts": tuple(facts), "lines": (line,)}), AT)
    assert found.lines[0].outcome == outcome
    tree = found.lines[0].tree
    assert tree is not None
    assert next(one.state.value for one in tree.children if one.id == "levels") == levels
    uncovered = "uncovered-level:T5-T6" in [one.id for one in found.advisories]
    assert uncovered is (outcome == "pend")


def test_all_lists_of_a_kind_name_its_items_alike():
    text = """\
vocabulary: toy
version: 1
lists:
  some: {of: slip, named_by: motion_segment, closed_by: some, ask: "Which?"}
  all: {of: slip, closed_by: all, ask: "Which?"}
paths: {slip.bad: {type: boolean, of: slip, ask: "Bad?"}}
"""
    with pytest.raises(PolicyInvalid, match=r"toy.yaml:4: lists.some: another list names"):
        vocabulary.load(text, "toy.yaml")
