"""What nobody reads of a request is told by name, and never by value."""

from __future__ import annotations

from typing import Any

import pytest

from services.criteria.engine.answer.advisories.unread import MOST, leftovers
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.known_names import nearest
from services.criteria.engine.edition.library import packaged
from shared.events.request import AuthorizationRequest
from tests.unit.criteria.given import AT, example, fact, library, policy, toy_request

PERSON = "Jane Doe, born on 1 May"
NAMES = packaged().names


def unread(*facts: dict[str, Any], **more: Any) -> dict[str, str | None]:
    """The names that nobody reads, each with the nearest known one."""
    content = {"member": {"id": "m"}, "lines": [{"sequence": 1}], "facts": facts, **more}
    found = leftovers(AuthorizationRequest.model_validate(content), NAMES)
    return {f"{one.kind} {one.name}": one.nearest for one in found.told}


def test_a_request_that_is_read_whole_has_nothing_to_tell():
    found = evaluate(example("reference_case"), AT)

    assert found.unread == ()
    assert not [one for one in found.advisories if one.id == "unread"]


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"path": "exam.sensory_levl"}, {"path exam.sensory_levl": "exam.sensory_level"}),
        ({"path": "nobody.knows.this"}, {"path nobody.knows.this": None}),
        ({"path": "exam.saddle_anesthesia"}, {}),
        ({"path": "lesion.sins", "subject": "lesion:T6"}, {"path lesion.sins": None}),
        (
            {"path": "lesion.fracture", "subject": "leson:T6"},
            {"subject leson:T6": "lesion:T6"},
        ),
        (
            {"path": "lesion.fracture"},
            {"path lesion.fracture of member": None},
        ),
        (
            {"path": "body.bmi", "value": {"low": 50, "high": 30}},
            {"value body.bmi": None},
        ),
    ],
)
def test_a_fact_that_nobody_reads_is_told(sent: dict[str, Any], told: dict[str, str | None]):
    found = unread({"value": PERSON} | sent)

    assert {name: near for name, near in found.items() if near or name in told} == told


def test_services_and_lists_that_nobody_knows_are_told():
    assert unread(
        lines=[{"sequence": 1, "services": ["home_oxygn", "spinal_fusion"]}],
        lists=[{"name": "lesion", "closed": True}, {"name": "slips", "closed": True}],
    ) == {"service home_oxygn": "home_oxygen", "list lesion": "lesions"}


def test_only_names_are_told_each_once_and_not_more_than_fifty():
    facts = [fact(f"nobody.knows.{n}", PERSON) for n in range(90) for _ in "ab"]
    content = {"member": {"id": "m"}, "lines": [{"sequence": 1}], "facts": facts}
    found = evaluate(AuthorizationRequest.model_validate(content), AT)

    assert len(set(found.unread)) == len(found.unread) == MOST
    assert PERSON not in repr((found.unread, found.advisories))


@pytest.mark.parametrize(
    "more",
    [
        fact("site.bad", value=True, subject="sight:2"),
        fact("site.bda", value=True, subject="site:1"),
        fact("site.bad", value=True),
    ],
)
def test_a_list_of_which_something_was_not_read_is_not_complete(more: dict[str, Any]):
    edition = policy("{for_some: sites, all: [{fact: site.bad, is: true}]}")
    seen = fact("site.bad", value=False, subject="site:1")

    states = [
        evaluate(toy_request(*facts, closed=True), AT, library(edition)).lines[0].reason
        for facts in ([seen], [seen, more])
    ]

    assert states == ["criteria_not_met", "not_documented"]


def test_a_list_that_is_said_to_be_open_and_closed_is_open():
    edition = policy("{for_some: sites, all: [{fact: site.bad, is: true}]}")
    request = toy_request(fact("site.bad", value=False, subject="site:1"), closed=True)
    both = request.model_copy(update={"lists": (*request.lists, *toy_request(closed=False).lists)})

    assert evaluate(request, AT, library(edition)).lines[0].reason == "criteria_not_met"
    assert evaluate(both, AT, library(edition)).lines[0].reason == "not_documented"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("abc", None),
        ("lesions", "lesions"),
        ("lesion", "lesions"),
        ("all_leesionss", "all_lesions"),
        ("lsos", None),
        ("lesiosn", "lesions"),
        ("x" * 64, None),
    ],
)
def test_the_nearest_name_differs_by_a_few_letters(name: str, near: str | None):
    known = frozenset({"lesions", "slips", "all_lesions"})

    assert nearest(name, known) == near
