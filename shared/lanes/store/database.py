"""What the lane log needs of a database connection; SQLite and PostgreSQL each give it in their own
way.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from shared.lanes.store.table_spec import Bulk


class Database(Protocol):
    """One connection to a service's own store. Identifiers are trusted, values never are.

    Whatever is not the content's fault (no connection, no disk, a missing table or right, a lock)
    raises `Unavailable`.
    """

    def transaction(self, *, small: bool = False) -> AbstractContextManager[None]:
        """Commits at the end of the block, rolls back when it raises; `small` promises a few rows,
        which then need not be sent one statement at a time.
        """

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query with `?` placeholders."""

    def insert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts rows in the column order of `bulk`."""

    def upsert(self, bulk: Bulk, rows: Sequence[Sequence[Any]]) -> None:
        """Inserts rows, or replaces those with the same primary key."""

    def delete(self, bulk: Bulk, keys: Sequence[Sequence[Any]]) -> None:
        """Deletes the rows with these primary keys, in the key order of `bulk`."""

    def where_in(self, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """An SQL condition that `column` is one of `values`, with its parameters."""

    def lock_clause(self) -> str:
        """What makes a SELECT lock its rows here."""

    def empty(self, table: str, unless: str) -> bool:
        """Empties a table unless the query `unless` finds a row, both in one step that nobody can
        write in between; false if it was not emptied.
        """

    def close(self) -> None:
        """Closes the connection."""


def uuid_of(value: Any) -> UUID:
    """A UUID as either database gives it back."""
    return value if isinstance(value, UUID) else UUID(value)
