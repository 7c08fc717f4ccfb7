"""Facts of the request itself: what the other lines ask for, whose they are, and that nothing that
is sent as a fact stands in their place.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.known_names import known_names
from services.criteria.engine.edition.reach import reach_of
from services.criteria.engine.language import vocabulary
from services.criteria.engine.language.applies_to import AppliesTo
from services.criteria.engine.language.request_facts import REQUEST_FACTS
from services.criteria.engine.language.yaml_source import PolicyInvalid
from services.criteria.engine.logic.values import HeldValue
from services.criteria.engine.runtime.computed.request_facts import READERS, AskedFor, known
from shared.events.request import AuthorizationRequest, Fact, LineOfBusiness, Member, ServiceLine
from tests.specification.world import RECEIVED, WORDS, library, policy_text

DAY = date(2025, 11, 15)
CPT = {"system": "cpt", "code": "22612"}


def asked(*lines: dict[str, Any], **member: Any) -> AskedFor:
    made = tuple(
        ServiceLine.model_validate({"sequence": at, **one}) for at, one in enumerate(lines, 1)
    )
    request = AuthorizationRequest(member=Member(id="m", **member), lines=made)
    return AskedFor(request, made[0], DAY)


def value(path: str, of: AskedFor) -> Any:
    found = known(path, of)
    return None if found is None else found.value


def test_every_fact_of_the_request_is_read_and_no_other_is():
    assert READERS.keys() == REQUEST_FACTS.keys()


def test_the_other_lines_are_those_that_are_not_withdrawn():
    of = asked(
        {"services": ["brace"]},
        {"services": ["fusion"], "codes": [CPT]},
        {"services": ["rods"], "codes": [CPT], "cancelled": True},
    )

    assert value("others.services", of) == HeldValue(frozenset({"fusion"}), closed=True)
    assert value("others.codes", of) == HeldValue(frozenset({"22612"}), closed=True)


def test_an_other_line_that_names_no_code_may_ask_for_any():
    of = asked({"codes": [CPT]}, {"services": ["fusion"]})

    assert value("others.codes", of) == HeldValue(frozenset(), closed=False)


def test_an_other_line_of_which_no_service_is_known_may_be_for_any():
    of = asked({"codes": [CPT]}, {"codes": [CPT]})

    assert value("others.services", of) == HeldValue(frozenset(), closed=False)


def test_modifiers_behind_a_code_and_beside_it_are_the_same():
    behind, beside = (
        asked({"codes": [one]})
        for one in ({"system": "cpt", "code": "22612-50"}, {**CPT, "modifiers": ["50"]})
    )

    assert value("line.modifiers", behind) == value("line.modifiers", beside)
    assert value("line.codes", behind) == value("line.codes", beside)


@pytest.mark.parametrize("born", ["2025-11-16", "1900-01-01"])
def test_a_birth_that_cannot_be_one_gives_no_age(born: str):
    assert value("member.age", asked({}, birth_date=date.fromisoformat(born))) is None


def test_the_day_before_a_birthday_is_a_year_younger():
    assert value("member.age", asked({}, birth_date=date(2007, 11, 15))) == 18
    assert value("member.age", asked({}, birth_date=date(2007, 11, 16))) == 17


def test_a_kind_of_plan_that_this_version_does_not_know_is_not_known():
    assert value("request.business", asked({}, line_of_business=LineOfBusiness.OTHER)) is None


def test_no_name_of_a_fact_of_the_request_is_one_that_somebody_can_send():
    names = known_names((), WORDS.values(), ())

    assert names.facts & REQUEST_FACTS.keys() == set()


@pytest.mark.parametrize(
    "entry",
    ["request.state: {type: text, ask: Where?}", "home.state: {type: text, derive: request}"],
)
def test_no_vocabulary_declares_a_fact_of_the_request(entry: str):
    with pytest.raises(PolicyInvalid, match="which nobody sends"):
        vocabulary.load(f"vocabulary: v\nversion: 1\npaths:\n  {entry}\n", "v.yaml")


def test_a_condition_that_fails_is_enough_whatever_else_is_unknown():
    reach = reach_of(AppliesTo(services=("a",), states=("CA",), sites=("home",)))
    line = ServiceLine(sequence=1, site="office")

    assert reach is not None
    assert reach.unsaid(Member(id="m"), line, DAY) is None
    assert reach.unsaid(Member(id="m"), ServiceLine(sequence=1), DAY) == (
        "request.state",
        "request.site",
    )


def test_of_two_policies_for_two_states_the_one_of_the_members_state_judges():
    criteria, first = "{fact: pain.daily, is: true}", "policy: first\n"
    both = library(
        policy_text(criteria, f"{first}applies_to: {{services: [example], states: [CA]}}"),
        policy_text(criteria, "applies_to: {services: [example], states: [TX]}"),
    )
    line = ServiceLine(sequence=1, services=("example",))
    chosen = [both.select(line, DAY, Member(id="m", state=one)) for one in ("CA", "TX", "OH", None)]

    names = [one if isinstance(one, str) else one.ref.policy for one in chosen]
    assert names == ["first", "example", "no_policy", "several_policies"]


def test_where_what_is_not_said_leaves_several_policies_it_is_asked_for_once():
    criteria = "{fact: pain.daily, is: true}"
    known = library(
        policy_text(criteria, "policy: west\napplies_to: {services: [example], states: [CA]}"),
        policy_text(criteria, "policy: south\napplies_to: {services: [example], states: [TX]}"),
        policy_text(criteria, "policy: home\napplies_to: {services: [other], states: [CA]}"),
    )
    lines = tuple(
        ServiceLine(sequence=at, services=(one,)) for at, one in enumerate(("example", "other"), 1)
    )
    request = AuthorizationRequest(
        member=Member(id="m"), lines=lines, facts=(Fact(path="pain.daily", value=True),)
    )
    found = evaluate(request, RECEIVED, known)

    assert [one.reason for one in found.lines] == ["several_policies", "applicability_unknown"]
    assert [(one.id, one.text, one.lines) for one in found.questions] == [
        ("request.state", "In which state does the member live?", (1, 2))
    ]


def test_several_policies_of_which_nothing_is_unsaid_ask_for_nothing():
    criteria = "{fact: pain.daily, is: true}"
    known = library(*(policy_text(criteria, f"policy: {one}") for one in ("one", "two")))
    line = ServiceLine(sequence=1, services=("example",))
    found = evaluate(AuthorizationRequest(member=Member(id="m"), lines=(line,)), RECEIVED, known)

    assert (found.lines[0].reason, found.questions) == ("several_policies", ())
