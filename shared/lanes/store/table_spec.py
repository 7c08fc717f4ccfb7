"""A table as bulk statements need it: columns in order, key, and the types of both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Uuid,
)
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlmodel import SQLModel

from shared.lanes.store.tables import LANE_TABLES, OUTBOXES, table_of

POSTGRES_TYPES: tuple[tuple[type[Any], str], ...] = (
    (Uuid, "uuid"),
    (LargeBinary, "bytea"),
    (SmallInteger, "smallint"),
    (BigInteger, "bigint"),
    (Integer, "integer"),
    (Boolean, "boolean"),
    (DateTime, "timestamptz"),
    (Date, "date"),
    (Float, "double precision"),
)


@dataclass(frozen=True)
class Bulk:
    """`insert_only` tables are appended to and never replaced."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    types: tuple[str, ...]
    to_sqlite: tuple[Callable[[Any], Any] | None, ...]
    insert_only: bool = False

    def ordered(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """A row's values in column order; a column that is not given is NULL."""
        return tuple([row.get(column) for column in self.columns])

    def key_of(self, row: dict[str, Any]) -> tuple[Any, ...]:
        """A row's primary key."""
        return tuple([row[column] for column in self.key])

    @cached_property
    def quoted(self) -> str:
        """The column list for SQL."""
        return ", ".join(f'"{column}"' for column in self.columns)

    @cached_property
    def on_conflict(self) -> str:
        """The clause that replaces a row with the same key."""
        rest = [column for column in self.columns if column not in self.key]
        update = ", ".join(f'"{column}" = excluded."{column}"' for column in rest)
        key = ", ".join(f'"{column}"' for column in self.key)
        return (
            f"ON CONFLICT ({key}) DO UPDATE SET {update}"
            if rest
            else f"ON CONFLICT ({key}) DO NOTHING"
        )


def bulk_of(table: Table) -> Bulk:
    """The bulk description of an SQLAlchemy table; a table is insert-only if its `info` says so."""
    dialect = sqlite_dialect()
    columns = list(table.columns)
    return Bulk(
        table.name,
        tuple(c.name for c in columns),
        tuple(c.name for c in table.primary_key.columns),
        tuple(
            next((name for kind, name in POSTGRES_TYPES if isinstance(c.type, kind)), "text")
            for c in columns
        ),
        tuple(c.type.dialect_impl(dialect).bind_processor(dialect) for c in columns),
        insert_only=bool(table.info.get("insert_only")),
    )


def bulks(tables: Iterable[type[SQLModel]]) -> dict[str, Bulk]:
    """Every lane table and these, by name."""
    tables_of_store = [*(table_of(model) for model in (*LANE_TABLES, *tables)), *OUTBOXES]
    return {table.name: bulk_of(table) for table in tables_of_store}
