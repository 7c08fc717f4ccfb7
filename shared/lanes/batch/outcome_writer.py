"""Applies an outcome to a case: derives ids, counts the case clock, and gathers what the
transaction will write.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from shared.errors import Impossible
from shared.events.envelope import Envelope, pack
from shared.events.model import EventData
from shared.ids import derive, text_of
from shared.instants import micros
from shared.json_bounds import MAX_VALUE
from shared.lanes.outcome import Emit, Outcome, Row, Task, Timer
from shared.lanes.state.case import Case
from shared.lanes.state.lane import Lane
from shared.lanes.state.write_set import OpenTask, OpenTimer, OutboxEntry, Writes


class EncodedEvent(NamedTuple):
    """An event encoded and checked before anything of its outcome is kept: nothing can fail after
    this.
    """

    event_id: UUID
    data: EventData
    value: bytes


def prepare(cause: UUID, outcome: Outcome[Any], topic: str) -> list[EncodedEvent]:
    """Encodes the outcome's events, those of a case that it opens last; raises `Impossible` for
    one that the broker would refuse for ever.
    """
    anew = () if outcome.anew is None else outcome.anew.outcome.events
    prepared = [
        EncodedEvent(
            derive(cause, emit.data.TYPE, emit.discriminator), emit.data, _encode(emit, topic)
        )
        for emit in (*outcome.events, *anew)
    ]
    if len({event.event_id for event in prepared}) != len(prepared):
        raise Impossible(
            "Two events of one cause would have the same id: a discriminator is missing.",
            code="discriminator",
        )
    return prepared


def _encode(emit: Emit, topic: str) -> bytes:
    if topic != emit.data.TOPIC:
        raise Impossible("The event belongs on another service's topic.", code="topic")
    value = emit.data.published()
    if len(value) > MAX_VALUE:
        raise Impossible("The event is larger than its topic allows.", code="size")
    return value


class OutcomeWriter:
    """Applies outcomes within one batch of one service at one instant.

    `names` says which case an alias names now, as far as the batch has looked for it or changed it.
    """

    def __init__(self, producer: str, topic: str, writes: Writes, now: datetime) -> None:
        self._producer = producer
        self._topic = topic
        self._writes = writes
        self._time = now.isoformat()
        self._tasks: Counter[int] = Counter()
        self.names: dict[tuple[int, str], UUID | None] = {}

    def apply(self, case: Case, lane: Lane, cause: UUID, outcome: Outcome[Any]) -> None:
        """Keeps the outcome: state, events, timers, tasks, rows and aliases, all or (on
        `Impossible`) nothing.
        """
        # Whatever can fail comes first: an outcome kept by half would commit with the batch.
        prepared = prepare(cause, outcome, self._topic)
        new = outcome.anew
        tasks = (*outcome.tasks, *(() if new is None else new.outcome.tasks))
        payloads = [json.dumps(task.payload, separators=(",", ":")) for task in tasks]
        case.state = outcome.state
        case.dirty = True
        for event in prepared[: len(outcome.events)]:
            self._publish(case, lane, cause, event)
        writes = self._writes
        for timer in outcome.timers:
            writes.timers[case.case_id, timer.kind] = _open(timer, case.case_id, lane.p)
        for task, payload in zip(outcome.tasks, payloads, strict=False):
            self._ask(task, payload, case.case_id, lane, cause)
        writes.planned.extend(outcome.reference)
        self._rename(case.case_id, lane.p, outcome)
        for row in outcome.rows:
            writes.rows.setdefault(row.table, []).append(_with_published_bytes(row, prepared))
        if new is not None:
            opened = writes.cases.setdefault(new.case_id, Case(new.case_id, lane.p))
            self.apply(opened, lane, cause, new.outcome)

    def _ask(self, task: Task, payload: str, case_id: UUID, lane: Lane, cause: UUID) -> None:
        """Adds a task behind those that its lane has asked for, in this batch or an earlier one."""
        # Room for a million in a batch, so that the turns of two batches never meet. Counted by
        # lane, so that a replay, which works each lane on its own, gives the same turns.
        turn = (lane.next_batch << 20) + self._tasks[lane.p]
        self._tasks[lane.p] += 1
        asked = OpenTask(case_id, task.kind, task.key, lane.p, cause, payload, task.queue, turn)
        # Out first: what is asked for anew waits for its new turn.
        self._writes.tasks.pop(asked[:3], None)
        self._writes.tasks[asked[:3]] = asked

    def _rename(self, case_id: UUID, p: int, outcome: Outcome[Any]) -> None:
        """Forgets and gives aliases of the case."""
        names, writes = self.names, self._writes
        for alias in outcome.forgotten:
            if names.get((p, alias), case_id) == case_id:
                names[p, alias] = None
                writes.aliases.pop((p, alias), None)
                writes.forgotten.append((p, alias, case_id))
        self.give(case_id, p, outcome.aliases)

    def give(self, case_id: UUID, p: int, aliases: tuple[str, ...]) -> None:
        """Gives the case those of the aliases that name no other."""
        for alias in aliases:
            # Never pointed at another case while it names one: what was sent for a case would
            # reach another person's ("a case has one member").
            if self.names.get((p, alias)) in (None, case_id):
                self.names[p, alias] = self._writes.aliases[p, alias] = case_id

    def _publish(self, case: Case, lane: Lane, cause: UUID, event: EncodedEvent) -> None:
        case.seq += 1
        clock = {self._producer: case.seq} | {
            name: count for name, (count, _) in case.applied.items()
        }
        prev = case.prev.hex if case.prev else ""
        envelope = Envelope(
            event.event_id,
            event.data.TYPE,
            self._time,
            case.case_id,
            self._producer,
            clock,
            prev,
            cause.hex,
        )
        case.prev = event.event_id
        self.put(
            lane, (self._topic, lane.p), text_of(case.case_id).encode(), pack(envelope), event.value
        )

    def put(
        self, lane: Lane, home: tuple[str, int], key: bytes, headers: bytes, value: bytes
    ) -> None:
        """Adds a record for a topic and partition to the lane's outbox."""
        self._writes.outbox.append(OutboxEntry(lane.p, lane.next_seq, *home, key, headers, value))
        lane.next_seq += 1


def _open(timer: Timer, case_id: UUID, p: int) -> OpenTimer | None:
    if timer.due_at is None:
        return None
    at = micros(timer.due_at)
    return OpenTimer(case_id, timer.kind, p, at, at)


def _with_published_bytes(row: Row, prepared: list[EncodedEvent]) -> dict[str, Any]:
    if not any(isinstance(value, EventData) for value in row.values.values()):
        return row.values
    by_event = {id(event.data): event.value for event in prepared}
    return {name: by_event.get(id(value), value) for name, value in row.values.items()}
