"""Writes what a batch came to: a handful of bulk statements, whatever the number of records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shared.errors import Zombie
from shared.lanes.state.lane import Lane
from shared.lanes.state.write_set import Writes
from shared.lanes.store.database import Database
from shared.lanes.store.reference import ReferenceStore
from shared.lanes.store.rows import case_row, lane_row, parked_row
from shared.lanes.store.table_spec import Bulk


class Writer:
    """Statements inside a transaction that its caller opened."""

    def __init__(self, database: Database, tables: dict[str, Bulk]) -> None:
        self._db = database
        self._tables = tables
        self._aliases = replace(tables["case_alias"], key=("p", "alias", "case_id"))
        self._places: dict[tuple[int, str], tuple[str, int]] = {}

    def write(self, writes: Writes, outbox: str) -> None:
        """Writes everything; raises `Zombie` if another process owns one of the lanes now."""
        # First, and under the lanes' locks until the commit: a process that was replaced writes
        # nothing, and nobody replaces us in between ("one owner").
        self.check_epochs(writes.lanes)
        self._write_cases(writes)
        # Inserted, never replaced: a number used twice must fail ("outbox is contiguous").
        self._db.insert(self._tables[outbox], writes.outbox)
        self._write_held(writes)
        self._write_timers(writes)
        self._write_tasks(writes)
        for name, rows in writes.rows.items():
            self._write_rows(self._tables[name], rows)
        if writes.reference is not None:
            ReferenceStore(self._db).write(writes.reference)
        self._write_lanes(writes)

    def committed(self, writes: Writes) -> None:
        """Remembers which positions the store has, so that only those that moved are written
        again.
        """
        for lane in writes.lanes.values():
            self._places.update(_places(lane))

    def forget(self) -> None:
        """Others may have written since."""
        self._places.clear()

    def check_epochs(self, lanes: dict[int, Lane]) -> None:
        """Locks the lanes' rows; raises `Zombie` if another process owns one of them now."""
        where, values = self._db.where_in("p", sorted(lanes))
        epochs = dict(
            self._db.query(
                # Identifiers only. In one order: owners of overlapping lanes would wait for each
                # other.
                f"SELECT p, epoch FROM lane WHERE {where} ORDER BY p{self._db.lock_clause()}",
                values,
            )
        )
        for p, lane in lanes.items():
            if epochs.get(p) != lane.epoch:
                raise Zombie(code=str(p))

    def _write_cases(self, writes: Writes) -> None:
        db, tables = self._db, self._tables
        db.upsert(
            tables["case_state"], [case_row(case) for case in writes.cases.values() if case.dirty]
        )
        # Deleted first: a new case may have been given the name of one that is over.
        db.delete(self._aliases, writes.forgotten)
        db.upsert(
            tables["case_alias"],
            [(p, alias, case_id) for (p, alias), case_id in writes.aliases.items()],
        )

    def _write_held(self, writes: Writes) -> None:
        db = self._db
        _take_turns(writes)
        db.upsert(
            self._tables["parked"], [parked_row(case, p, held) for case, p, held in writes.hold]
        )
        db.delete(self._tables["parked"], writes.release)
        if writes.blocked_again:
            where, values = db.where_in("case_id", writes.blocked_again)
            db.query(f"UPDATE parked SET requeued = FALSE WHERE {where}", values)

    def _write_timers(self, writes: Writes) -> None:
        db = self._db
        db.upsert(
            self._tables["timer"], [timer for timer in writes.timers.values() if timer is not None]
        )
        db.delete(
            self._tables["timer"], [key for key, timer in writes.timers.items() if timer is None]
        )

    def _write_tasks(self, writes: Writes) -> None:
        """Ends tasks first: a result may ask for the same task again."""
        self._db.delete(self._tables["task"], writes.tasks_done)
        self._db.upsert(self._tables["task"], list(writes.tasks.values()))

    def _write_rows(self, bulk: Bulk, rows: list[dict[str, Any]]) -> None:
        if bulk.insert_only:
            self._db.insert(bulk, [bulk.ordered(row) for row in rows])
        else:
            # The last of each key: PostgreSQL refuses an upsert that meets the same row twice.
            latest = {bulk.key_of(row): row for row in rows}
            self._db.upsert(bulk, [bulk.ordered(row) for row in latest.values()])

    def _write_lanes(self, writes: Writes) -> None:
        db, tables = self._db, self._tables
        lanes = writes.lanes.values()
        moved = [
            (*key, *place, False)
            for lane in lanes
            for key, place in _places(lane).items()
            if self._places.get(key) != place
        ]
        db.upsert(tables["position"], moved)
        db.upsert(tables["lane_state"], list(writes.lane_states.items()))
        db.insert(tables["lane_batch"], writes.batches)
        db.upsert(tables["lane"], [lane_row(lane) for lane in lanes])


def _take_turns(writes: Writes) -> None:
    """Numbers what is newly held: by the batch of its lane, then as it was read."""
    batches = {note.p: note.n for note in writes.batches}
    for at, (_, p, held) in enumerate(writes.hold):
        # Room for a million in a batch, so that the numbers of two batches never meet.
        if not held.stored:
            held.turn = (batches.get(p, 0) << 20) + at


def _places(lane: Lane) -> dict[tuple[int, str], tuple[str, int]]:
    return {
        (lane.p, topic): (lane.topic_ids.get(topic, ""), offset)
        for topic, offset in lane.positions.items()
    }
