"""Calls on the worklist: an advisory asks for one, it is open until a person closes it, and it is
reported once when its time is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from services.criteria.decide.determinations import worklist_row
from services.criteria.model import CallItem, CriteriaState
from shared.events.evaluation import Advisory
from shared.events.reviews import CallBreached, CallClosed, CallRecorded
from shared.instants import micros
from shared.lanes.outcome import Emit, Outcome, Received, Row, Timer, TimerDue

TIMER = "call"
"""One timer a case: that of the open call that is due first."""
KEPT_KEYS = 200


def called(
    before: CriteriaState | None, advisories: Iterable[Advisory], received_at: datetime
) -> tuple[CallItem, ...]:
    """The case's calls with those that an evaluation asks for now; each once for the life of the
    case, for a call that was made is not made again.
    """
    known = before.calls if before else ()
    names = {call.item for call in known}
    return (
        *known,
        *(
            CallItem(
                item=advisory.id,
                lines=advisory.lines,
                due_at=received_at + timedelta(minutes=advisory.call_within_minutes),
            )
            for advisory in advisories
            if advisory.call_within_minutes is not None and advisory.id not in names
        ),
    )


def listed(
    outcome: Outcome[CriteriaState], before: CriteriaState | None, case_id: UUID
) -> Outcome[CriteriaState]:
    """The outcome with the rows of the calls that it changed, and the timer of the next one."""
    case = outcome.state
    known = before.calls if before else ()
    if case is None or case.calls == known:
        return outcome
    changed = [call for call in case.calls if call not in known]
    return outcome._replace(
        rows=(*outcome.rows, *(_row(case_id, call) for call in changed)),
        timers=(*outcome.timers, Timer(TIMER, _next(case.calls))),
    )


def withdrawn(calls: tuple[CallItem, ...]) -> tuple[CallItem, ...]:
    """The calls of a case that its sender withdrew: there is nothing to call about."""
    return tuple(
        call if call.outcome else call.model_copy(update={"outcome": "withdrawn"}) for call in calls
    )


def overdue(
    case: CriteriaState | None, timer: TimerDue, received: Received
) -> Outcome[CriteriaState]:
    """Reports the calls whose time is over, each once; they stay open."""
    if case is None:
        return Outcome(case)
    late = [call for call in case.calls if _runs(call) and call.due_at <= timer.due_at]
    calls = tuple(
        call.model_copy(update={"breached": True}) if call in late else call for call in case.calls
    )
    made = case.model_copy(update={"calls": calls})
    events = tuple(
        Emit(CallBreached(item=call.item, lines=call.lines, due_at=call.due_at), call.item)
        for call in late
    )
    return listed(Outcome(made, events=events), case, received.case_id)


def closed(
    case: CriteriaState | None, act: CallClosed, received: Received, now: datetime
) -> Outcome[CriteriaState]:
    """The call closed by whoever made it; an act that cannot be taken is answered in its row and
    changes nothing.
    """
    if case is not None and act.idempotency_key in case.closures:
        return Outcome(case)
    call = next((one for one in case.calls if one.item == act.item), None) if case else None
    if case is None or call is None or call.outcome is not None:
        refused = "unknown_case" if case is None else "unknown_call"
        refused = refused if call is None else "already_closed"
        return Outcome(case, rows=(_closure(act, received, refused, now),))
    ended = call.model_copy(update={"outcome": act.outcome, "closed_by": act.by})
    made = case.model_copy(
        update={
            "calls": tuple(ended if one is call else one for one in case.calls),
            "closures": (*case.closures, act.idempotency_key)[-KEPT_KEYS:],
        }
    )
    event = CallRecorded(item=act.item, by=act.by, outcome=act.outcome)
    # Who has confirmed an emergency has done with its lines too.
    done = [line for line in made.lines if made.confirmed(line) and not case.confirmed(line)]
    outcome = Outcome(
        made,
        events=(Emit(event, act.item),),
        rows=(
            _closure(act, received, "recorded", now),
            *(worklist_row(received.case_id, made, line) for line in done),
        ),
    )
    return listed(outcome, case, received.case_id)


def _runs(call: CallItem) -> bool:
    return call.outcome is None and not call.breached


def _next(calls: Iterable[CallItem]) -> datetime | None:
    return min((call.due_at for call in calls if _runs(call)), default=None)


def _row(case_id: UUID, call: CallItem) -> Row:
    values = {
        "case_id": case_id,
        "item": call.item,
        "lines": ",".join(map(str, call.lines)),
        "due_at": micros(call.due_at),
        "breached": call.breached,
        "is_open": call.outcome is None,
        "outcome": call.outcome,
        "closed_by": call.closed_by,
    }
    return Row("call_item", values)


def _closure(act: CallClosed, received: Received, result: str, now: datetime) -> Row:
    """What became of the act, for whoever wrote it."""
    values = {
        "case_id": received.case_id,
        "idempotency_key": act.idempotency_key,
        "item": act.item,
        "closed_by": act.by,
        "result": result,
        "taken_at": micros(now),
    }
    return Row("call_closure", values)
