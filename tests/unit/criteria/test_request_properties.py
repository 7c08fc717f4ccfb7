"""What holds of every policy, held against one that reads the request itself, computes, and differs
by branch: knowing less never approves and never turns a state around, and neither the order of
conditions nor units make a difference.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.authoring.golden import shorthand
from services.criteria.authoring.golden.cases import read_request
from services.criteria.authoring.golden.check import by_id
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition.library import Library
from tests.specification.world import RECEIVED, library, policy_text

MEMBERS = [
    "{id: heavy, fact: body.bmi, at_least: 35}",
    "{id: kept, fact: body.weight_kept, at_most: 95}",
    "{id: long, fact: therapy.weeks, at_least: 6}",
    "{id: alone, none: [{fact: others.services, is: fusion}]}",
    "{id: right, none: [{fact: line.modifiers, is: LT}]}",
    "{id: few, fact: line.units, at_most: 5}",
    "{id: home, fact: request.site, one_of: [home, office]}",
]
POLICY = """\
applies_to: {services: [example], states: [CA, NV], ages: {from: 18}, business: [erisa]}
derived:
  therapy.weeks: {elapsed: {from: therapy.ended, in: weeks}}
  body.bmi: {bmi: {weight: body.weight, height: body.height}}
  body.weight_kept: {percentage: {of: body.weight, to: body.weight_before}}
definitions:
- {id: female, fact: member.sex, is: female}
outcomes:
  branches:
  - {when: female, valid_days: 30, not_codes: [E1390], max_units: 2, text: Not these.}
"""


def text(members: list[str]) -> str:
    return policy_text("all:\n" + "\n".join(f"- {one}" for one in members), POLICY)


WHOLE, TURNED = library(text(MEMBERS)), library(text(MEMBERS[::-1]))


def code(name: str, system: str = "hcpcs", **more: Any) -> dict[str, Any]:
    return {"system": system, "code": name, **more}


PIECES: dict[str, list[Any]] = {
    "member.state": ["CA", "CA", "TX", "ZZ"],
    "member.birth_date": ["1980-01-01", "2010-01-01"],
    "member.line_of_business": ["erisa", "erisa", "medicare_advantage"],
    "member.sex": ["female", "male"],
    "line.site": ["home", "11", "hospice", "X"],
    "line.codes": [
        [code("L0625", units=2)],
        [code("E1390")],
        [code("L0625", units=3, modifiers=["RT"])],
        [code("L0625"), code("L0631", units=9, modifiers=["LT"])],
        [code("1", "X")],
    ],
    "body.weight": [140, {"low": 120, "high": 150}, 60],
    "body.height": [200, {"low": 190}],
    "body.weight_before": [150, {"low": 0, "low_open": True}],
    "therapy.ended": ["2025-10-04", "2025-10-05", "2025-11-16"],
}
REQUESTS = st.fixed_dictionaries(
    {},
    optional={name: st.sampled_from(values) for name, values in PIECES.items()},
)
WANTED = {name: values[0] for name, values in PIECES.items()}
"""A request that is approved."""
LIKELY = REQUESTS.flatmap(
    lambda other: st.sets(st.sampled_from(sorted(PIECES)), max_size=2).map(
        lambda names: WANTED | {name: one for name, one in other.items() if name in names}
    )
)
OTHERS = st.sampled_from([(), ("rods",), ("fusion",)])
MORE = settings(max_examples=150, deadline=None)


def answered(
    pieces: dict[str, Any], others: tuple[str, ...] = (), known: Library = WHOLE
) -> Evaluation:
    parts: dict[str, dict[str, Any]] = {"member": {}, "line": {}, "facts": {}}
    for name, value in pieces.items():
        kind, _, field = name.partition(".")
        where, key = (kind, field) if kind in {"member", "line"} else ("facts", name)
        parts[where][key] = {"value": value} if where == "facts" else value
    parts["line"]["services"] = ["example"]
    content = shorthand.begun("case", parts)
    for fact in content["facts"]:
        if isinstance(fact["value"], dict):
            fact["verified"] = True
    content["lines"] += [
        {"sequence": at, "services": [one], "codes": [code("L9900")]}
        for at, one in enumerate(others, 2)
    ]
    return evaluate(read_request(shorthand.copied(content)), RECEIVED, known)


def states(found: Evaluation) -> dict[str, str]:
    return dict(by_id(found.lines[0].tree))


@MORE
@given(LIKELY, st.data(), OTHERS)
def test_knowing_less_never_approves_and_turns_no_state_around(
    pieces: dict[str, Any], data: st.DataObject, others: tuple[str, ...]
):
    gone = data.draw(st.sets(st.sampled_from(sorted(PIECES)), min_size=1, max_size=3))
    less = {name: value for name, value in pieces.items() if name not in gone}
    before, after = answered(pieces, others), answered(less, others)

    if before.lines[0].outcome == "pend":
        assert after.lines[0].outcome == "pend"
    known, left = states(before), states(after)
    turned = {
        name: left[name]
        for name, state in known.items()
        if name in left and left[name] not in {state, "not_documented"}
    }
    assert turned == {}


@MORE
@given(REQUESTS, OTHERS)
def test_the_order_of_conditions_makes_no_difference(
    pieces: dict[str, Any], others: tuple[str, ...]
):
    one, other = (answered(pieces, others, known) for known in (WHOLE, TURNED))

    assert (one.lines[0].outcome, one.valid_days) == (other.lines[0].outcome, other.valid_days)
    assert {q.id for q in one.questions} == {q.id for q in other.questions}


def test_some_request_is_approved_and_each_of_its_pieces_is_needed():
    assert answered(WANTED).lines[0].outcome == "approve"
    assert answered(WANTED).valid_days[1] == 30
    for gone in WANTED.keys() - {"member.sex"}:
        less = {name: value for name, value in WANTED.items() if name != gone}
        assert answered(less).lines[0].outcome == "pend", gone


def test_a_limit_of_an_unknown_branch_holds_only_who_asks_for_what_it_limits():
    whole = {name: value for name, value in WANTED.items() if name != "member.sex"}

    assert answered(whole).lines[0].outcome == "approve"
    assert answered(whole | {"line.codes": [code("E1390")]}).lines[0].reason == "limit:female"


@pytest.mark.parametrize("name", PIECES)
def test_what_keeps_a_line_from_approval_keeps_it_when_it_is_not_said(name: str):
    unsaid = {piece: value for piece, value in WANTED.items() if piece != name}
    for value in PIECES[name]:
        if answered(WANTED | {name: value}).lines[0].outcome == "pend":
            assert answered(unsaid).lines[0].outcome == "pend", value
