"""What is asked for: facts of the patient inside lists, items inside guards, the segment, and what
computed facts rest on.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition import edition
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language.yaml_source import PolicyInvalid
from shared.events.request import AuthorizationRequest
from tests.unit.criteria.given import AT, HEAD, fact, library, policy, toy_request

SPINE = f"{HEAD.replace('toy@1', 'spine-facts@2').replace('services: [toy]', 'services: [spine]')}"
COUNT = "derived: {fall: {count_within: {list: sites, where: {fact: site.bad, is: true}}}}"


def asked(edition_: edition.Edition, request: AuthorizationRequest) -> list[str]:
    return [question.id for question in evaluate(request, AT, library(edition_)).questions]


def spine(criteria: str, *facts: dict[str, Any], more: str = "", **line: Any) -> Evaluation:
    """A policy in the words of the spine, on a request with these facts."""
    known, scores = packaged().vocabularies, packaged().scores
    made = edition.load(f"{SPINE}{more}\ncriteria: {criteria}\n", "spine.yaml", known, scores)
    content = {
        "member": {"id": "m"},
        "lines": [{"sequence": 1, "services": ["spine"], **line}],
        "facts": facts,
    }
    return evaluate(
        AuthorizationRequest.model_validate_json(json.dumps(content)), AT, library(made)
    )


def test_a_fact_of_the_patient_inside_a_list_is_asked_for_once_and_without_an_item():
    made = policy("{for_some: sites, all: [{fact: site.bad, is: true}, {fact: a, is: true}]}")
    request = toy_request(
        fact("site.bad", value=True, subject="site:one"),
        fact("site.bad", value=True, subject="site:two"),
        closed=True,
    )
    assert asked(made, request) == ["a"]


def test_an_item_inside_a_guard_is_asked_for_by_its_name():
    guard = (
        "guards: [{id: g, when: {for_some: sites, all: [{fact: site.bad, is: true}]}, then: pend, "
        "text: Bad.}]"
    )
    request = toy_request(
        fact("a", value=True), fact("site.seen", value=True, subject="site:one"), closed=True
    )
    assert asked(policy("{fact: a, is: true}", guard), request) == ["site.bad:one"]


@pytest.mark.parametrize(
    ("facts", "closed", "wanted"),
    [
        ([fact("site.seen", value=True, subject="site:one")], True, ["site.bad:one"]),
        ([], False, ["sites"]),
    ],
)
def test_a_count_asks_for_what_makes_it_uncertain(
    facts: list[dict[str, Any]],
    closed: bool,
    wanted: list[str],
):
    assert (
        asked(policy("{fact: fall, at_least: 1}", COUNT), toy_request(*facts, closed=closed))
        == wanted
    )


def test_a_score_of_the_patient_is_computed_shown_and_asked_for():
    found = spine(
        "{fact: exam.mrc, at_most: 3}",
        fact("exam.neurologic_deficit", value=True),
        more="derived: {exam.mrc: {score_table: mrc@2}}",
    )
    assert [(score.subject, score.score, score.low, score.high) for score in found.scores] == [
        ("member", "mrc", 0, 5)
    ]
    assert [question.id for question in found.questions] == ["exam.motor.weakest"]


def test_a_score_inside_one_band_is_still_asked_for_where_the_threshold_lies_inside_it():
    criteria = "{for_some: slips, all: [{fact: slip.meyerding, at_least: 2}]}"
    found = spine(
        criteria,
        fact("slip.percent", 25, subject="slip:L4"),
        more="derived: {slip.meyerding: {score_table: meyerding@2}}",
        segment="L4-L5",
    )
    assert [question.id for question in found.questions] == ["slip.grade:L4-L5"]
    assert found.scores[0].settled_by == ()


def test_a_missing_segment_is_asked_for_and_is_no_transitional_anatomy():
    guard = (
        "guards: [{id: g, when: {fact: line.standard_levels, is: false}, then: pend, text: "
        "Settle the levels.}]"
    )
    found = spine(
        "{fact: exam.myelopathy, is: true}", fact("exam.myelopathy", value=True), more=guard
    )
    assert [(line.outcome, line.guards[0].state.value) for line in found.lines] == [
        ("pend", "not_documented")
    ]
    assert [question.id for question in found.questions] == ["line.standard_levels"]


@pytest.mark.parametrize(
    ("criteria", "more", "reason"),
    [
        (
            "{fact: fall, at_least: 1, citations: [nowhere]}",
            COUNT,
            "root cites what the policy does not list",
        ),
        ("{fact: a, is: true, wording: invented}", "", "wording"),
    ],
)
def test_what_cites_or_claims_wrongly_does_not_load(criteria: str, more: str, reason: str):
    with pytest.raises(PolicyInvalid, match=reason):
        policy(criteria, more)


def test_what_is_computed_cannot_be_assumed_absent():
    with pytest.raises(PolicyInvalid, match="a yes-no fact that can be asked for"):
        spine("{fact: line.includes_fusion, is: false, assume_absent: true}")


def test_content_that_nobody_approved_needs_its_caution():
    text = HEAD.replace("state: approved", "state: submitted")
    with pytest.raises(PolicyInvalid, match="needs its caution"):
        edition.load(
            f"{text}\ncriteria: {{fact: exam.myelopathy, is: true}}\n",
            "toy.yaml",
            packaged().vocabularies,
            {},
        )
