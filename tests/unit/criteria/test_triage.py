"""Triage as the engine asks it: of every request, before any policy, and never of what is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.criteria.engine.answer.advisories.emergency import NO_WAITING, POSSIBLE, REASON
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.engine.logic.edit_distance import distance
from services.criteria.engine.triage import compiler
from services.criteria.engine.triage.near_names import NearNames
from services.criteria.engine.triage.observations import (
    CONFIRMED,
    CONFLICTING,
    Observation,
    newer,
    standing,
)
from services.criteria.engine.triage.protocol import TriageProtocol
from services.criteria.reference import TRIAGE
from services.criteria.reference import packaged as items
from shared.events.request import AuthorizationRequest, Urgency
from tests.unit.criteria.given import AT, example

SADDLE = {"path": "exam.saddle_anaesthesia", "value": True}
TEXT = next(one for one in items() if one.kind == TRIAGE).content.decode()


def request(*facts: dict[str, Any], **line: Any) -> AuthorizationRequest:
    """A request for a picture of the spine, with these facts."""
    lines = [{"sequence": 1, "services": ["spine_mri"], **line}]
    return AuthorizationRequest.model_validate(
        {"member": {"id": "m"}, "lines": lines, "facts": facts}
    )


def version(number: str, of: str, **changes: str) -> TriageProtocol:
    """The packaged triage file as another version that took effect on a day."""
    text = TEXT.replace("version: 1.0.0", f"version: {number}").replace("2024-01-01", of)
    for before, after in changes.items():
        text = text.replace(before, after)
    return compiler.load(text, number, packaged().vocabularies)


def test_what_may_be_an_emergency_is_found_although_no_policy_judges_it():
    found = evaluate(request(SADDLE), AT)

    assert [line.reason for line in found.lines] == ["no_policy"]
    assert (found.urgency, found.review_within_minutes) == (Urgency.EXPEDITED, 60)
    assert found.review_reason == REASON
    assert found.triage is not None
    assert (found.triage.tier, found.triage.rule) == (1, "cauda-equina")
    assert found.triage.edition.policy == "triage.spine"
    (advisory,) = found.advisories
    assert (advisory.id, advisory.call_within_minutes) == (POSSIBLE, 60)
    assert NO_WAITING in advisory.text
    assert "saddle area" in advisory.text


def test_a_finding_tells_where_it_stands_and_never_its_value():
    secret = {"path": "exam.post_void_residual", "value": 471, "unit": "mL"}
    found = evaluate(request(secret, diagnoses=["G83.4"]), AT)

    assert found.triage is not None
    assert [(one.id, one.paths, one.subjects) for one in found.triage.signs] == [
        ("residual", ("exam.post_void_residual",), ("member",)),
        ("cauda_equina_word", ("diagnosis",), ("line:1",)),
    ]
    said = found.triage.model_dump_json(exclude={"edition"}) + found.advisories[0].text
    assert "471" not in said
    assert "G83" not in said


def test_a_policy_that_expedites_already_is_not_repeated_and_the_stricter_time_holds():
    found = evaluate(
        request(SADDLE, services=["spinal_fusion"], diagnoses=["C79.51"], segment="L4-S1"),
        AT,
    )
    assert [NO_WAITING in one.text for one in found.advisories].count(True) <= 1
    assert found.review_within_minutes == 60


def test_a_request_that_is_not_urgent_stays_as_it_is():
    found = evaluate(request({**SADDLE, "value": False}), AT)
    assert (found.triage, found.urgency) == (None, Urgency.STANDARD)
    assert (found.advisories, found.review_within_minutes) == ((), None)


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ({}, True),
        ({"service_date": "2025-11-15"}, True),
        ({"service_date": "2025-11-10"}, False),
        ({"cancelled": True}, False),
    ],
)
def test_what_is_over_or_withdrawn_never_triggers(line: dict[str, Any], fires: bool):
    assert (evaluate(request(SADDLE, **line), AT).triage is not None) == fires


def test_of_a_request_that_is_over_in_part_the_other_lines_are_named():
    whole = request(SADDLE)
    over = whole.lines[0].model_copy(update={"sequence": 2, "service_date": date(2025, 1, 1)})
    found = evaluate(whole.model_copy(update={"lines": (*whole.lines, over)}), AT)
    assert found.triage is not None
    assert found.triage.lines == (1,)


def test_the_order_of_facts_changes_nothing():
    facts = (
        SADDLE,
        {"path": "exam.rectal_tone", "value": "absent"},
        {"path": "pain.back", "value": True},
    )
    one, other = evaluate(request(*facts), AT), evaluate(request(*reversed(facts)), AT)
    assert (one.triage, one.advisories) == (other.triage, other.advisories)


@pytest.mark.parametrize("asked", Urgency)
def test_a_finding_is_told_apart_from_what_the_sender_asks_for(asked: Urgency):
    urgent = evaluate(request(SADDLE).model_copy(update={"urgency": asked}), AT)
    calm = evaluate(request({**SADDLE, "value": False}).model_copy(update={"urgency": asked}), AT)
    assert (urgent.urgency_found, calm.urgency_found) == (Urgency.EXPEDITED, None)
    assert calm.urgency is asked
    for one in (urgent, calm):
        event = one.event(UUID(int=1), 1)
        assert (event.urgency, event.urgency_found) == (one.urgency, one.urgency_found)


@pytest.mark.parametrize("asked", [Urgency.STANDARD, Urgency.EXPEDITED])
def test_what_a_policy_finds_urgent_is_told_though_the_sender_asks_for_no_less(asked: Urgency):
    pressing = example("reference_case").model_copy(update={"urgency": asked})
    assert evaluate(pressing, AT).urgency_found is Urgency.EXPEDITED


def test_urgency_never_falls():
    declared = request(SADDLE).model_copy(update={"urgency": Urgency.EMERGENCY})
    found = evaluate(declared, AT)
    assert found.urgency is Urgency.EMERGENCY
    assert found.triage is not None
    assert found.triage.call_within_minutes is None, "a declared emergency has a call of its own"


def test_of_several_versions_the_one_that_took_effect_last_decides():
    later = version("1.1.0", "2025-06-01", **{"within_minutes: 60": "within_minutes: 30"})
    future = version("2.0.0", "2026-01-01", **{"within_minutes: 60": "within_minutes: 15"})
    known: Library = replace(packaged(), triage=(future, *packaged().triage, later))

    def minutes(at: datetime) -> int | None:
        return evaluate(request(SADDLE), at, known).review_within_minutes

    assert minutes(datetime(2024, 9, 1, tzinfo=UTC)) == 60
    assert minutes(datetime(2025, 5, 31, tzinfo=UTC)) == 60
    assert minutes(datetime(2026, 6, 1, tzinfo=UTC)) == 15
    assert minutes(AT) == 30
    assert minutes(datetime(2023, 12, 31, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [
        ("saddle", "saddle", 0),
        ("sadle", "saddle", 1),
        ("sadlde", "saddle", 1),
        ("xaddle", "saddle", 1),
        ("sadlex", "saddle", 2),
        ("", "abc", 3),
        ("abc", "", 3),
    ],
)
def test_the_distance_of_names_counts_slips(one: str, other: str, off: int):
    assert (distance(one, other, 9), distance(other, one, 9)) == (off, off)
    assert distance(one, other, off - 1) is None


def test_every_name_with_up_to_two_slips_is_found_and_no_other():
    paths = sorted(packaged().triage[0].by_path)
    near = NearNames(paths, 2)
    for path in paths:
        for at in range(2, len(path) - 2):
            swapped = path[:at] + path[at + 1] + path[at] + path[at + 2 :]
            twice = swapped[:-2] + swapped[-1] + swapped[-2]
            assert near.meant(twice) is not None, twice
            assert near.meant(path[:at] + path[at + 1 :] + "x") is not None
    assert near.meant("nothing.like_it") is None
    assert near.meant("") is None


def test_short_names_have_no_near_ones():
    near = NearNames(["a.bmi"], 2)
    assert (near.meant("A-BMI"), near.meant("a.bm")) == ("a.bmi", None)


def test_instants_are_compared_as_instants_and_days_as_days():
    morning, evening = AT, AT + timedelta(hours=9)
    assert newer(evening, morning)
    assert not newer(morning.date(), morning)
    assert not newer(evening.replace(tzinfo=None), morning)
    assert newer(evening.date() + timedelta(days=1), evening)


def test_a_no_answers_only_what_is_surely_older():
    day = AT.date()
    yes, no = Observation(CONFIRMED, day), Observation(None, day + timedelta(days=1))
    assert standing([yes, no], None) is None
    assert standing([no, yes], None) is None
    assert standing([Observation(CONFIRMED, None), no], None) == CONFLICTING
    assert standing([yes, Observation(None, None)], None) == CONFLICTING
    assert standing([yes, Observation(None, day - timedelta(days=1))], None) == CONFIRMED
    assert standing([yes], day + timedelta(days=1)) is None
