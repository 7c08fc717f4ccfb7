"""A service's store in PostgreSQL: row locks on lanes, COPY and unnest for everything that comes in
bulk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import psycopg
from psycopg import errors, sql

from shared.errors import Unavailable
from shared.lanes.store.table_spec import Bulk

NOT_THE_CONTENT = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
    psycopg.ProgrammingError,
)
"""Connection, locks, disk and sessions ended by the server; a replica that only reads; a missing
table or right.
"""
OPTIONS = (
    "-c idle_in_transaction_session_timeout=3000 -c lock_timeout=5000 -c synchronous_commit=on -c "
    "client_encoding=UTF8"
)
"""Milliseconds. An owner that is stopped inside a transaction (a paused machine) would hold its
lanes' rows for ever, and nobody could claim them: after 3 s the server ends its session. Nobody
waits longer than 5 s for a lock.

A commit is on disk before it counts, whatever the server's default: what is published next must not
be forgotten by a crash ("published is durable").
"""


class PostgresDatabase:
    """One connection, used by one thread; made again after it broke."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://")
        self._connection: psycopg.Connection[Any] | None = None
        self._small = False

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.broken or self._connection.closed:
            # A server that vanished without a word is noticed within half a minute, not hours.
            keepalives: dict[str, Any] = {
                "keepalives": 1,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 20_000,
            }
            try:
                # Autocommit: a read outside a transaction must not leave one open, which would
                # idle.
                self._connection = psycopg.connect(
                    self._url, autocommit=True, connect_timeout=5, options=OPTIONS, **keepalives
                )
            except NOT_THE_CONTENT as error:
                raise Unavailable(
                    "PostgreSQL does not answer.",
                    remedy="Check PRIORAUTH_DATABASE_URL and the server.",
                ) from error
            self._connection.prepare_threshold = 2
        return self._connection

    @contextmanager
    def transaction(self, *, small: bool = False) -> Iterator[None]:
        """One transaction; whatever is transient comes out as `Unavailable`.

        A small one goes in two round trips: COPY cannot, so it inserts from arrays.
        """
        connection = self._connected()
        self._small = small
        try:
            with connection.pipeline() if small else nullcontext(), connection.transaction():
                yield
        except NOT_THE_CONTENT as error:
            raise Unavailable(
                "PostgreSQL gave up the transaction.", remedy="It is tried again."
            ) from error
        finally:
            self._small = False

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        try:
            cursor = self._connected().execute(
                statement.replace("?", "%s"), list(values), binary=True
            )
            # In a pipeline, to fetch is to wait for the server; only a SELECT has rows to wait for.
            return cursor.fetchall() if statement.startswith("SELECT") else []
        except NOT_THE_CONTENT as error:
            raise Unavailable("PostgreSQL does not answer.", remedy="It is tried again.") from error

    def insert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """COPY in binary, or from arrays in a small transaction."""
        if not rows:
            return
        if self._small:
            self._from_arrays(bulk, rows, "")
            return
        with (
            self._connected().cursor() as cursor,
            cursor.copy(f"COPY {bulk.name} ({bulk.quoted}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(bulk.types)
            for row in rows:
                copy.write_row(row)

    def upsert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """One INSERT from parallel arrays."""
        if rows:
            self._from_arrays(bulk, rows, bulk.on_conflict)

    def _from_arrays(self, bulk: Bulk, rows: Sequence[Sequence[Any]], conflict: str) -> None:
        arrays = ", ".join(f"%b::{kind}[]" for kind in bulk.types)
        statement = (
            f"INSERT INTO {bulk.name} ({bulk.quoted}) SELECT * FROM unnest({arrays}) {conflict}"
        )
        self._connected().execute(statement, [list(column) for column in zip(*rows, strict=True)])

    def delete(self, bulk: Bulk, keys: Sequence[Sequence[Any]]) -> None:
        """One DELETE from parallel arrays."""
        if not keys:
            return
        arrays = ", ".join(f"%b::{bulk.types[bulk.columns.index(name)]}[]" for name in bulk.key)
        names = ", ".join(f'"{name}"' for name in bulk.key)
        statement = f"DELETE FROM {bulk.name} WHERE ({names}) IN (SELECT * FROM unnest({arrays}))"
        self._connected().execute(statement, [list(column) for column in zip(*keys, strict=True)])

    def where_in(self, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """A condition on one array parameter, so that the statement is prepared once."""
        return f'"{column}" = ANY(?)', [list(values)]

    def lock_clause(self) -> str:
        """Locks the lanes' rows until the transaction ends."""
        return " FOR UPDATE"

    def empty(self, table: str, unless: str) -> bool:
        """Truncates under a lock that keeps other replicas from adding rows between the look and
        the truncate; waits 50 ms at most for it.
        """
        try:
            with self.transaction():
                # Whoever inserts queues up behind our wait for the lock: it must be short.
                self.query("SET LOCAL lock_timeout = '50ms'")
                self._connected().execute(
                    sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(table))
                )
                # After the lock, and so with a snapshot that has all that was committed before it.
                if self.query(unless):
                    return False
                self._connected().execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(table)))
        except Unavailable as error:
            if isinstance(error.__cause__, errors.LockNotAvailable):
                return False
            raise
        return True

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()
