"""What the audit tests start from: records, and a real SQLite log of three lanes."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlmodel import SQLModel, create_engine

from services.audit.handlers import checkpoint_now, service
from services.audit.tables import TABLES, insert_only
from shared.events.catalogue import PRODUCERS
from shared.ids import NAMESPACE, derive
from shared.lanes.outcome import LaneBatch
from shared.lanes.state.record import Record
from shared.lanes.store.tables import LANE_TABLES, table_of
from shared.settings import Settings, load

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CASE = derive(NAMESPACE, "case", "1")


def settings(folder: Path) -> Settings:
    """The defaults with a state folder."""
    return replace(load("audit"), state=folder, database_url=f"sqlite:///{folder}/audit.sqlite")


def record(n: int = 0, **deviating: Any) -> Record:
    """A record as another service publishes it; `n` sets its offset, event id and content."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(derive(NAMESPACE, "event", str(n))),
        "ce_type": "pa.criteria.case-determined.v1",
        "ce_time": "2026-01-05T09:00:00.000000Z",
        "ce_subject": str(CASE),
        "ce_caseclock": f"criteria={n};intake=5",
    }
    if producer := PRODUCERS.get(deviating.get("topic", "")):
        headers["ce_caseclock"] = f"{producer}={n}"
    given = tuple((name, text.encode()) for name, text in headers.items())
    usual = Record(
        "pa.criteria.v1", 3, n, 1_767_600_000_000, str(CASE).encode(), given, b'{"n":%d}' % n
    )
    return usual._replace(**deviating)


def create(folder: Path) -> sqlalchemy.Engine:
    """An empty log in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return filled(create_engine(settings(folder).database_url))


def filled(engine: sqlalchemy.Engine) -> sqlalchemy.Engine:
    """The engine, its database with the log's tables."""
    SQLModel.metadata.create_all(engine, [table_of(model) for model in (*LANE_TABLES, *TABLES)])
    with engine.begin() as connection:
        for statement in insert_only(engine.dialect.name):
            connection.exec_driver_sql(statement)
    return engine


def reopened(path: Path) -> sqlalchemy.Engine:
    """An engine on a log that is there."""
    return create_engine(f"sqlite:///{path}")


def take(
    engine: sqlalchemy.Engine,
    given: Settings,
    p: int,
    records: Sequence[Record],
    at: datetime = NOW,
) -> None:
    """Works one batch of a lane, as the lane engine does: rows and state in one transaction."""
    with engine.begin() as connection:
        lanes = SQLModel.metadata.tables["lane_state"]
        before = connection.execute(sqlalchemy.select(lanes.c.state).where(lanes.c.p == p)).scalar()
        folded = service(given).fold(before, LaneBatch(p, records, at))
        for row in folded.rows:
            connection.execute(SQLModel.metadata.tables[row.table].insert(), row.values)
        connection.execute(lanes.delete().where(lanes.c.p == p))
        connection.execute(lanes.insert(), {"p": p, "state": folded.state})


def log(folder: Path, batches: int = 3, width: int = 7) -> Path:
    """A log of lanes 0, 3 and 23 with a checkpoint after each round of batches, and the keys beside
    it; the file.
    """
    engine, given = create(folder), settings(folder)
    for batch in range(batches):
        at = NOW + timedelta(minutes=batch)
        for p in (0, 3, 23):
            topics = ("pa.criteria.v1", "pa.intake.v1")
            batch_records = [
                record(batch * width + i, partition=p, topic=topics[i % 2]) for i in range(width)
            ]
            take(engine, given, p, batch_records, at)
        assert checkpoint_now(engine, given, at) is not None
    engine.dispose()
    return folder / "audit.sqlite"


def copy(path: Path, folder: Path) -> Path:
    """The same log in another folder."""
    shutil.copytree(path.parent, folder, dirs_exist_ok=True)
    return folder / path.name


def opened(path: Path) -> sqlite3.Connection:
    """The file as an intruder opens it: with the triggers gone."""
    store = sqlite3.connect(path, isolation_level=None)
    for (name,) in store.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        store.execute(f"DROP TRIGGER {name}")
    return store
