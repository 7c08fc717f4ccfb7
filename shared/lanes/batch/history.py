"""What the history of a lane says of a batch, so that it can be replayed to the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from shared.instants import micros
from shared.lanes.outcome import Received, TaskDone, TimerDue
from shared.lanes.state.record import Record


def ranges(records: Sequence[Record]) -> dict[int, str]:
    """Which offsets of which topics an input batch worked, per lane and in that order:
    `topic:first-last`, joined by `;`.
    """
    # Offsets that a run of an input batch passes over hold no records (admission has looked twice),
    # so that reading from first to last again gives the same.
    return _runs(records, lambda last, offset: last < offset)


def picked(records: Sequence[Record]) -> dict[int, str]:
    """The same of records that were picked out of a topic: what lies between two of them was worked
    at another time, and a replay must not work it again.
    """
    return _runs(records, lambda last, offset: last + 1 == offset)


def _runs(records: Sequence[Record], follows: Callable[[int, int], bool]) -> dict[int, str]:
    runs: dict[int, list[tuple[str, int, int]]] = {}
    for record in records:
        lane = runs.setdefault(record.partition, [])
        if lane and lane[-1][0] == record.topic and follows(lane[-1][2], record.offset):
            lane[-1] = (record.topic, lane[-1][1], record.offset)
        else:
            lane.append((record.topic, record.offset, record.offset))
    return {
        p: ";".join(f"{topic}:{first}-{last}" for topic, first, last in lane)
        for p, lane in runs.items()
    }


def noted(entries: Sequence[tuple[int, Received | UUID]]) -> dict[int, str]:
    """Timers, results of tasks or requeued cases of a batch, per lane, as a JSON list."""
    by_lane: dict[int, list[list[Any]]] = {}
    for p, entry in entries:
        by_lane.setdefault(p, []).append([str(entry)] if isinstance(entry, UUID) else _facts(entry))
    return {p: json.dumps(facts, separators=(",", ":")) for p, facts in by_lane.items()}


def _facts(received: Received) -> list[Any]:
    match received.data:
        case TimerDue(kind, due_at):
            return [str(received.case_id), kind, micros(due_at)]
        case TaskDone(kind, key, result):
            return [str(received.case_id), kind, key, result]
        case _:
            return [str(received.case_id)]


def spans(ranges: str) -> list[tuple[str, int, int]]:
    """The runs of an input batch, as (topic, first offset, last offset)."""
    runs = []
    for run in ranges.split(";") if ranges else ():
        topic, _, offsets = run.rpartition(":")
        first, _, last = offsets.partition("-")
        runs.append((topic, int(first), int(last)))
    return runs
