"""What a service may do in its own PostgreSQL database while it runs: its rows, and nothing of what
they are kept in.
"""

from __future__ import annotations

from collections.abc import Iterator

from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

from shared.errors import Impossible
from shared.lanes.store.tables import OUTBOXES

VERSION = "alembic_version"
READ, APPEND, CHANGE = "SELECT", "SELECT, INSERT", "SELECT, INSERT, UPDATE"
NEVER_CHANGED = frozenset({"lane_batch", "reference_item", "reference_set"})
"""Besides those whose model says that they are appended to and never replaced."""
EMPTIED = frozenset(table.name for table in OUTBOXES)
"""An outbox is emptied whole, once all of it is published: a delete would be slower by far. What is
published can be read on Kafka.
"""
REMOVED = frozenset({"case_alias", "parked", "reference_head", "task", "timer"})
"""Rows that are over are removed from these."""


def rights(table: str) -> str:
    """What the run-time role may do with a table, as GRANT spells it; empty for a table that no
    model knows.
    """
    if table == VERSION:
        return READ
    if table in EMPTIED:
        return f"{APPEND}, TRUNCATE"
    if table in REMOVED:
        return f"{CHANGE}, DELETE"
    known = SQLModel.metadata.tables.get(table)
    if known is None:
        return ""
    return APPEND if known.info.get("insert_only") or table in NEVER_CHANGED else CHANGE


def grant(engine: Engine, role: str) -> bool:
    """Gives the run-time role its rights and takes every other from it; false where there is
    nothing to give, because the role owns the tables (or the store has no roles).

    Raises `Impossible` when there is no such role.
    """
    if engine.dialect.name != "postgresql":
        return False
    with engine.begin() as connection:
        if connection.execute(text("SELECT current_user")).scalar() == role:
            return False
        known = text("SELECT FROM pg_roles WHERE rolname = :role")
        if not connection.execute(known, {"role": role}).all():
            raise Impossible(
                f"The database server has no role {role}.",
                code="role",
                remedy="Make it (deploy/postgres/init.sh does), or name another with --role.",
            )
        for statement in _statements(connection, role):
            connection.exec_driver_sql(statement)
    return True


def _statements(connection: Connection, role: str) -> Iterator[str]:
    to = sql.Identifier(role).as_string()
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"REVOKE ALL ON SCHEMA public FROM {to}"
    yield f"GRANT USAGE ON SCHEMA public TO {to}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {to}"
    for table in sorted(inspect(connection).get_table_names()):
        if given := rights(table):
            yield f"GRANT {given} ON {sql.Identifier(table).as_string()} TO {to}"
