"""Values and amounts at the edge of what the schema allows are answered, not stumbled over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.criteria.engine.answer.advisories.twins import MOST_OVERLAPS
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.answer.evidence import shown
from services.criteria.engine.answer.lines import MOST_SHOWN
from services.criteria.engine.edition import edition
from services.criteria.engine.language import vocabulary
from shared import examples
from shared.events.evaluation import LineEvaluation
from shared.events.request import AuthorizationRequest
from shared.events.submissions import AuthorizationRequestSubmitted
from tests.unit.criteria.given import (
    AT,
    CASE,
    HEAD,
    VOCABULARY,
    example,
    fact,
    library,
    policy,
    toy_request,
)

BORN = "member.birth_date"


def judged(criteria: str, *facts: dict[str, Any]) -> LineEvaluation:
    (line,) = evaluate(toy_request(*facts), AT, library(policy(criteria))).lines
    return line


@pytest.mark.parametrize("value", [10**31, -(10**31), 10**400, 1e300, {"low": 1, "high": 10**40}])
@pytest.mark.parametrize("unit", [None, "lb", "third"])
def test_a_number_that_no_measurement_comes_near_is_illegible(value: Any, unit: str | None):
    line = judged("{fact: n, at_least: 1}", fact("n", value, unit=unit))
    assert line.tree is not None
    assert (line.outcome, line.tree.reason) == ("pend", "illegible")


@pytest.mark.parametrize("value", [10**30, 5e-324, 1e-300, 0.1])
def test_a_number_within_is_compared_whatever_its_size(value: Any):
    assert judged("{fact: n, at_least: -1}", fact("n", value)).outcome == "approve"


@pytest.mark.parametrize("value", [10**30, -(10**30)])
def test_a_computed_number_of_any_size_can_be_shown(value: int):
    made = policy(
        "{fact: fall, at_least: 1}", "\nderived: {fall: {difference: {of: n, less: other}}}"
    )
    request = toy_request(fact("n", value), fact("other", -value))
    assert evaluate(request, AT, library(made)).event(CASE, 1).published()


def test_a_birth_date_that_the_member_gives_is_shown_as_a_date():
    words = vocabulary.load(
        f'{VOCABULARY}  {BORN}: {{type: date, ask: "When was the member born?"}}\n', "toy.yaml"
    )
    criteria = f"criteria: {{fact: {BORN}, within_days: 36500}}\n"
    made = edition.load(f"{HEAD}\n{criteria}", "toy.yaml", {words.name: words}, {})
    request = toy_request()
    member = request.member.model_copy(update={"birth_date": date(1960, 1, 2)})

    found = evaluate(request.model_copy(update={"member": member}), AT, library(made))

    (line,) = found.lines
    assert line.outcome == "approve"
    assert line.tree is not None
    assert [one.value for one in line.tree.evidence] == ["1960-01-02"]
    assert b'"value":"1960-01-02"' in found.event(CASE, 1).published()


def test_one_of_several_dates_is_shown_as_dates():
    days = frozenset({date(9999, 12, 31), date(1, 1, 1)})
    assert shown(days, is_level=False) == {"any_of": ["0001-01-01", "9999-12-31"]}


def lines(count: int, **changed: Any) -> AuthorizationRequest:
    """The reference case with so many lines like its first."""
    request = example("reference_case")
    first = request.lines[0]
    return request.model_copy(
        update={
            "lines": tuple(
                first.model_copy(update={"sequence": n, "site": f"room {n}"})
                for n in range(1, count + 1)
            ),
            **changed,
        }
    )


def test_lines_at_one_level_are_told_of_within_reason():
    found = [
        one for one in evaluate(lines(40), AT).advisories if one.id.startswith("overlapping-lines:")
    ]
    assert len(found) == MOST_OVERLAPS


def test_a_line_whose_evidence_has_no_room_goes_to_a_person():
    content = examples.reference_case()
    content["facts"] += [
        fact(
            "lesion.canal_narrowing", "x", subject=f"lesion:T6/{n}", source={"document": "d" * 200}
        )
        for n in range(500)
    ]
    crowded = AuthorizationRequestSubmitted.model_validate(content)

    found = evaluate(lines(20, facts=crowded.facts, lists=crowded.lists), AT)

    unshown = [one.sequence for one in found.lines if one.tree is None]
    assert unshown == list(range(unshown[0], 21))
    assert {one.reason for one in found.lines if one.tree is None} == {"too_much_evidence"}
    assert {one.outcome for one in found.lines if one.tree is None} == {"pend"}
    assert len(found.event(CASE, 1).published()) < MOST_SHOWN * 1.1
