"""A service's store in a SQLite file: WAL, one writer, every commit on disk before it counts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.errors import Unavailable
from shared.lanes.store.table_spec import Bulk

LOG_PAGES = 1_000
"""Pages of 4 KiB after which SQLite copies its log back.

A longer log can be what fills a small disk, and to copy it back takes room.
"""


class SqliteDatabase:
    """One connection, used by one thread."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=10
        )
        for pragma in (
            # Readers (HTTP, operators) and the one writer do not wait for each other.
            "journal_mode = WAL",
            # With less, a power cut takes back commits whose events are published already.
            "synchronous = FULL",
            "busy_timeout = 10000",
            f"wal_autocheckpoint = {LOG_PAGES}",
        ):
            self._connection.execute(f"PRAGMA {pragma}")

    @contextmanager
    # Nothing is sent anywhere here.
    def transaction(self, *, small: bool = False) -> Iterator[None]:  # noqa: ARG002
        """`BEGIN IMMEDIATE` ... `COMMIT`."""
        # The write lock at once: a transaction that reads first and is overtaken by another writer
        # cannot write any more, and SQLite does not let it wait. Epochs are compared under it.
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._rollback()
            raise _away() from error
        except BaseException:
            self._rollback()
            raise

    def _rollback(self) -> None:
        # After some errors (a full disk) SQLite has rolled back itself, and to ask again is an
        # error.
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except (sqlite3.OperationalError, sqlite3.ProgrammingError) as error:
            raise _away() from error

    def insert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts rows."""
        self._many(
            (
                f"INSERT INTO {bulk.name} ({bulk.quoted}) VALUES "
                f"({', '.join('?' * len(bulk.columns))})"
            ),
            bulk,
            rows,
        )

    def upsert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts or replaces rows."""
        self._many(
            (
                f"INSERT INTO {bulk.name} ({bulk.quoted}) VALUES "
                f"({', '.join('?' * len(bulk.columns))}) {bulk.on_conflict}"
            ),
            bulk,
            rows,
        )

    def _many(self, sql: str, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            convert = [(i, change) for i, change in enumerate(bulk.to_sqlite) if change is not None]
            self._connection.executemany(sql, [_converted(row, convert) for row in rows])

    def delete(self, bulk: Bulk, keys: Sequence[Sequence[Any]]) -> None:
        """Deletes rows by primary key."""
        convert = [
            (at, change)
            for at, name in enumerate(bulk.key)
            if (change := bulk.to_sqlite[bulk.columns.index(name)]) is not None
        ]
        condition = " AND ".join(f'"{name}" = ?' for name in bulk.key)
        self._connection.executemany(
            f"DELETE FROM {bulk.name} WHERE {condition}",
            [_converted(key, convert) for key in keys],
        )

    def where_in(self, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """A condition with one placeholder a value; SQLite takes 32,766 of them."""
        marks = ", ".join("?" * len(values))
        return f'"{column}" IN ({marks})', [
            value.hex if isinstance(value, UUID) else value for value in values
        ]

    def lock_clause(self) -> str:
        """Nothing: `BEGIN IMMEDIATE` has locked the file."""
        return ""

    def empty(self, table: str, unless: str) -> bool:
        """Deletes all rows in a transaction that began before the look."""
        with self.transaction():
            if self.query(unless):
                return False
            self._connection.execute(f"DELETE FROM {table}")
        return True

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def _away() -> Unavailable:
    return Unavailable(
        "The SQLite store does not answer or is full.",
        remedy="Look at the disk and at who else has the file open.",
    )


def _converted(row: Sequence[Any], convert: list[tuple[int, Any]]) -> list[Any]:
    values = list(row)
    for i, change in convert:
        if values[i] is not None:
            values[i] = change(values[i])
    return values
