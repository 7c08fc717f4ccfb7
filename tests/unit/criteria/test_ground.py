"""What the statements of a notice rest on besides their sources."""

from __future__ import annotations

from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from shared.events.evaluation import Doubt, Statement
from shared.events.request import AuthorizationRequest, Certainty
from tests.unit.criteria.given import AT, example, fact, library, policy, toy_request


def of(found: Evaluation, criterion: str, line: int) -> Statement:
    (only,) = (
        one for one in found.statements if one.criterion == criterion and one.lines == (line,)
    )
    return only


def changed(**values: object) -> AuthorizationRequest:
    """The reference case, these fields changed in each of its facts."""
    request = example("reference_case")
    facts = tuple(fact.model_copy(update=values) for fact in request.facts)
    return request.model_copy(update={"facts": facts})


def test_the_levels_of_a_line_are_told_as_they_were_counted():
    found = evaluate(example("reference_case"), AT)

    assert [(one.label, one.low, one.high) for one in of(found, "levels", 1).figures] == [
        ("At least two levels above", 2, 2),
        ("At least two levels below", 2, 2),
    ]


def test_a_fact_without_a_document_or_a_date_is_doubted():
    doubts = [
        of(evaluate(changed(**values), AT), "cauda_equina", 2).doubts
        for values in ({"source": None}, {"observed_at": None}, {"observed_at": AT})
    ]

    assert Doubt.ASSERTED in doubts[0]
    assert Doubt.UNDATED in doubts[1]
    assert Doubt.UNDATED not in doubts[2]


def test_nothing_merely_possible_is_beneath_a_statement():
    found = evaluate(changed(certainty=Certainty.POSSIBLE), AT)

    assert found.statements == ()


def test_a_set_of_things_beneath_a_statement_is_no_figure():
    made = policy(
        "{id: root, all: [{fact: many, one_of: [x]}]}",
        "statements: [{when: root, text: There it is.}]",
    )

    found = evaluate(toy_request(fact("many", value=["x", "y"])), AT, library(made))

    assert [(one.text, one.figures) for one in found.statements] == [("There it is.", ())]
