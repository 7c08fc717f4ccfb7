"""A service's store as the lane log uses it: the SQL that SQLite and PostgreSQL share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from pydantic import BaseModel

from shared.lanes.state.case import KILLED_READER, Case, applied_of
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry, Writes
from shared.lanes.store.database import Database, uuid_of
from shared.lanes.store.ownership import Ownership
from shared.lanes.store.reference import ReferenceStore
from shared.lanes.store.rows import held_of
from shared.lanes.store.table_spec import Bulk
from shared.lanes.store.task_table import TaskTable
from shared.lanes.store.writer import Writer

CASE_COLUMNS = "case_id, p, seq, prev, applied, parked, state"
HELD_COLUMNS = 'p, topic, "offset", reason, detail, at, requeued, headers, value'
REQUEUED_A_TICK = 500
OUTBOX_COLUMNS = 'p, seq, topic, "partition", key, headers, value'


class LaneStore:
    """Reads and writes lanes, cases and outboxes of one service through one connection."""

    def __init__(
        self, database: Database, state: type[BaseModel] | None, tables: dict[str, Bulk]
    ) -> None:
        self._db = database
        self._state = state
        self._writer = Writer(database, tables)
        self._ownership = Ownership(database, self._writer, tables)
        self.references = ReferenceStore(database)
        self.tasks = TaskTable(database)
        self._outbox = 0

    def claim(
        self, ps: Sequence[int], owner: str, survived: Collection[int] = ()
    ) -> dict[int, Lane]:
        """Makes us the owner of lanes: a new epoch each, so that whoever had them before can write
        no more. What this process began to read of the lanes it `survived`.
        """
        return self._ownership.claim(ps, owner, survived)

    def begin(self, lanes: dict[int, Lane]) -> None:
        """Counts a claim of each lane that now begins to read; raises `Zombie`."""
        self._ownership.begin(lanes)

    def note(self, lane: Lane, topic: str) -> None:
        """Notes that the lane's next record of a topic is about to be read; raises `Zombie`."""
        self._ownership.note(lane, topic)

    def unpublished(self, lane: Lane) -> list[OutboxEntry]:
        """Outbox entries after the stored `published_seq`, in order."""
        # Of all three tables: in which one an entry lies depends on when the outbox turned.
        union = " UNION ALL ".join(
            f"SELECT {OUTBOX_COLUMNS} FROM outbox_{n} WHERE p = {lane.p} AND seq > {lane.acked}"
            for n in range(3)
        )
        rows = self._db.query(f"{union} ORDER BY 2")
        return [
            OutboxEntry(p, seq, topic, partition, bytes(k), bytes(h), bytes(v))
            for p, seq, topic, partition, k, h, v in rows
        ]

    def load(
        self, wanted: dict[UUID, int], aliases: set[tuple[int, str]]
    ) -> tuple[dict[UUID, Case], dict[tuple[int, str], UUID]]:
        """The cases that exist of those wanted, each with its lane (or that an alias names), and
        the aliases that are known.
        """
        names: dict[tuple[int, str], UUID] = {}
        # Another lane may know the same alias for a case of its own: that is none of ours.
        if aliases:
            where, values = self._db.where_in("alias", sorted({alias for _, alias in aliases}))
            rows = self._db.query(f"SELECT p, alias, case_id FROM case_alias WHERE {where}", values)
            names = {
                (p, alias): uuid_of(case_id) for p, alias, case_id in rows if (p, alias) in aliases
            }
        lanes = wanted | {case_id: p for (p, _), case_id in names.items()}
        return (self._cases(lanes) if lanes else {}), names

    def _cases(self, lanes: dict[UUID, int]) -> dict[UUID, Case]:
        """The cases that exist, each only in the lane that it is wanted for."""
        where, values = self._db.where_in("case_id", list(lanes))
        of_lanes, ps = self._db.where_in("p", sorted({*lanes.values()}))
        cases: dict[UUID, Case] = {}
        holding = []
        for row in self._db.query(
            f"SELECT {CASE_COLUMNS} FROM case_state WHERE {where} AND {of_lanes}", [*values, *ps]
        ):
            case = Case(uuid_of(row[0]), row[1])
            # A row of another lane is none of ours: its owner may be writing it just now.
            if lanes[case.case_id] != case.p:
                continue
            case.seq, case.prev, case.applied = (
                row[2],
                uuid_of(row[3]) if row[3] else None,
                applied_of(row[4]),
            )
            case.state = (
                self._state.model_validate_json(bytes(row[6]))
                if row[6] is not None and self._state
                else None
            )
            cases[case.case_id] = case
            if row[5]:
                holding.append(case.case_id)
        if holding:
            self._load_held(cases, holding)
        return cases

    def _load_held(self, cases: dict[UUID, Case], ids: list[UUID]) -> None:
        where, values = self._db.where_in("case_id", ids)
        for row in self._db.query(
            (
                f"SELECT case_id, {HELD_COLUMNS} FROM parked WHERE {where} ORDER BY at, topic, "
                f'"offset"'
            ),
            values,
        ):
            cases[uuid_of(row[0])].held.append(held_of(row[1:]))
        # SQL cannot see the turn, which is in the headers' JSON; rows without one keep SQL's order.
        for case_id in ids:
            cases[case_id].held.sort(key=lambda held: held.turn)

    def commit(self, writes: Writes) -> None:
        """Writes everything in one transaction; raises `Zombie` if another process owns one of the
        lanes now.
        """
        with self._db.transaction(small=writes.small):
            self._writer.write(writes, f"outbox_{self._outbox}")
        self._writer.committed(writes)

    def due_timers(
        self, ps: Sequence[int], now: int, limit: int
    ) -> list[tuple[int, UUID, str, int]]:
        """Timers that are due and not postponed beyond `now`, as (lane, case, kind, due at in
        microseconds).
        """
        where, values = self._db.where_in("p", ps)
        sql = (
            f"SELECT p, case_id, kind, due_at FROM timer WHERE {where} AND try_at <= ? ORDER BY "
            f"try_at, case_id, kind LIMIT ?"
        )
        return [
            (p, uuid_of(case_id), kind, due)
            for p, case_id, kind, due in self._db.query(sql, [*values, now, limit])
        ]

    def requeued(self, ps: Sequence[int]) -> tuple[dict[UUID, int], list[Record]]:
        """What an operator wants tried again, a bounded part of it: cases with their lanes, and
        records that no case is known of.
        """
        if not ps:
            return {}, []
        where, values = self._db.where_in("p", ps)
        rows = self._db.query(
            f"SELECT case_id, p, topic FROM parked WHERE {where} AND requeued ORDER BY at "
            f"LIMIT {REQUEUED_A_TICK}",
            values,
        )
        cases = {uuid_of(case_id): p for case_id, p, _ in rows if case_id is not None}
        if all(case_id is not None for case_id, _, _ in rows):
            return cases, []
        stray = (
            f"SELECT {HELD_COLUMNS} FROM parked WHERE {where} AND requeued AND case_id IS NULL "
            f'ORDER BY p, topic, "offset"'
        )
        held = [held_of(row) for row in self._db.query(f"{stray} LIMIT {REQUEUED_A_TICK}", values)]
        self._once([entry.record for entry in held if entry.reason == KILLED_READER])
        return cases, [entry.record for entry in held]

    def _once(self, killers: Sequence[Record]) -> None:
        """Takes the mark off records that killed their reader before they are read again: with it,
        one that still does would end every process that starts.
        """
        for record in killers:
            self._db.query(
                'UPDATE parked SET requeued = FALSE WHERE p = ? AND topic = ? AND "offset" = ?',
                (record.partition, record.topic, record.offset),
            )

    def requeue(self, cases: Sequence[UUID]) -> None:
        """Asks for everything that is parked of these cases to be tried again, by the owner of
        their lane and in order.
        """
        where, values = self._db.where_in("case_id", cases)
        self._db.query(f"UPDATE parked SET requeued = TRUE WHERE {where}", values)

    def rotate(self) -> None:
        """Empties the outbox after the one in use if all of it is published, and writes there from
        then on.
        """
        # By what is stored, not by what memory knows: after a crash only that counts, and what it
        # does not cover is published again from here ("backlog drains").
        following = (self._outbox + 1) % 3
        unpublished = (
            f"SELECT 1 FROM outbox_{following} o LEFT JOIN lane l ON l.p = o.p WHERE o.seq > "
            f"COALESCE(l.published_seq, 0) LIMIT 1"
        )
        if self._db.empty(f"outbox_{following}", unpublished):
            self._outbox = following

    def close(self) -> None:
        """Closes the connection."""
        self._db.close()
