"""Who looked at what: told before the answer where it must be, else once an hour and within a
second.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.access.actions import Action
from shared.access.permissions import PERMISSIONS
from shared.access.principal import Principal, Role
from shared.clock import SettableClock
from shared.errors import Unavailable
from shared.events.audit import ACCESS, CaseAccessed
from shared.ids import NAMESPACE, derive, lane_of
from shared.web import looks
from shared.web.looks import Look, Looks

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANN = Principal("ann", frozenset({Role.NURSE}))
BEN = Principal("ben", frozenset({Role.PHYSICIAN}))
CASE = UUID("01020304-0506-8708-890a-0b0c0d0e0f00")


class Log:
    """Takes what is published, unless it is away."""

    def __init__(self) -> None:
        self.away = False
        self.heard = asyncio.Event()
        self.records: list[tuple[int, bytes, dict[str, str], CaseAccessed]] = []

    async def publish(
        self, topic: str, lane: int, key: bytes, headers: dict[str, str], value: bytes
    ) -> UUID:
        if self.away:
            raise Unavailable("away")
        assert topic == ACCESS
        self.heard.set()
        self.records.append((lane, key, headers, CaseAccessed.model_validate_json(value)))
        return derive(NAMESPACE, "record", str(len(self.records)))


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def told(log: Log, clock: SettableClock) -> Looks:
    return Looks("criteria", log.publish, clock)


def actions(log: Log) -> list[tuple[str, str]]:
    return [(event.principal, event.action) for *_, event in log.records]


def test_a_document_is_told_before_the_answer_with_who_what_and_when(told: Looks, log: Log):
    asyncio.run(told.tell(ANN, Look(Action.READ_LETTER_DOCUMENT, CASE, "L1.pdf")))

    ((lane, key, headers, event),) = log.records
    assert (lane, key, headers["ce_subject"]) == (lane_of(CASE), str(CASE).encode(), str(CASE))
    assert event == CaseAccessed(
        principal="ann",
        roles=("nurse",),
        service="criteria",
        action="read_letter_document",
        case_id=CASE,
        resource="L1.pdf",
        at=NOW,
    )


def test_while_the_log_is_away_nobody_gets_a_document(told: Looks, log: Log):
    log.away = True
    with pytest.raises(Unavailable):
        asyncio.run(told.tell(ANN, Look(Action.READ_LETTER_DOCUMENT, CASE, "L1.pdf")))


def test_a_read_is_told_once_an_hour_for_each_principal_action_and_case(
    told: Looks, log: Log, clock: SettableClock
):
    other = derive(NAMESPACE, "case", "other")
    for who in (ANN, BEN, ANN):
        told.note(who, Action.READ_EVALUATION, CASE)
    told.note(ANN, Action.READ_TIMELINE, CASE)
    told.note(ANN, Action.READ_EVALUATION, other)
    asyncio.run(told.flush())
    assert sorted(actions(log)) == [
        ("ann", "read_evaluation"),
        ("ann", "read_evaluation"),
        ("ann", "read_timeline"),
        ("ben", "read_evaluation"),
    ]

    clock.at = NOW + timedelta(hours=1)
    told.note(ANN, Action.READ_EVALUATION, CASE)
    asyncio.run(told.flush())
    assert len(log.records) == 5


def test_what_the_log_does_not_take_is_told_when_it_is_back(told: Looks, log: Log):
    told.note(ANN, Action.READ_EVALUATION, CASE)
    log.away = True
    asyncio.run(told.flush())
    told.note(BEN, Action.READ_EVALUATION, CASE)
    log.away = False
    asyncio.run(told.flush())
    asyncio.run(told.flush())

    assert actions(log) == [("ann", "read_evaluation"), ("ben", "read_evaluation")]


def test_a_log_that_stays_away_fills_no_memory(
    told: Looks, log: Log, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(looks, "MOST_WAITING", 3)
    cases = [derive(NAMESPACE, "case", str(n)) for n in range(5)]
    for case in cases:
        told.note(ANN, Action.READ_EVALUATION, case)
    asyncio.run(told.flush())

    assert [event.case_id for *_, event in log.records] == cases[2:]


def test_what_runs_sends_what_was_noted(told: Looks, log: Log, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(looks, "SECONDS", 0.001)

    async def a_while() -> None:
        running = asyncio.create_task(told.run())
        told.note(ANN, Action.READ_EVALUATION, CASE)
        await log.heard.wait()
        running.cancel()

    asyncio.run(asyncio.wait_for(a_while(), 10))
    assert actions(log) == [("ann", "read_evaluation")]


def test_an_action_that_writes_is_no_look(told: Looks, log: Log):
    told.note(ANN, Action.CLOSE_CALL, CASE)
    asyncio.run(told.flush())

    assert log.records == []


@pytest.mark.parametrize("text", [None, "", "   ", "x" * 401, "two\nlines", "nul\0"])
def test_a_reason_that_cannot_be_kept_is_none(text: str | None):
    assert looks.reason_of(text) is None


def test_a_reason_is_kept_without_the_blanks_around_it():
    assert looks.reason_of("  appeal 12 ") == "appeal 12"


def test_every_action_that_is_noted_is_one_that_somebody_may_do():
    assert set(PERMISSIONS.grants) >= looks.NOTED
