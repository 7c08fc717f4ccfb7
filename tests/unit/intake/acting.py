"""Acts on the clocks of a case, and what came of them, for intake's tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from services.intake.clocks.record import RunningClock
from services.intake.model import IntakeState
from shared.events.clocks.acts import (
    ActDeclineCode,
    ClockAct,
    ClockActDeclined,
    ClockActRecorded,
    ClockActSubmitted,
)
from shared.events.clocks.duties import ClockKind
from shared.events.criteria import CaseDetermined, Determination, InformationRequested
from shared.events.evaluation import AskedOf, ClinicianAsk, Question
from shared.events.model import EventData
from shared.lanes.outcome import Outcome, Received
from tests.unit.intake.given import CASE, HOUR, RECEIVED_AT, case_of, told, when

E = TypeVar("E", bound=EventData)
A1, A3, A4 = Determination.APPROVED, Determination.NOT_CERTIFIED, Determination.PENDED
DAY = timedelta(days=1)
WORDS = "It is in the member's interest."
ACT: TypeAdapter[Any] = TypeAdapter(ClockAct)
KEYS = count()


def submitted_act(
    act: str, *, at: datetime, key: str | None = None, **fields: Any
) -> ClockActSubmitted:
    """An act that somebody submitted at an instant."""
    return ClockActSubmitted(
        case_id=CASE,
        idempotency_key=key or f"key-{next(KEYS)}",
        by="coordinator-1",
        role="intake_coordinator",
        submitted_at=at,
        act=ACT.validate_python({"act": act, **fields}),
    )


def acted(
    state: IntakeState | None,
    act: str,
    *,
    at: datetime = RECEIVED_AT + HOUR,
    key: str | None = None,
    **fields: Any,
) -> Outcome[IntakeState]:
    """What comes of an act that the log had at an instant."""
    return when(state, told(submitted_act(act, at=at, key=key, **fields), at=at))


def question(
    at: datetime,
    of: str = "member",
    *,
    until: date | None = None,
    recorded_at: datetime | None = None,
) -> Received:
    """A clinician's question about the first line, asked at an instant and on record then or later;
    an answer helps for five days unless another last day is given.
    """
    by = ClinicianAsk(
        by="rn-1",
        name="Blake Example RN",
        of=AskedOf(of),
        until=until or (at + 5 * DAY).date(),
        asked_at=at,
    )
    one = Question(id=f"clinician-{next(KEYS)}", text=WORDS, lines=(1,), asked=by)
    event = InformationRequested(evaluation_id=UUID(int=1), questions=(one,))
    return told(event, at=recorded_at or at)


def asked(
    state: IntakeState, at: datetime, of: str = "member", **more: Any
) -> Outcome[IntakeState]:
    """What comes of a clinician's question."""
    return when(state, question(at, of, **more))


def events(outcome: Outcome[IntakeState], kind: type[E]) -> list[E]:
    """The events of a kind in an outcome."""
    return [emit.data for emit in outcome.events if isinstance(emit.data, kind)]


def declined(outcome: Outcome[IntakeState]) -> ActDeclineCode | None:
    """Why an act was not taken; none where it was."""
    answers = [*events(outcome, ClockActDeclined), *events(outcome, ClockActRecorded)]
    assert len(answers) == 1, "an act has one answer"
    answer = answers[0]
    if isinstance(answer, ClockActRecorded):
        return None
    assert len(outcome.events) == 1, "what is declined changes nothing"
    return answer.code


def after(state: IntakeState, *happened: Any) -> IntakeState:
    """The case after events of other services."""
    for one in happened:
        state = case_of(when(state, told(one)))
    return state


def clock(state: IntakeState, kind: ClockKind = ClockKind.DETERMINATION) -> RunningClock:
    """The newest clock of a kind."""
    found = state.clock_of(kind)
    assert found is not None
    return found


def decided_at(
    state: IntakeState, event: CaseDetermined, at: datetime = RECEIVED_AT + HOUR
) -> IntakeState:
    """The case after a determination at an instant."""
    return case_of(when(state, told(event, at=at)))
