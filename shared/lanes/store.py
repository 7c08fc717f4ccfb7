"""What the lane log needs of a store, and the SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel

from shared.errors import Zombie
from shared.lanes.bulk import Bulk
from shared.lanes.case import Case, Held, applied_of
from shared.lanes.lane import Lane
from shared.lanes.record import Record
from shared.lanes.writes import OpenTask, OutboxEntry, Writes


class Database(Protocol):
    """One connection to a service's own store. `many` runs bulk statements; identifiers are trusted, values never are."""

    def transaction(self) -> AbstractContextManager[None]:
        """Commits at the end of the block, rolls back when it raises; a database that does not answer raises `Unavailable`."""

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query with `?` placeholders."""

    def insert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts rows in the column order of `bulk`."""

    def upsert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts rows, or replaces those with the same primary key."""

    def where_in(self, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """An SQL condition that `column` is one of `values`, with its parameters."""

    def lock_clause(self) -> str:
        """What makes a SELECT lock its rows here."""

    def empty(self, table: str) -> bool:
        """Empties a table at once if nobody is in the way; false if somebody is."""


CASE_COLUMNS = "case_id, p, seq, prev, applied, parked, state"


class LaneStore:
    """Reads and writes lanes, cases and outboxes of one service through one connection."""

    def __init__(self, database: Database, state: type[BaseModel] | None, tables: dict[str, Bulk]) -> None:
        self._db = database
        self._state = state
        self._tables = tables
        self._outbox = 0

    def claim(self, ps: Sequence[int], owner: str) -> dict[int, Lane]:
        """Makes us the owner of lanes: a new epoch each, so that whoever had them before can write no more."""
        db = self._db
        with db.transaction():
            where, values = db.where_in("p", ps)
            known = {row[0] for row in db.query(f"SELECT p FROM lane WHERE {where}", values)}  # noqa: S608 - identifiers only
            fresh = [(p, 0, "", 1, 0, 1, 0) for p in ps if p not in known]
            db.insert(self._tables["lane"], fresh)
            db.query(f"SELECT p FROM lane WHERE {where} ORDER BY p{db.lock_clause()}", values)  # noqa: S608
            db.query(f"UPDATE lane SET epoch = epoch + 1, owner = ? WHERE {where}", [owner, *values])  # noqa: S608
            return self._lanes(where, values)

    def _lanes(self, where: str, values: list[Any]) -> dict[int, Lane]:
        query = self._db.query
        rows = query(f"SELECT p, epoch, owner, next_seq, published_seq, next_batch, last_at FROM lane WHERE {where}", values)  # noqa: S608
        lanes = {row[0]: _lane(*row) for row in rows}
        for p, topic, topic_id, offset in query(f"SELECT p, topic, topic_id, next_offset FROM position WHERE {where}", values):  # noqa: S608
            lanes[p].positions[topic] = offset
            lanes[p].topic_ids[topic] = topic_id
        for p, state in query(f"SELECT p, state FROM lane_state WHERE {where}", values):  # noqa: S608
            lanes[p].state = bytes(state)
        return lanes

    def unpublished(self, lane: Lane) -> list[OutboxEntry]:
        """Outbox entries after the stored `published_seq`, in order."""
        columns = 'p, seq, topic, "partition", key, headers, value'
        union = " UNION ALL ".join(f"SELECT {columns} FROM outbox_{n} WHERE p = {lane.p} AND seq > {lane.acked}" for n in range(3))  # noqa: S608
        rows = self._db.query(f"{union} ORDER BY 2")
        return [OutboxEntry(p, seq, topic, partition, bytes(k), bytes(h), bytes(v)) for p, seq, topic, partition, k, h, v in rows]

    def load(self, wanted: dict[UUID, int], aliases: set[tuple[int, str]]) -> tuple[dict[UUID, Case], dict[tuple[int, str], UUID]]:
        """The cases that exist of those wanted (or that an alias names), and the aliases that are known."""
        found: dict[tuple[int, str], UUID] = {}
        if aliases:
            where, values = self._db.where_in("alias", sorted({alias for _, alias in aliases}))
            rows = self._db.query(f"SELECT p, alias, case_id FROM case_alias WHERE {where}", values)  # noqa: S608
            found = {(p, alias): _uuid(case_id) for p, alias, case_id in rows if (p, alias) in aliases}
        ids = list({*wanted, *found.values()})
        return (self._cases(ids) if ids else {}), found

    def _cases(self, ids: list[UUID]) -> dict[UUID, Case]:
        where, values = self._db.where_in("case_id", ids)
        cases: dict[UUID, Case] = {}
        holding = []
        for row in self._db.query(f"SELECT {CASE_COLUMNS} FROM case_state WHERE {where}", values):  # noqa: S608
            case = Case(_uuid(row[0]), row[1])
            case.seq, case.prev, case.applied = row[2], _uuid(row[3]) if row[3] else None, applied_of(row[4])
            case.state = self._state.model_validate_json(bytes(row[6])) if row[6] is not None and self._state else None
            cases[case.case_id] = case
            if row[5]:
                holding.append(case.case_id)
        if holding:
            self._load_held(cases, holding)
        return cases

    def _load_held(self, cases: dict[UUID, Case], ids: list[UUID]) -> None:
        where, values = self._db.where_in("case_id", ids)
        columns = 'case_id, p, topic, "offset", reason, detail, at, requeued, headers, value'
        for case_id, p, topic, offset, reason, detail, at, requeued, headers, value in self._db.query(
            f'SELECT {columns} FROM parked WHERE {where} ORDER BY at, topic, "offset"',  # noqa: S608
            values,
        ):
            held = Held(_stored_record(topic, p, offset, bytes(headers), bytes(value)), reason, detail, at=at)
            held.stored, held.requeued = True, bool(requeued)
            cases[_uuid(case_id)].held.append(held)

    def commit(self, writes: Writes) -> None:
        """Writes everything in one transaction; raises `Zombie` if another process owns one of the lanes now."""
        with self._db.transaction():
            self._check_epochs(writes.lanes)
            self._write_cases(writes)
            self._write_outbox(writes)
            self._write_rest(writes)
            self._write_lanes(writes)

    def _check_epochs(self, lanes: dict[int, Lane]) -> None:
        where, values = self._db.where_in("p", sorted(lanes))
        for p, epoch in self._db.query(f"SELECT p, epoch FROM lane WHERE {where} ORDER BY p{self._db.lock_clause()}", values):  # noqa: S608
            if epoch != lanes[p].epoch:
                raise Zombie(code=str(p))

    def _write_cases(self, writes: Writes) -> None:
        rows = [
            (
                c.case_id,
                c.p,
                c.seq,
                c.prev,
                c.applied_text(),
                len(c.held),
                c.state.model_dump_json(exclude_defaults=True).encode() if c.state is not None else None,
            )
            for c in writes.cases.values()
            if c.dirty
        ]
        self._db.upsert(self._tables["case_state"], rows)
        self._db.upsert(self._tables["case_alias"], [(p, alias, case_id) for (p, alias), case_id in writes.aliases.items()])

    def _write_outbox(self, writes: Writes) -> None:
        self._db.insert(self._tables[f"outbox_{self._outbox}"], writes.outbox)

    def _write_rest(self, writes: Writes) -> None:
        db, tables = self._db, self._tables
        db.upsert(tables["parked"], [_parked_row(case, p, held) for case, p, held in writes.hold])
        for p, topic, offset in writes.release:
            db.query('DELETE FROM parked WHERE p = ? AND topic = ? AND "offset" = ?', (p, topic, offset))
        for case_id in writes.blocked_again:
            where, values = db.where_in("case_id", [case_id])
            db.query(f"UPDATE parked SET requeued = FALSE WHERE {where}", values)  # noqa: S608
        db.upsert(tables["timer"], [(case_id, kind, p, due) for (case_id, kind), (p, due) in writes.timers.items() if due is not None])
        self._delete_timers([key for key, (_, due) in writes.timers.items() if due is None])
        db.upsert(tables["task"], list(writes.tasks.values()))
        self._finish_tasks(writes.tasks_done)
        for name, rows in writes.rows.items():
            self._write_rows(tables[name], rows)

    def _write_rows(self, bulk: Bulk, rows: list[dict[str, Any]]) -> None:
        if bulk.insert_only:
            self._db.insert(bulk, [bulk.ordered(row) for row in rows])
        else:
            latest = {bulk.key_of(row): row for row in rows}
            self._db.upsert(bulk, [bulk.ordered(row) for row in latest.values()])

    def _delete_timers(self, keys: Iterable[tuple[UUID, str]]) -> None:
        for case_id, kind in keys:
            where, values = self._db.where_in("case_id", [case_id])
            self._db.query(f"DELETE FROM timer WHERE {where} AND kind = ?", [*values, kind])  # noqa: S608

    def _finish_tasks(self, keys: Iterable[tuple[UUID, str, str]]) -> None:
        by_kind: dict[tuple[str, str], list[UUID]] = {}
        for case_id, kind, key in keys:
            by_kind.setdefault((kind, key), []).append(case_id)
        for (kind, key), ids in by_kind.items():
            where, values = self._db.where_in("case_id", ids)
            self._db.query(f"DELETE FROM task WHERE {where} AND kind = ? AND key = ?", [*values, kind, key])  # noqa: S608

    def _write_lanes(self, writes: Writes) -> None:
        db, tables = self._db, self._tables
        lanes = writes.lanes.values()
        db.upsert(tables["position"], [(x.p, topic, x.topic_ids.get(topic, ""), offset) for x in lanes for topic, offset in x.positions.items()])
        db.upsert(tables["lane_state"], list(writes.lane_states.items()))
        db.insert(tables["lane_batch"], writes.batches)
        db.upsert(tables["lane"], [(x.p, x.epoch, x.owner, x.next_seq, x.acked, x.next_batch, x.last_at) for x in lanes])

    def due_timers(self, ps: Sequence[int], now: int, limit: int) -> list[tuple[int, UUID, str, int]]:
        """Timers that are due, oldest first, as (lane, case, kind, due at in microseconds)."""
        where, values = self._db.where_in("p", ps)
        rows = self._db.query(f"SELECT p, case_id, kind, due_at FROM timer WHERE {where} AND due_at <= ? ORDER BY due_at LIMIT ?", [*values, now, limit])  # noqa: S608
        return [(p, _uuid(case_id), kind, due) for p, case_id, kind, due in rows]

    def open_tasks(self, ps: Sequence[int]) -> list[OpenTask]:
        """Effects whose results are not in yet."""
        where, values = self._db.where_in("p", ps)
        rows = self._db.query(f"SELECT case_id, kind, key, p, cause, payload FROM task WHERE {where}", values)  # noqa: S608
        return [OpenTask(_uuid(row[0]), row[1], row[2], row[3], _uuid(row[4]), row[5]) for row in rows]

    def requeued(self, ps: Sequence[int]) -> dict[UUID, int]:
        """Cases with parked events that an operator wants tried again, with their lanes."""
        where, values = self._db.where_in("p", ps)
        rows = self._db.query(f"SELECT DISTINCT case_id, p FROM parked WHERE {where} AND requeued AND case_id IS NOT NULL", values)  # noqa: S608
        return {_uuid(case_id): p for case_id, p in rows}

    def rotate(self) -> None:
        """Empties the outbox after the next one if all of it is published, and writes there from then on."""
        following = (self._outbox + 1) % 3
        open_rows = self._db.query(f"SELECT 1 FROM outbox_{following} o JOIN lane l ON l.p = o.p WHERE o.seq > l.published_seq LIMIT 1")  # noqa: S608
        if not open_rows and self._db.empty(f"outbox_{following}"):
            self._outbox = following


def _lane(*row: Any) -> Lane:
    lane = Lane(*row)
    lane.acked = lane.published_seq
    return lane


def _stored_record(topic: str, p: int, offset: int, headers: bytes, value: bytes) -> Record:
    timestamp, stored = json.loads(headers)
    pairs = tuple((name, None if text is None else bytes.fromhex(text)) for name, text in stored)
    return Record(topic, p, offset, timestamp, None, pairs, value)


def _parked_row(case: Case | None, p: int, held: Held) -> tuple[Any, ...]:
    record = held.record
    headers = json.dumps([record.timestamp, [(name, None if value is None else value.hex()) for name, value in record.headers]]).encode()
    return (
        p,
        record.topic,
        record.offset,
        case.case_id if case else None,
        held.reason,
        held.detail[:500],
        held.at,
        held.requeued,
        headers,
        record.value or b"",
    )


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
