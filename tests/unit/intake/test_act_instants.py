"""When an act was done, and when what it tells of happened: instants with an offset, believed only
as far as the log's own time bears them out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.decide.acts.acting import BEHIND
from services.intake.reading.acts import read_act
from shared.errors import Malformed
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.clocks.duties import ClockExtended
from tests.unit.intake.acting import WORDS, events, submitted_act
from tests.unit.intake.given import CASE, HOUR, RECEIVED_AT, opened, told, when

NOW = RECEIVED_AT + HOUR
EXTEND = {"act": "extend", "reason": "member_asked", "words": WORDS}


def read(act: dict[str, Any], submitted_at: Any = "2026-02-27T11:00:00Z") -> ClockActSubmitted:
    written = {
        "case_id": str(CASE),
        "idempotency_key": "k",
        "by": "nurse-1",
        "role": "nurse",
        "submitted_at": submitted_at,
        "act": act,
    }
    return read_act("", {}, json.dumps(written).encode())


@pytest.mark.parametrize(
    "act",
    [
        {"act": "expedite", "asked_by": "physician", "asked_at": 1},
        {"act": "expedite", "asked_by": "physician", "asked_at": "1772190000"},
        {"act": "oral_notice", "addressee": "member", "notified_at": 1, "adverse": False},
        {"act": "mailed", "letter_id": str(CASE), "mailed_at": 1.5},
        {"act": "correct_receipt", "received_at": 1, "words": WORDS},
        {"act": "information_received", "received_at": 1},
    ],
)
def test_a_number_is_no_instant_of_an_act(act: dict[str, Any]):
    with pytest.raises(Malformed):
        read(act)


@pytest.mark.parametrize("at", [1, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_act_is_not_dated_by_a_number_nor_outside_the_years_of_utc(at: Any):
    with pytest.raises(Malformed):
        read(EXTEND, submitted_at=at)


def test_an_instant_of_an_act_is_kept_in_utc():
    assert read(EXTEND, "2026-02-27T12:00:00+01:00") == read(EXTEND)
    assert read(EXTEND).submitted_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("submitted_at", "acted_at"),
    [
        (NOW - timedelta(minutes=3), NOW - timedelta(minutes=3)),
        (NOW - BEHIND, NOW - BEHIND),
        (NOW + timedelta(minutes=3), NOW),
        (NOW - BEHIND - HOUR, NOW),
        (datetime(1, 1, 1, tzinfo=UTC), NOW),
        (datetime(9999, 12, 31, tzinfo=UTC), NOW),
    ],
)
def test_whoever_acts_is_believed_when_it_was_within_a_week_before_the_log_had_it(
    submitted_at: datetime, acted_at: datetime
):
    act = submitted_act("extend", at=submitted_at, reason="member_asked", words=WORDS)
    (extended,) = events(when(opened(), told(act, at=NOW)), ClockExtended)
    assert extended.extended_at == acted_at
