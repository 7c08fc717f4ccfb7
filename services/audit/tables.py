"""The audit log's tables: nothing in them is ever changed or removed, and the database itself
refuses it.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger
from sqlmodel import Field, SQLModel


class EntryRow(SQLModel, table=True):
    """A record as it passed: entry `n` of lane `p`.

    `timestamp` is the broker's in milliseconds, `at` the instant of appending in microseconds, both
    since 1970 (UTC); `event_id` and `case_id` are 16 bytes. `headers` holds the record's key and
    headers packed, `leaf` the RFC 6962 leaf hash (`log/entry.py`).
    """

    __tablename__ = "entry"
    __table_args__ = (Index("entry_case", "case_id"), {"info": {"insert_only": True}})

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    n: int = Field(sa_type=BigInteger, primary_key=True)
    topic: str
    offset: int = Field(sa_type=BigInteger)
    timestamp: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    type: str
    event_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    case_id: bytes | None = Field(default=None, sa_type=LargeBinary)
    time: str
    headers: bytes = Field(sa_type=LargeBinary)
    salt: bytes = Field(sa_type=LargeBinary)
    value: bytes | None = Field(default=None, sa_type=LargeBinary)
    leaf: bytes = Field(sa_type=LargeBinary)


class SubtreeRow(SQLModel, table=True):
    """The root of a full subtree of lane `p`, over entries `i * 2**level` up to `(i + 1) *
    2**level`; levels are multiples of 8.
    """

    __tablename__ = "subtree"
    __table_args__ = ({"info": {"insert_only": True}},)

    p: int = Field(sa_type=SmallInteger, primary_key=True)
    level: int = Field(sa_type=SmallInteger, primary_key=True)
    i: int = Field(sa_type=BigInteger, primary_key=True)
    hash: bytes = Field(sa_type=LargeBinary)


class CheckpointRow(SQLModel, table=True):
    """The signed note of checkpoint `n` (from 0), and the frontier of the log of checkpoints once
    it is in it.
    """

    __tablename__ = "checkpoint"
    __table_args__ = ({"info": {"insert_only": True}},)

    n: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    note: str
    frontier: bytes = Field(sa_type=LargeBinary)


TABLES: tuple[type[SQLModel], ...] = (EntryRow, SubtreeRow, CheckpointRow)
_KEYS = {"entry": ("p", "n"), "subtree": ("p", "level", "i"), "checkpoint": ("n",)}


def insert_only(dialect: str) -> tuple[str, ...]:
    """The statements after which a store (`postgresql` or `sqlite`) refuses UPDATE, DELETE and
    TRUNCATE of the log's tables.

    SQLite's REPLACE deletes without asking the triggers of DELETE, so there a second row with the
    same key is refused as well.
    """
    if dialect == "postgresql":
        return (_REFUSE, *(statement for table in _KEYS for statement in _postgresql(table)))
    return tuple(statement for table, key in _KEYS.items() for statement in _sqlite(table, key))


_REFUSE = (
    "CREATE OR REPLACE FUNCTION audit_insert_only() RETURNS trigger LANGUAGE plpgsql AS $$\n"
    "BEGIN RAISE EXCEPTION USING MESSAGE = "
    "'the audit log is insert-only: no ' || TG_OP || ' of ' || TG_TABLE_NAME; END $$"
)


def _postgresql(table: str) -> tuple[str, ...]:
    """Row triggers, because a statement trigger of UPDATE also fires for an upsert that only
    inserts.
    """
    return (
        (
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE "
            f"FUNCTION audit_insert_only()"
        ),
        (
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
            f"EXECUTE FUNCTION audit_insert_only()"
        ),
    )


def _sqlite(table: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """One trigger for each way to change a row."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    taken = (
        f"EXISTS (SELECT 1 FROM {table} WHERE {same}) "  # noqa: S608
        f"OR EXISTS (SELECT 1 FROM {table} WHERE rowid = NEW.rowid)"
    )
    refuse = "BEGIN SELECT RAISE(ABORT, 'the audit log is insert-only'); END"
    return (
        f"CREATE TRIGGER {table}_not_updated BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN {taken} {refuse}",
    )
