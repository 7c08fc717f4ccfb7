"""No suspected emergency is lost: whatever policy judges it, however it is spelt, however unsure it
is, a clinician looks in time. A policy may ask for it sooner than triage, never later.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from benchmarks.triage.__main__ import shares
from services.criteria.decide import decide
from services.criteria.engine.answer.advisories.emergency import POSSIBLE
from services.criteria.engine.answer.evaluate import evaluate
from shared.events.request import Urgency
from shared.instants import micros
from tests.unit.criteria.emergencies import AT, emergencies
from tests.unit.criteria.given import REFERENCE, accepted, received

ALL = 500
SAMPLE = 20


def test_every_one_of_500_suspected_emergencies_is_expedited_with_the_time_of_its_tier():
    lost = []
    for one in emergencies(ALL):
        found = evaluate(one.request, AT)
        advised = {advisory.id: advisory.call_within_minutes for advisory in found.advisories}
        call = 60 if one.minutes == 60 else None
        if (
            found.urgency is not Urgency.EXPEDITED
            or found.triage is None
            or found.triage.within_minutes != one.minutes
            or (found.review_within_minutes or ALL) > one.minutes
            or advised.get(POSSIBLE, "none") != call
        ):
            lost.append((one.told, found.urgency, found.review_within_minutes))
    assert lost == []


def test_the_500_are_of_both_tiers_many_policies_and_every_way_to_say_a_sign():
    found = [evaluate(one.request, AT) for one in emergencies(ALL)]
    minutes = Counter(one.review_within_minutes for one in found)
    policies = Counter(one.lines[0].policy.policy for one in found if one.lines[0].policy)
    states = Counter(sign.state for one in found if one.triage for sign in one.triage.signs)
    assert minutes[60] > 300
    assert minutes[240] > 50
    assert len(policies) >= 4
    assert sum(policies.values()) < ALL - 100
    assert states.keys() >= {
        "confirmed",
        "possible",
        "probable",
        "conflicting",
        "illegible",
        "near_name",
    }


def test_a_sample_of_them_is_on_the_worklist_and_called_about():
    for one in emergencies(ALL)[:: ALL // SAMPLE]:
        outcome = decide(REFERENCE, None, received(accepted(one.request), 1), AT)
        rows: dict[str, list[Any]] = {}
        for row in outcome.rows:
            rows.setdefault(row.table, []).append(row.values)
        due = micros(AT + timedelta(minutes=one.minutes))
        (listed,) = rows["worklist"]
        assert (listed["urgency"], listed["is_open"]) == ("expedited", True), one.told
        assert listed["due_at"] <= due, one.told
        calls = [(row["item"], row["due_at"]) for row in rows.get("call_item", [])]
        assert calls == ([(POSSIBLE, due)] if one.minutes == 60 else []), one.told


def test_of_a_realistic_mix_few_requests_are_of_tier_1_and_some_are():
    found = shares(4_000, seed=7)
    assert 0.005 <= found["tier_1"] <= 0.03
    assert found["kinds"]["metastases of the spine"][1] > 0.3
