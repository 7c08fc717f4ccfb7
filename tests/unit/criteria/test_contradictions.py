"""What cannot be true together: it is told, and holds what rests on it."""

from __future__ import annotations

from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.language import vocabulary
from services.criteria.engine.language.yaml_source import PolicyInvalid
from shared.events.request import AuthorizationRequest
from tests.unit.criteria.given import AT, VOCABULARY, example, fact


def told(found: Evaluation) -> dict[str, int | None]:
    """The contradictions that are told, each with the minutes until a call."""
    return {
        one.id: one.call_within_minutes
        for one in found.advisories
        if one.id.startswith("contradiction:")
    }


def test_an_approval_that_does_not_rest_on_it_stands_and_somebody_calls():
    content = example("reference_case").model_dump(mode="json")
    facts = [one for one in content["facts"] if one["path"] != "oncology.metastatic_to_bone"]
    content["facts"] = [*facts, fact("oncology.metastatic_to_bone", value=False)]

    found = evaluate(AuthorizationRequest.model_validate(content), AT)

    assert {line.outcome for line in found.lines} == {"approve"}
    assert told(found) == {"contradiction:metastasis": 1_440}


def fusion(
    *facts: dict[str, Any], diagnoses: tuple[str, ...] = (), progressive: bool = False
) -> Evaluation:
    """A fusion for a slip, with nothing open but nicotine and diabetes."""
    content = {
        "member": {"id": "m"},
        "lines": [
            {
                "sequence": 1,
                "services": ["spinal_fusion"],
                "segment": "L4-L5",
                "diagnoses": ["M43.16", *diagnoses],
            }
        ],
        "facts": [
            fact("slip.dynamic_instability", value=True, subject="slip:L4"),
            fact("treatment.conservative_months", 6),
            fact("imaging.performed_on", "2025-10-01"),
            fact("exam.cauda_equina", value=False),
            fact("course.deficit_progressive", value=progressive),
            fact("plan.only_herniation", value=False),
            *facts,
        ],
        "lists": [{"name": "slips", "closed": True}],
    }
    return evaluate(AuthorizationRequest.model_validate(content), AT)


NEVER, FREE = fact("risk.nicotine_never", value=True), fact("risk.nicotine_free_weeks", 0)
HEALTHY = fact("risk.diabetes", value=False)


def reason(found: Evaluation) -> str:
    return found.lines[0].reason


def test_an_approval_that_rests_on_one_of_the_facts_goes_to_a_person():
    found = fusion(NEVER, FREE, HEALTHY)

    assert (reason(found), told(found)) == (
        "contradiction:nicotine",
        {"contradiction:nicotine": None},
    )
    assert reason(fusion(NEVER, HEALTHY)) == "criteria_met"


def test_a_fact_that_a_diagnosis_contradicts_goes_to_a_person_unless_another_way_is_open():
    sugar = fact("risk.hba1c", 6.5, unit="%")

    assert reason(fusion(NEVER, HEALTHY, diagnoses=("e1165",))) == "contradiction:diabetes"
    assert reason(fusion(NEVER, HEALTHY, sugar, diagnoses=("E11.65",))) == "criteria_met"


def test_what_cannot_wait_is_not_held_by_a_contradiction():
    found = fusion(NEVER, FREE, HEALTHY, progressive=True)

    assert (reason(found), found.urgency) == ("criteria_met", "expedited")
    assert told(found) == {"contradiction:nicotine": 1_440}


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ("between: [{fact: a, is: true}]", "at least 2"),
        ("between: [{fact: a, is: true}, {fact: nowhere, is: true}]", "known fact"),
        ("between: [{fact: a}, {fact: b, is: true}]", "one comparison"),
        ("between: [{fact: a, at_least: 1}, {fact: b, is: true}]", "no order"),
        ("between: [{fact: fall, at_least: 1}, {fact: b, is: true}]", "known fact"),
        ("between: [{diagnosis: [A1]}, {diagnosis: [B1]}]", "at least is a fact"),
        ("between: [{fact: site.bad, is: true}, {fact: b, is: true}]", "known fact"),
    ],
)
def test_a_contradiction_that_cannot_be_looked_for_does_not_load(rule: str, error: str):
    text = VOCABULARY.replace("lists:", f"contradicts: [{{id: x, text: x, {rule}}}]\nlists:")

    with pytest.raises(PolicyInvalid, match=error):
        vocabulary.load(text, "toy-vocabulary.yaml")
