"""What came of acts on clocks, and where the clocks of a case stand, as rows for whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from services.intake.clocks.record import RunningClock
from services.intake.model import IntakeState
from shared.events.clocks.acts import (
    ActDeclineCode,
    ClockActDeclined,
    ClockActRecorded,
    ClockActSubmitted,
)
from shared.instants import micros
from shared.lanes.outcome import Outcome, Received, Row

RECORDED = "recorded"


def with_rows(
    before: IntakeState | None, outcome: Outcome[IntakeState], received: Received, now: datetime
) -> Outcome[IntakeState]:
    """The outcome with the answer to an act, and the rows of the clocks that changed."""
    rows = (*_answers(outcome, received, now), *_changed(before, outcome, received.case_id))
    return outcome._replace(rows=(*outcome.rows, *rows)) if rows else outcome


def _answers(outcome: Outcome[IntakeState], received: Received, now: datetime) -> Iterator[Row]:
    """The answer to an act under its own name, and under its key where it had that first."""
    act, case_id = received.data, received.case_id
    if not isinstance(act, ClockActSubmitted):
        return
    for emit in outcome.events:
        match emit.data:
            case ClockActRecorded():
                answer = (RECORDED, "")
            case ClockActDeclined() as event:
                answer = (event.code.value, event.detail)
            case _:
                continue
        yield act_row((case_id, name_of(act.idempotency_key, act.digest)), act.by, answer, now)
        if answer[0] != ActDeclineCode.KEY_USED:
            yield act_row((case_id, act.idempotency_key), act.by, answer, now)


def name_of(key: str, digest: str) -> str:
    """What tells an act from all others of its case, of those under its key too: no key has a `#`
    of its own.
    """
    return f"{key}#{digest}"


def act_row(named: tuple[UUID, str], by: str, answer: tuple[str, str], at: datetime) -> Row:
    """What came of the act of a case and key: `recorded`, or the code and the sentence that say why
    it changed nothing.
    """
    (case_id, key), (outcome, detail) = named, answer
    values = {
        "case_id": case_id,
        "idempotency_key": key,
        "acted_by": by,
        "outcome": outcome,
        "detail": detail,
        "taken_at": micros(at),
    }
    return Row("clock_act", values)


def _changed(
    before: IntakeState | None, outcome: Outcome[IntakeState], case_id: UUID
) -> tuple[Row, ...]:
    """The rows of clocks that this outcome started, moved, met or missed."""
    after = outcome.state
    if after is None or (before is not None and before.clocks == after.clocks):
        return ()
    return clock_rows(case_id, after)


def clock_rows(case_id: UUID, state: IntakeState) -> tuple[Row, ...]:
    """A row for each clock of the case; nothing in it is health information."""
    return tuple(
        _row(case_id, number, clock, withdrawn=state.cancelled)
        for number, clock in enumerate(state.clocks, start=1)
    )


def _row(case_id: UUID, number: int, clock: RunningClock, *, withdrawn: bool) -> Row:
    values = {
        "case_id": case_id,
        "number": number,
        "kind": clock.kind.value,
        "rule": clock.rule,
        "citation": clock.citation,
        "urgency": clock.urgency.value,
        "started_at": micros(clock.started_at),
        "target_at": micros(clock.target_at),
        "due_at": micros(clock.due_at),
        "breached": clock.breached,
        "stopped_at": None if clock.stopped_at is None else micros(clock.stopped_at),
        "in_time": clock.in_time,
        "is_running": clock.stopped_at is None and not withdrawn,
    }
    return Row("clock", values)
