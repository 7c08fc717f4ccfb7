"""A service's store: the real SQL on an SQLite that keeps its tables in memory, shared by the
processes of the service, with its faults.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel, create_engine

from shared.errors import Unavailable
from shared.lanes.service import CaseService, Service
from shared.lanes.state.write_set import Writes
from shared.lanes.store.lane_store import LaneStore
from shared.lanes.store.sqlite import SqliteDatabase
from shared.lanes.store.table_spec import Bulk, bulks
from shared.lanes.store.tables import LANE_TABLES, OUTBOXES, table_of
from tests.reliability.simulator.cases import UNWRITABLE

Reach = Callable[[str], None]


class Disk:
    """The tables of one service.

    `writer` is the process in a transaction, whom all others wait for in vain; `full` takes no more
    rows.
    """

    def __init__(self, service: Service) -> None:
        self.bulks = bulks(service.tables)
        self.state = service.state if isinstance(service, CaseService) else None
        self.real = SqliteDatabase(Path(":memory:"))
        tables = [table_of(model) for model in (*LANE_TABLES, *service.tables)] + list(OUTBOXES)
        engine = create_engine("sqlite://", creator=lambda: self.real._connection)
        SQLModel.metadata.create_all(engine, tables=tables)
        self._tables = [table.name for table in tables]
        self.reset()

    def reset(self) -> None:
        """Empty tables; the connection stays, because its prepared statements save a third of a
        simulation.
        """
        for table in self._tables:
            self.real.query(f"DELETE FROM {table}")
        self.writer: object = None
        self.full = self.repaired = False

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What is in the tables, for whoever checks."""
        return self.real.query(sql)


class SimulatedDatabase:
    """One process's connection: `reach` is called at every place where the process may be
    interrupted.
    """

    def __init__(
        self,
        disk: Disk,
        reach: Reach,
        committed: Callable[[Writes], None],
        claimed: Callable[[dict[int, int]], None],
    ) -> None:
        self._disk = disk
        self._reach = reach
        self._committed, self._claimed = committed, claimed
        self.writes: Writes | None = None
        self.where_in, self.lock_clause = disk.real.where_in, disk.real.lock_clause

    @contextmanager
    def transaction(self, *, small: bool = False) -> Iterator[None]:
        self._reach("begin")
        self._wait()
        self._disk.writer = self
        try:
            with self._disk.real.transaction(small=small):
                yield
                self._reach("commit")
        finally:
            self._disk.writer = None
        self._tell()
        self._reach("committed")

    def _tell(self) -> None:
        """What is durable now: a batch, or else a claim."""
        if self.writes is not None:
            self._committed(self.writes)
        else:
            self._claimed(dict(self._disk.rows("SELECT p, epoch FROM lane")))

    def _wait(self) -> None:
        if self._disk.writer not in (None, self):
            raise Unavailable("Another process holds the lock.", code="simulated")

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        self._reach("statement")
        self._wait()
        return self._disk.real.query(sql, values)

    def insert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._write(bulk, rows)
            self._disk.real.insert(bulk, rows)

    def upsert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._write(bulk, rows)
            self._disk.real.upsert(bulk, rows)

    def _write(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        self._reach("statement")
        if self._disk.full:
            raise sqlite3.OperationalError("database or disk is full")
        if (
            bulk.name == "submission"
            and not self._disk.repaired
            and any(UNWRITABLE.encode() in row[-1] for row in rows)
        ):
            raise sqlite3.IntegrityError("a value that this database does not take")

    def delete(self, bulk: Bulk, keys: Sequence[Sequence[Any]]) -> None:
        if keys:
            self._reach("statement")
            self._disk.real.delete(bulk, keys)

    def empty(self, table: str, unless: str) -> bool:
        self._reach("begin")
        self._wait()
        return self._disk.real.empty(table, unless)

    def close(self) -> None:
        """The tables outlive their readers."""


class SimulatedStore(LaneStore):
    """The real store, which tells what it commits and claims at the moment that it is durable."""

    def __init__(
        self,
        disk: Disk,
        reach: Reach,
        committed: Callable[[Writes], None],
        claimed: Callable[[dict[int, int]], None],
    ) -> None:
        self._simulated = SimulatedDatabase(disk, reach, committed, claimed)
        super().__init__(self._simulated, disk.state, disk.bulks)

    def commit(self, writes: Writes) -> None:
        self._simulated.writes = writes
        try:
            super().commit(writes)
        finally:
            self._simulated.writes = None
