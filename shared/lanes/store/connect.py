"""Opens a service's store: its SQLite file or its PostgreSQL database, for the lane log and for
reading.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError
from sqlmodel import create_engine

from shared.errors import Unavailable
from shared.lanes.service import CaseService, Service
from shared.lanes.store.lane_store import LaneStore
from shared.lanes.store.postgres import PostgresDatabase
from shared.lanes.store.sqlite import SqliteDatabase
from shared.lanes.store.table_spec import bulks


def store_of(service: Service, url: str) -> LaneStore:
    """The lane store of a service at a database URL (`sqlite:///FILE` or `postgresql://...`).

    Raises `Unavailable` when the file cannot be opened.
    """
    with usable():
        database = (
            SqliteDatabase(sqlite_path(url)) if url.startswith("sqlite") else PostgresDatabase(url)
        )
    return LaneStore(
        database, service.state if isinstance(service, CaseService) else None, bulks(service.tables)
    )


@contextmanager
def usable() -> Iterator[None]:
    """What a database answers with an error inside the block raises `Unavailable`, with the reason:
    a service that starts has nobody yet who would try again.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        # SQLAlchemy's own text quotes the statement.
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise Unavailable(
            f"The database cannot be used: {reason}.",
            code="database",
            remedy=(
                "Check its address, user and certificate (PRIORAUTH_DATABASE_URL, _PASSWORD_FILE, "
                "_CA_FILE), its rights and its free space (PRIORAUTH_STATE where no address is "
                "set)."
            ),
        ) from error


def sqlite_path(url: str) -> Path:
    """The file of an SQLite URL; its folder is made if need be."""
    path = Path(url.removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def sqlalchemy_url(url: str) -> str:
    """The URL as SQLAlchemy wants it, with the driver named."""
    return (
        url.replace("postgresql://", "postgresql+psycopg://", 1)
        if url.startswith("postgresql://")
        else url
    )


def reading_engine(url: str) -> Engine:
    """An SQLAlchemy engine for reads and migrations; it waits for SQLite's one writer."""
    if not url.startswith("sqlite"):
        # A server that restarted closes the pool's connections: they are tried before they are
        # used.
        return create_engine(sqlalchemy_url(url), pool_size=4, max_overflow=4, pool_pre_ping=True)
    sqlite_path(url)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": 10})
    event.listen(
        engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 10000")
    )
    return engine
