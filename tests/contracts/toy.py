"""Three small services over existing event types: enough to ask everything of the lane log that a
real service would.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.errors import Impossible, Malformed
from shared.events.criteria import CRITERIA, ReviewRequested
from shared.events.intake import INTAKE, RequestCancelled, SubmissionDuplicated, SubmissionRejected
from shared.events.letters import LETTERS, DeliveryFailed, LetterDelivered
from shared.events.request import Urgency
from shared.events.submissions import SUBMISSIONS
from shared.ids import case_id, derive
from shared.lanes.outcome import (
    Emit,
    NewCase,
    Outcome,
    Received,
    Row,
    Task,
    TaskDone,
    Timer,
    TimerDue,
)
from shared.lanes.service import CaseService, External, HomeAddress, Rejection
from tests.contracts.toy_rows import NoteRow

NAMESPACE = UUID("8b5e1f8e-7d3f-5f1c-8f0c-2d8d8f7f1a10")
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def case_of(name: str) -> UUID:
    """The id of a toy case; `ann@3` is one that carries its lane, as real ones do."""
    called, _, lane = name.partition("@")
    return case_id(derive(NAMESPACE, called), int(lane)) if lane else derive(NAMESPACE, name)


class Tally(BaseModel):
    """The state of a toy case: what it has seen, in order."""

    model_config = ConfigDict(frozen=True)

    seen: tuple[str, ...] = ()

    def plus(self, *entries: str) -> Tally:
        """The tally with more entries."""
        return Tally(seen=(*self.seen, *entries))


@dataclass(frozen=True)
class Order:
    """A submission to toy intake: `act` says what its decision does."""

    case: str
    home: int
    text: str = ""
    act: str = ""
    alias: str | None = None


@dataclass
class Faults:
    """Submissions or evaluations that a bug makes fail, for as long as they are in here;
    `unwritable`: no store takes what comes of timers and tasks.
    """

    broken: set[str] = field(default_factory=set)
    impossible: set[str] = field(default_factory=set)
    unwritable: bool = False

    def strike(self, name: str) -> None:
        """Fails as told."""
        if name in self.broken:
            raise ZeroDivisionError(name)
        if name in self.impossible:
            raise Impossible(code="toy")


def read_order(kind: str, headers: dict[str, str], value: bytes) -> Order:
    """The order in a record."""
    del kind, headers
    try:
        return Order(**json.loads(value))
    except (ValueError, TypeError) as error:
        raise Malformed("The order cannot be read.", code="toy-order") from error


def reject(record: UUID, rejection: Rejection, raw: bytes, received_at: datetime) -> Outcome[Tally]:
    """The answer to what is no order."""
    event = SubmissionRejected(
        submission_id=record,
        code=rejection.code,
        detail=rejection.detail,
        raw_sha256=sha256(raw).hexdigest(),
        raw_bytes=len(raw),
        received_at=received_at,
    )
    return Outcome(None, (Emit(event),))


def intake(faults: Faults | None = None) -> CaseService[Tally]:
    """Toy intake: `SubmissionDuplicated` for every order, and what its act asks for."""
    trouble = faults or Faults()

    def decide(
        _reference: Any, state: Tally | None, received: Received, now: datetime
    ) -> Outcome[Tally]:
        tally = state or Tally()
        match received.data:
            case Order() as order:
                trouble.strike(order.text)
                return _ordered(tally, order, received, now)
            case TimerDue(kind, due_at):
                trouble.strike(f"timer:{received.case_id}")
                stopped = RequestCancelled(submission_id=received.id, version=1, received_at=due_at)
                return Outcome(
                    tally.plus(f"timer:{kind}"),
                    (Emit(stopped),),
                    rows=_refused(received) if trouble.unwritable else (),
                )
            case TaskDone(_, key, result):
                trouble.strike(f"done:{key}")
                done = RequestCancelled(
                    submission_id=received.id, version=result["n"], received_at=now
                )
                return Outcome(
                    tally.plus(f"done:{key}"),
                    (Emit(done),),
                    rows=_refused(received) if trouble.unwritable else (),
                )
            case ReviewRequested() as review:
                trouble.strike(review.reason)
                return Outcome(tally.plus(f"review:{review.reason}"))
            case _:
                raise Impossible(code="toy-unexpected")

    return CaseService(
        name="intake",
        topic=INTAKE,
        consumes=(SUBMISSIONS, CRITERIA),
        state=Tally,
        decide=decide,
        reads=frozenset({ReviewRequested}),
        tables=(NoteRow,),
        external={
            SUBMISSIONS: External(
                read_order,
                lambda order, _: HomeAddress(
                    order.home,
                    case_of(order.case),
                    tuple(order.alias.split(",")) if order.alias else (),
                ),
                reject,
                frozenset({"x"}),
            )
        },
        tasks={"count": lambda payload: {"n": payload["n"] + 1}},
    )


def _refused(received: Received) -> tuple[Row, ...]:
    """A row that no store takes."""
    return (Row("toy_note", {"submission_id": received.id, "text": None, "event": b""}),)


def _ordered(tally: Tally, order: Order, received: Received, now: datetime) -> Outcome[Tally]:
    event = SubmissionDuplicated(submission_id=received.id, received_at=received.received_at)
    outcome = Outcome(
        tally.plus(order.text),
        (Emit(event),),
        rows=(Row("toy_note", {"submission_id": received.id, "text": order.text, "event": event}),),
    )
    acts: dict[str, Callable[[], Outcome[Tally]]] = {
        "timer": lambda: _with(outcome, timers=(Timer("late", now + timedelta(hours=1)),)),
        "untimer": lambda: _with(outcome, timers=(Timer("late", None),)),
        "task": lambda: _with(outcome, tasks=(Task("count", order.text, {"n": 1}),)),
        "queued": lambda: _with(
            outcome, tasks=(Task("count", order.text, {"text": order.text}, "queue"),)
        ),
        "nul": lambda: _with(
            outcome,
            rows=(
                Row("toy_note", {"submission_id": received.id, "text": "a\x00b", "event": event}),
            ),
        ),
        "null": lambda: _with(
            outcome,
            rows=(Row("toy_note", {"submission_id": received.id, "text": None, "event": event}),),
        ),
        "untold": lambda: _with(outcome, tasks=(Task("count", order.text, {"n": object()}),)),
        "alias": lambda: _with(outcome, aliases=(f"also-{order.text}",)),
        "take": lambda: _with(outcome, aliases=tuple(str(order.alias).split(","))),
        "leave": lambda: _with(outcome, forgotten=(f"also-{order.text}",)),
        "anew": lambda: _opens(tally, order, outcome),
        "anew-untold": lambda: _opens(
            tally, order, _with(outcome, tasks=(Task("count", order.text, {"n": object()}),))
        ),
        "twice": lambda: _with(outcome, events=(Emit(event), Emit(event))),
    }
    return acts[order.act]() if order.act else outcome


def _opens(tally: Tally, order: Order, outcome: Outcome[Tally]) -> Outcome[Tally]:
    """Nothing for the case itself but to leave its alias, which the order's own case takes."""
    named = (str(order.alias),)
    opened = _with(outcome, state=Tally().plus(order.text), aliases=named)
    return Outcome(tally, forgotten=named, anew=NewCase(case_of(order.case), opened))


def _with(outcome: Outcome[Tally], **changes: Any) -> Outcome[Tally]:
    values = {name: getattr(outcome, name) for name in outcome._fields}
    return Outcome(**(values | changes))


def criteria(faults: Faults | None = None) -> CaseService[Tally]:
    """Toy criteria: a `ReviewRequested` for every accepted submission."""
    trouble = faults or Faults()

    def decide(
        _reference: Any, state: Tally | None, received: Received, now: datetime
    ) -> Outcome[Tally]:
        tally = state or Tally()
        match received.data:
            case SubmissionDuplicated(submission_id=submission):
                trouble.strike(str(submission))
                return Outcome(
                    tally.plus(str(submission)),
                    (Emit(review_of(submission, len(tally.seen), now)),),
                )
            case _:
                raise Impossible(code="toy-unexpected")

    return CaseService(
        name="criteria",
        topic=CRITERIA,
        consumes=(INTAKE,),
        state=Tally,
        decide=decide,
        reads=frozenset({SubmissionDuplicated}),
    )


def review_of(submission: UUID, line: int, now: datetime) -> ReviewRequested:
    """What toy criteria says of a submission."""
    return ReviewRequested(
        evaluation_id=submission,
        lines=(line,),
        reason=str(submission)[:8],
        urgency=Urgency.STANDARD,
        due_at=now,
    )


def letters(
    faults: Faults | None = None, filler: Callable[[UUID], str] = lambda _: "mail"
) -> CaseService[Tally]:
    """Toy letters: a `LetterDelivered` for every review, a `DeliveryFailed` for one whose
    submission it does not know.
    """
    trouble = faults or Faults()

    def decide(
        _reference: Any, state: Tally | None, received: Received, now: datetime
    ) -> Outcome[Tally]:
        tally = state or Tally()
        match received.data:
            case SubmissionDuplicated(submission_id=submission):
                trouble.strike(str(submission))
                return Outcome(tally.plus(f"submission:{submission}"))
            case ReviewRequested(evaluation_id=evaluation):
                trouble.strike(f"review:{evaluation}")
                known = f"submission:{evaluation}" in tally.seen
                letter = LetterDelivered.model_construct(
                    letter_id=evaluation, channel=filler(evaluation), delivered_at=now
                )
                event = (
                    letter
                    if known
                    else DeliveryFailed(letter_id=evaluation, channel="mail", reason="inversion")
                )
                return Outcome(tally.plus(f"review:{evaluation}"), (Emit(event),))
            case _:
                raise Impossible(code="toy-unexpected")

    return CaseService(
        name="letters",
        topic=LETTERS,
        consumes=(INTAKE, CRITERIA),
        state=Tally,
        decide=decide,
        reads=frozenset({SubmissionDuplicated, ReviewRequested}),
    )
