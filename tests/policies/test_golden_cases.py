"""Every golden case of every policy gives what its source says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition.library import packaged
from shared.events.evaluation import Node
from tests.policies.golden import golden_cases

CASES = dict(golden_cases())
POLICIES_ALONE = replace(packaged(), triage=())
"""A policy's case says what the policy says; triage has cases of its own."""
OF_LINES = {"lines", "reasons", "nodes", "guards", "citations"}
OF_THE_FIRST = {"outcome", "reason", "states"}
"""What a case of one line may expect of it: its outcome, the reason, and the states of named nodes
and guards.
"""
OF_ALL = {"urgency", "questions", "advisories", "not_advisories", "scores", "review_within_minutes"}


def by_id(node: Node | None) -> dict[str, str]:
    """The state of every node; of a list and its body, which share a name, the list's."""
    if node is None:
        return {}
    below = {name: state for child in node.children for name, state in by_id(child).items()}
    return {**below, node.id: node.state.value}


def observed(evaluation: Evaluation, expected: dict[str, Any]) -> dict[str, Any]:
    """What the engine said of each thing that the case expects something of."""
    lines = {str(line.sequence): line for line in evaluation.lines}
    advisories = {advisory.id for advisory in evaluation.advisories}
    guards = {
        sequence: {guard.id: guard.state.value for guard in line.guards}
        for sequence, line in lines.items()
    }
    nodes = {sequence: by_id(line.tree) for sequence, line in lines.items()}
    first = evaluation.lines[0]
    states = {
        **{name: state for guard in first.guards for name, state in by_id(guard).items()},
        **by_id(first.tree),
    }
    return {
        "outcome": first.outcome,
        "reason": first.reason,
        "states": {name: states.get(name) for name in expected.get("states", {})},
        "urgency": evaluation.urgency.value,
        "lines": {sequence: line.outcome for sequence, line in lines.items()},
        "reasons": {sequence: lines[sequence].reason for sequence in expected.get("reasons", {})},
        "questions": sorted(question.id for question in evaluation.questions),
        "advisories": sorted(advisories),
        "not_advisories": [
            one for one in expected.get("not_advisories", []) if one not in advisories
        ],
        "nodes": {
            sequence: {name: nodes[sequence].get(name) for name in wanted}
            for sequence, wanted in expected.get("nodes", {}).items()
        },
        "guards": {
            sequence: {name: guards[sequence].get(name) for name in wanted}
            for sequence, wanted in expected.get("guards", {}).items()
        },
        "citations": {str(citation.line): citation.applies for citation in evaluation.citations},
        "scores": {
            score.subject: [score.low, score.high]
            for score in evaluation.scores
            if score.subject in expected.get("scores", {})
        },
        "review_within_minutes": evaluation.review_within_minutes,
    }


@pytest.mark.parametrize("name", CASES)
def test_a_golden_case_gives_what_its_source_says(name: str):
    case = CASES[name]
    expected = case.expect
    assert set(expected) <= OF_LINES | OF_THE_FIRST | OF_ALL

    evaluation = evaluate(case.request, case.at, POLICIES_ALONE, any_day=True)

    wanted = {
        **expected,
        **{key: sorted(expected[key]) for key in ("advisories", "questions") if key in expected},
    }
    assert {key: observed(evaluation, expected)[key] for key in wanted} == wanted
