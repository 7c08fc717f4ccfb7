"""The member of the reference case under vertebral augmentation: a person decides, whatever is
added to make the pain qualify.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from shared import examples
from shared.events.request import Certainty
from shared.events.submissions import AuthorizationRequestSubmitted
from tests.unit.criteria.given import AT

QUALIFYING = [
    {"path": "pain.nrs", "value": 9},
    {"path": "pain.worsening", "value": True},
    *(
        {"path": "lesion.fracture_age", "subject": f"lesion:{level}", "value": "acute"}
        for level in ("T6", "L1", "L5")
    ),
]
"""Pain of 9 that gets worse, and acute fractures."""
REST = [
    {"path": "treatment.nonsurgical_fails", "value": True},
    {"path": "plan.bone_health_referral", "value": True},
]
EXCLUDED = [
    {"path": path, "value": False}
    for path in (
        "pain.from_elsewhere",
        "risk.infection",
        "risk.pregnant",
        "risk.coagulopathy",
        "risk.cement_allergy",
        "surgeon.judges_unstable",
    )
]
"""Everything that can be ruled out, ruled out."""


def augmentation(*facts: dict[str, Any]) -> Evaluation:
    """The reference case with vertebral augmentation requested in place of the operation, and these
    facts added.
    """
    content = examples.reference_case()
    content["lines"] = [
        {**line, "services": ["vertebral_augmentation"], "codes": []} for line in content["lines"]
    ]
    content["facts"] = [*content["facts"], *facts]
    return evaluate(AuthorizationRequestSubmitted.model_validate_json(json.dumps(content)), AT)


def outcomes(evaluation: Evaluation) -> dict[int, tuple[str, str]]:
    return {line.sequence: (line.outcome, line.reason) for line in evaluation.lines}


def guards(evaluation: Evaluation, sequence: int) -> set[str]:
    """The guards of a line that hold because they are met."""
    line = next(line for line in evaluation.lines if line.sequence == sequence)
    return {guard.id for guard in line.guards if guard.state.value == "met"}


def test_the_reference_member_pends():
    found = augmentation()
    assert {line.policy.policy for line in found.lines if line.policy} == {
        "spine.vertebral-augmentation"
    }
    held = ("pend", "guard:neurologic-deficit")
    assert outcomes(found) == {1: held, 2: held}


@pytest.mark.parametrize("more", [[], REST, [*REST, *EXCLUDED]])
def test_severe_acute_and_worsening_pain_does_not_get_past_the_guards(more: list[dict[str, Any]]):
    found = augmentation(*QUALIFYING, *more)
    assert {outcome for outcome, _ in outcomes(found).values()} == {"pend"}
    assert guards(found, 1) >= {"neurologic-deficit", "retropulsion"}
    assert guards(found, 2) >= {"neurologic-deficit"}


def test_with_every_criterion_met_it_is_the_guards_that_hold_the_lines():
    found = augmentation(*QUALIFYING, *REST, *EXCLUDED)
    assert [line.tree.state.value for line in found.lines if line.tree] == ["met", "met"]
    assert outcomes(found) == {
        1: ("pend", "guard:neurologic-deficit"),
        2: ("pend", "guard:neurologic-deficit"),
    }
    assert found.questions == ()


def test_a_deficit_that_is_only_possible_is_not_ruled_out():
    content = examples.reference_case()
    content["lines"] = [
        {**line, "services": ["vertebral_augmentation"]} for line in content["lines"]
    ]
    content["facts"] = [
        {**fact, "certainty": Certainty.POSSIBLE}
        for fact in content["facts"]
        if fact["path"].startswith("exam.")
    ]
    found = evaluate(AuthorizationRequestSubmitted.model_validate_json(json.dumps(content)), AT)
    assert {line.outcome for line in found.lines} == {"pend"}
