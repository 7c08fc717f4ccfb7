"""Outcomes by branch: what a limit asks for, what it rests on, and that no silence gets past it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from services.criteria.authoring.golden import shorthand
from services.criteria.authoring.golden.cases import read_request
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from tests.specification.world import RECEIVED, library, policy_text

CRITERIA = """\
any:
- {id: weak, fact: exam.weakness, is: true}
- {id: sore, fact: pain.daily, is: true}
"""
LIMITED = """\
definitions:
- id: only_sore
  all: [{ref: sore}, {none: [{ref: weak}]}]
outcomes:
  valid_days: 365
  branches:
  - {when: only_sore, valid_days: 90, not_codes: [E1390], text: No concentrator for pain alone.}
"""
RIGID, SOFT = ({"codes": [{"system": "hcpcs", "code": one}]} for one in ("E1390", "L0625"))


def found(line: dict[str, Any], policy: str = LIMITED, **facts: Any) -> Evaluation:
    given = {
        "line": {"services": ["example"], **line},
        "facts": {name.replace("__", "."): value for name, value in facts.items()},
    }
    request = read_request(shorthand.copied(shorthand.begun("case", given)))
    return evaluate(request, RECEIVED, library(policy_text(CRITERIA, policy)))


def asked(of: Evaluation) -> list[str]:
    return [one.id for one in of.questions]


def test_a_limit_that_is_known_to_hold_asks_for_nothing():
    of = found(RIGID, exam__weakness=False, pain__daily=True)

    assert (of.lines[0].outcome, of.lines[0].reason) == ("pend", "limit:only_sore")
    assert asked(of) == []
    assert [(one.id, one.text, one.lines) for one in of.advisories] == [
        ("limit:only_sore", "No concentrator for pain alone.", (1,))
    ]


def test_a_limit_of_which_it_is_not_known_whether_it_holds_asks_for_what_would_settle_it():
    of = found(RIGID, pain__daily=True)

    assert of.lines[0].reason == "limit:only_sore"
    assert asked(of) == ["exam.weakness"]


def test_a_line_without_codes_may_ask_for_any_and_is_asked_for_them():
    of = found({}, exam__weakness=False, pain__daily=True)

    assert of.lines[0].reason == "limit:only_sore"
    assert asked(of) == ["line.codes"]


def test_a_code_of_another_system_may_mean_what_the_limit_names():
    other = {"codes": [{"system": "X", "code": "1"}, SOFT["codes"][0]]}

    assert found(other, exam__weakness=False, pain__daily=True).lines[0].outcome == "pend"


def test_no_limit_holds_in_another_branch_or_for_another_code():
    weak = found(RIGID, exam__weakness=True, pain__daily=True)
    soft = found(SOFT, exam__weakness=False, pain__daily=True)

    assert [(one.lines[0].outcome, one.valid_days[1], one.advisories) for one in (weak, soft)] == [
        ("approve", 365, ()),
        ("approve", 90, ()),
    ]


def test_criteria_that_are_not_met_come_before_a_limit():
    of = found(RIGID, exam__weakness=False, pain__daily=False)

    assert of.lines[0].reason == "criteria_not_met"
    assert of.advisories == ()


def test_a_limit_that_an_assumption_alone_lifts_still_holds():
    assumed = LIMITED.replace(
        "{ref: sore}, {none: [{ref: weak}]}",
        "{fact: fracture.present, is: true, assume_absent: true}",
    )
    of = found(RIGID, assumed, pain__daily=True)

    assert of.lines[0].reason == "rests_on_assumption"


@pytest.mark.parametrize("line", [RIGID, SOFT, {}])
def test_no_silence_turns_a_line_that_pends_into_an_approval(line: dict[str, Any]):
    for weak, sore in product((True, False), repeat=2):
        whole = {"exam__weakness": weak, "pain__daily": sore}
        if found(line, **whole).lines[0].outcome == "pend":
            for gone in whole:
                rest = {name: value for name, value in whole.items() if name != gone}
                assert found(line, **rest).lines[0].outcome == "pend"
