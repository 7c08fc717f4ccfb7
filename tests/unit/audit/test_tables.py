"""The database itself refuses to change the log."""

from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from services.audit.handlers import checkpoint_now
from tests.unit.audit import given

TABLES = ("entry", "subtree", "checkpoint")


@pytest.fixture
def kept(engine: sqlalchemy.Engine, tmp_path: Path) -> sqlalchemy.Engine:
    given.take(engine, given.settings(tmp_path), 3, [given.record(n) for n in range(256)])
    checkpoint_now(engine, given.settings(tmp_path), given.NOW)
    return engine


def refused(engine: sqlalchemy.Engine, statement: str) -> None:
    with pytest.raises(DBAPIError, match="insert-only"), engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_be_deleted(kept: sqlalchemy.Engine, table: str):
    refused(kept, f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "change", ["entry SET value = NULL", "subtree SET i = 5", "checkpoint SET note = ''"]
)
def test_a_row_cannot_be_updated(kept: sqlalchemy.Engine, change: str):
    refused(kept, f"UPDATE {change}")


@pytest.mark.databases("postgresql")  # SQLite has no TRUNCATE
@pytest.mark.parametrize("table", TABLES)
def test_a_table_cannot_be_emptied(kept: sqlalchemy.Engine, table: str):
    refused(kept, f"TRUNCATE {table}")


@pytest.mark.databases("sqlite")  # PostgreSQL has no REPLACE
@pytest.mark.parametrize("table", TABLES)
def test_a_row_cannot_be_replaced(kept: sqlalchemy.Engine, table: str):
    refused(kept, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    refused(
        kept,
        (
            f"INSERT OR REPLACE INTO {table} (rowid, {columns(kept, table)}) SELECT rowid, "
            f"{columns(kept, table)} FROM {table}"
        ),
    )


def columns(engine: sqlalchemy.Engine, table: str) -> str:
    return ", ".join(
        f'"{column["name"]}"' for column in sqlalchemy.inspect(engine).get_columns(table)
    )


def test_an_upsert_changes_nothing(kept: sqlalchemy.Engine):
    refused(
        kept,
        (
            "INSERT INTO subtree SELECT * FROM subtree WHERE true ON CONFLICT (p, level, i) DO "
            "UPDATE "
            "SET hash = excluded.hash"
        ),
    )


def test_the_log_still_grows(kept: sqlalchemy.Engine, tmp_path: Path):
    given.take(kept, given.settings(tmp_path), 3, [given.record(300)])
    with kept.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entry").scalar() == 257
