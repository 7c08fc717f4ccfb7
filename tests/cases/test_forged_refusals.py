"""Whoever writes to a topic of ours refuses nothing: what names no clinician is parked with an
alarm, the lane goes on, and so do the other cases in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.criteria.decide.attestation import RETIRED, RETIREMENT
from shared.events.adverse import ADVERSE, CODE, UNKNOWN_BASIS
from shared.events.criteria import CRITERIA, CaseDetermined, LineDetermined, ReviewRequested
from shared.events.letters import LETTERS, LetterIssued
from shared.events.policies import POLICIES, PublishedItem, ReferencePublished
from shared.events.reviews import REVIEWS, ReviewDeclined, ReviewSubmitted
from shared.examples import bariatric_without_bmi
from shared.ids import lane_of
from tests.cases.conversation import cases
from tests.cases.forgery import Forged, forge, newest
from tests.cases.platform import Platform, running
from tests.desk import KEYS, attested

Json = dict[str, Any]
REVIEWER = {"id": "x", "name": "x", "licence": "x", "licence_state": "OH", "specialty": " "}
HOW: dict[str, tuple[Json, str]] = {
    "by software": ({"basis": "engine"}, CODE),
    "on no basis": ({"basis": None}, CODE),
    "by a clinician without a name": ({"basis": "clinician"}, CODE),
    "by a clinician without a field": ({"basis": "clinician", "reviewer": REVIEWER}, CODE),
    "on a basis that nobody knows": ({"basis": "necessity"}, UNKNOWN_BASIS),
}
WHOLE = {"basis": "clinician", "reviewer": {**REVIEWER, "specialty": "x"}}
FORGED = ("line", "case", "letter")


@pytest.fixture
def platform(stores: Path, tmp_path: Path) -> Iterator[Platform]:
    with running(stores, tmp_path / "platform", documents=False) as made:
        yield made


def sent(platform: Platform, number: int) -> UUID:
    """A case of one member, which lives in one lane with all that are sent for them."""
    content = bariatric_without_bmi() | {"reference": f"R-{number}"}
    content["lines"][0]["service_date"] = f"2026-12-{number + 1:02}"
    platform.send("/v1/submissions?wait=0.2", json.dumps(content).encode(), "application/json")
    return cases(platform)[-1]


def refusal(platform: Platform, what: str, case_id: UUID, change: Json) -> Forged:
    """A forged event that refuses."""
    if what == "line":
        line = newest(platform, CRITERIA, case_id, LineDetermined.TYPE)
        return Forged(CRITERIA, case_id, LineDetermined.TYPE, changed(line, change))
    if what == "case":
        whole = newest(platform, CRITERIA, case_id, CaseDetermined.TYPE)
        lines = [changed(one, change) for one in whole["lines"]]
        told = {**whole, "determination": "A3", "lines": lines}
        return Forged(CRITERIA, case_id, CaseDetermined.TYPE, told)
    letter = newest(platform, LETTERS, case_id, LetterIssued.TYPE)
    who = {"reviewers": [change["reviewer"]]} if "reviewer" in change else {}
    told = {**letter, "kind": "refusal", "basis": change["basis"], **who}
    basis = {"basis": change["basis"]}
    return Forged(LETTERS, case_id, LetterIssued.TYPE, changed(told, basis))


def changed(event: Json, change: Json) -> Json:
    told = {**event, "determination": "A3", **change}
    return {name: value for name, value in told.items() if value is not None}


def refused(platform: Platform) -> list[Any]:
    """Whatever anybody could see of a refusal: lines and letters over HTTP, events that follow."""
    found: list[Any] = []
    for case_id in cases(platform):
        view = platform.get("intake", f"/v1/cases/{case_id}").json()
        found += [one for one in view["lines"] if one["determination"] in ADVERSE]
        found += [view["determination"]] if view["determination"] in ADVERSE else []
        found += [one for one in view["letters"] if one["kind"] == "refusal"]
    return found


@pytest.mark.parametrize("what", FORGED)
@pytest.mark.parametrize("how", HOW)
def test_a_forged_refusal_has_no_effect_and_its_lane_goes_on(
    platform: Platform, what: str, how: str
):
    victim, neighbour = sent(platform, 0), sent(platform, 1)
    assert lane_of(victim) == lane_of(neighbour)
    letters = len(platform.events(LETTERS))
    change, reason = HOW[how]
    # A line's event always says what it rests on: without, it is no such event.
    reason = "schema" if (what, how) == ("line", "on no basis") else reason

    forge(platform, refusal(platform, what, victim, change))

    assert refused(platform) == []
    assert {one.rpartition(": ")[2] for one in platform.parked()} == {reason}
    assert len(platform.events(LETTERS)) == letters + (what == "letter")
    alarmed = [engine for engine in platform.engines.values() if engine.health.unfounded]
    assert alarmed or reason == "schema"
    assert all(engine.health.refused == {} for engine in platform.engines.values())
    # The neighbour can be withdrawn, and a third case opened.
    third = sent(platform, 2)
    assert platform.get("intake", f"/v1/cases/{third}").json()["determination"] == "A4"
    assert platform.get("intake", f"/v1/cases/{neighbour}").json()["determination"] == "A4"


@pytest.mark.parametrize("what", FORGED)
def test_without_the_producers_keys_not_even_a_whole_clinician_counts(
    platform: Platform, what: str
):
    victim = sent(platform, 0)
    letters = len(platform.events(LETTERS))

    forge(platform, refusal(platform, what, victim, WHOLE), sealed=False)

    assert refused(platform) == []
    assert {one.rpartition(": ")[2] for one in platform.parked()} == {"unsealed"}
    assert len(platform.events(LETTERS)) == letters + (what == "letter")
    assert any(engine.health.unsealed for engine in platform.engines.values())
    # The case that it names goes on.
    other = sent(platform, 1)
    assert platform.get("intake", f"/v1/cases/{other}").json()["determination"] == "A4"


FORGERIES: dict[str, tuple[Json, str]] = {
    "unsigned": ({"attestation": None}, "not_attested"),
    "signed by a stranger": ({"attestation": "e30.e30.AA"}, "wrong_signature"),
    "signed for an approval": ({"determination": "A3"}, "attestation_differs"),
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_review_is_answered_under_its_case_and_decides_nothing(
    platform: Platform, how: str
):
    victim = sent(platform, 0)
    asked = newest(platform, CRITERIA, victim, ReviewRequested.TYPE)
    change, code = FORGERIES[how]
    review = attested(
        case_id=victim,
        idempotency_key="forged",
        evaluation_id=asked["evaluation_id"],
        sequence=asked["lines"][0],
        content_digest=asked["contents"][0]["digest"],
        determination="A1",
    )

    forged = {**json.loads(review.published()), "determination": "A3", **change}
    told = json.dumps({name: value for name, value in forged.items() if value is not None})
    platform.write(REVIEWS, victim, ReviewSubmitted.TYPE, told.encode())

    assert refused(platform) == []
    answer = newest(platform, CRITERIA, victim, ReviewDeclined.TYPE)
    assert (answer["idempotency_key"], answer["code"]) == ("forged", code)
    assert platform.parked() == []
    # The clinician's own decision is taken as ever.
    platform.write(REVIEWS, victim, ReviewSubmitted.TYPE, review.published())
    assert platform.get("intake", f"/v1/cases/{victim}").json()["determination"] == "A1"


def test_whoever_has_the_desks_key_decides_nothing_once_it_is_retired(platform: Platform):
    first, second = sent(platform, 0), sent(platform, 1)

    def approval(case_id: UUID) -> bytes:
        asked = newest(platform, CRITERIA, case_id, ReviewRequested.TYPE)
        return attested(
            case_id=case_id,
            idempotency_key="leaked",
            evaluation_id=asked["evaluation_id"],
            sequence=asked["lines"][0],
            content_digest=asked["contents"][0]["digest"],
            determination="A1",
        ).published()

    platform.write(REVIEWS, first, ReviewSubmitted.TYPE, approval(first))
    item = PublishedItem(kind=RETIREMENT, id=next(iter(KEYS)), content=RETIRED.decode())
    told = ReferencePublished(items=(item,), published_by="operations", reason="It got out.")
    platform.write(POLICIES, first, ReferencePublished.TYPE, told.published())
    events = len(platform.events(CRITERIA))

    platform.write(REVIEWS, second, ReviewSubmitted.TYPE, approval(second))

    answer = newest(platform, CRITERIA, second, ReviewDeclined.TYPE)
    assert (answer["idempotency_key"], answer["code"]) == ("leaked", "key_retired")
    assert len(platform.events(CRITERIA)) == events + 1
    assert platform.get("intake", f"/v1/cases/{second}").json()["determination"] == "A4"
    # What it had decided before stays, and the lane goes on.
    assert platform.get("intake", f"/v1/cases/{first}").json()["determination"] == "A1"
    assert platform.get("intake", f"/v1/cases/{sent(platform, 2)}").json()["determination"] == "A4"
    assert not [one for one in platform.parked() if one.startswith("criteria")]


def test_many_forged_refusals_stop_no_lane(platform: Platform):
    victims = [sent(platform, number) for number in range(5)]
    for victim in victims:
        forge(platform, refusal(platform, "line", victim, {"basis": "engine"}))

    assert refused(platform) == []
    assert all(engine.health.refused == {} for engine in platform.engines.values())
    assert platform.get("intake", f"/v1/cases/{sent(platform, 9)}").json()["determination"] == "A4"
