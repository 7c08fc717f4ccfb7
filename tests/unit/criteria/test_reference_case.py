"""The reference case and its two variants, and the bariatric case without an index."""

from __future__ import annotations

import pytest

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.answer.evidence import EVIDENCE_FIELDS, NODE_FIELDS
from shared.events.criteria import CriteriaEvaluated
from shared.events.evaluation import Node
from shared.events.request import Urgency
from tests.unit.criteria.given import AT, CASE, example


def test_both_lines_are_approved_without_a_question():
    found = evaluate(example("reference_case"), AT)
    assert [(line.sequence, line.outcome) for line in found.lines] == [
        (1, "approve"),
        (2, "approve"),
    ]
    assert found.questions == ()
    assert found.urgency is Urgency.EXPEDITED


def test_each_line_rests_on_the_lesions_inside_it():
    found = evaluate(example("reference_case"), AT)
    assert [subjects(line.tree) for line in found.lines] == [{"T6"}, {"L5"}]


def test_the_advisories_hold_nothing_and_one_calls_the_surgeon():
    found = {
        advisory.id: advisory for advisory in evaluate(example("reference_case"), AT).advisories
    }
    assert {
        "uncovered-level:L1",
        "one-level-above:L5",
        "level-not-requested:L3",
        "emergency-no-pa",
    } <= set(found)
    assert found["uncovered-level:L1"].call_within_minutes == 60
    assert [name for name in found if name.startswith(("uncovered", "one-level", "level-not"))] == [
        "uncovered-level:L1",
        "level-not-requested:L3",
        "one-level-above:L5",
    ]


def test_the_instability_score_is_a_set_of_reachable_totals():
    scores = {score.subject: score for score in evaluate(example("reference_case"), AT).scores}
    assert {name: (score.score, score.low, score.high) for name, score in scores.items()} == {
        "T6": ("sins", 3, 16),
        "L1": ("sins", 5, 18),
        "L5": ("sins", 5, 18),
    }
    assert scores["T6"].settled_by == (
        "pain",
        "bone_lesion",
        "alignment",
        "collapse",
        "posterolateral",
    )


def test_the_trial_applies_to_neither_line_and_says_why():
    citations = evaluate(example("reference_case"), AT).citations
    assert [(citation.line, citation.applies) for citation in citations] == [(1, False), (2, False)]
    assert all("several" in citation.why for citation in citations)
    assert "no compressed cord level" in citations[1].why


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ("without_bladder_sign", {1: "approve", 2: "pend"}),
        ("without_t6_lesion", {1: "pend", 2: "approve"}),
    ],
)
def test_a_missing_fact_pends_the_line_that_rests_on_it_and_only_that_line(
    variant: str, expected: dict[int, str]
):
    assert {
        line.sequence: line.outcome for line in evaluate(example(variant), AT).lines
    } == expected


def test_bariatric_surgery_without_an_index_asks_for_the_index_and_nothing_else():
    found = evaluate(example("bariatric_without_bmi"), AT)
    assert [line.outcome for line in found.lines] == ["pend"]
    assert [question.paths for question in found.questions] == [("body.bmi",)]
    assert "BMI" in found.questions[0].text


def test_unverified_figures_never_reach_an_answer():
    event = evaluate(example("reference_case"), AT).event(CASE, 1).model_dump_json()
    assert not any(figure in event for figure in ("83 %", "86 %", "71 %", "38 %"))


def test_the_same_request_gives_the_same_bytes():
    first, second = (
        evaluate(example("reference_case"), AT).event(CASE, 1).model_dump_json() for _ in range(2)
    )
    assert first == second


def test_the_fast_way_to_an_event_gives_a_valid_event():
    whole = evaluate(example("reference_case"), AT).event(CASE, 1).model_dump_json()
    assert CriteriaEvaluated.model_validate_json(whole).model_dump_json() == whole
    assert set(Node.model_fields) == NODE_FIELDS
    assert "source" in EVIDENCE_FIELDS


def test_every_leaf_that_read_a_fact_shows_where_it_stands():
    leaves = [
        node
        for line in evaluate(example("reference_case"), AT).lines
        for node in walk(line.tree)
        if node.evidence
    ]
    cited = [
        one
        for node in leaves
        for one in node.evidence
        if one.path.startswith(("exam.", "lesion.canal"))
    ]
    assert len(cited) > 10
    assert all(one.source is not None and one.date_assumed for one in cited)


def walk(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in walk(child))]


def subjects(node: Node) -> set[str]:
    return {below.subject for below in walk(node) if below.subject}
