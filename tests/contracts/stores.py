"""Databases for the contract suites: SQLite files, and databases on the PostgreSQL server that
`PRIORAUTH_TEST_POSTGRES` names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlmodel import SQLModel

from shared.lanes.service import CaseService, Service
from shared.lanes.store.connect import reading_engine, sqlite_path
from shared.lanes.store.lane_store import LaneStore
from shared.lanes.store.postgres import PostgresDatabase
from shared.lanes.store.sqlite import SqliteDatabase
from shared.lanes.store.table_spec import bulks
from shared.lanes.store.tables import LANE_TABLES, OUTBOXES, table_of
from tests.contracts.toy_rows import EntryRow, NoteRow

POSTGRES = os.environ.get("PRIORAUTH_TEST_POSTGRES", "")
TABLES = [table_of(model) for model in (*LANE_TABLES, NoteRow, EntryRow)] + list(OUTBOXES)


def create_tables(url: str) -> None:
    """Makes the lane tables and the toy's."""
    engine = reading_engine(url)
    SQLModel.metadata.create_all(engine, tables=TABLES)
    engine.dispose()


class Crash(BaseException):
    """The process is gone."""


class FaultyDatabase:
    """A database that runs `fault` at each step of a transaction; what the fault raises happens
    there.
    """

    def __init__(self, real: Any) -> None:
        self._real = real
        self.fault: Callable[[str], None] = lambda _step: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @contextmanager
    def transaction(self, *, small: bool = False) -> Iterator[None]:
        self.fault("before-begin")
        with self._real.transaction(small=small):
            yield
            self.fault("before-commit")
        self.fault("after-commit")


class Stores:
    """Where the services of one test keep their stores; a service's name finds it again after a
    restart.
    """

    def __init__(self, url: Callable[[str], str]) -> None:
        self.url = url
        self._reading: dict[str, psycopg.Connection[Any] | SqliteDatabase] = {}
        self._open: list[FaultyDatabase] = []

    def open(self, service: Service) -> tuple[LaneStore, FaultyDatabase]:
        """A new connection to a service's store, as a process makes one."""
        url = self.url(service.name)
        real = (
            SqliteDatabase(sqlite_path(url)) if url.startswith("sqlite") else PostgresDatabase(url)
        )
        database = FaultyDatabase(real)
        self._open.append(database)
        return LaneStore(
            database,
            service.state if isinstance(service, CaseService) else None,
            bulks(service.tables),
        ), database

    def rows(self, service: str, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on a service's store, over a connection of its own."""
        url = self.url(service)
        database = (
            SqliteDatabase(sqlite_path(url)) if url.startswith("sqlite") else PostgresDatabase(url)
        )
        try:
            return [tuple(_plain(value) for value in row) for row in database.query(sql)]
        finally:
            database.close()

    def close(self) -> None:
        """Closes every connection."""
        for database in self._open:
            database.close()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return bytes(value) if isinstance(value, memoryview) else value


class SqliteServer:
    """SQLite files in a folder of their own for each test, copied from one that has the tables."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.sqlite"
        create_tables(f"sqlite:///{self._template}")
        self._folder = folder
        self._count = 0

    def stores(self) -> Stores:
        """Empty stores."""
        self._count += 1
        folder = self._folder / str(self._count)
        folder.mkdir()

        def url(service: str) -> str:
            path = folder / f"{service}.sqlite"
            if not path.exists():
                shutil.copy(self._template, path)
            return f"sqlite:///{path}"

        return Stores(url)

    def empty(self) -> str:
        """The URL of a database without tables."""
        self._count += 1
        return f"sqlite:///{self._folder}/empty-{self._count}.sqlite"

    def close(self) -> None:
        """Leaves the files to pytest."""


class PostgresServer:
    """Databases of one test module; they are emptied between tests and dropped at its end."""

    def __init__(self, admin: str, module: str) -> None:
        self._admin = admin
        self._module = module
        self._databases: dict[str, str] = {}
        self._empty: list[str] = []

    def stores(self) -> Stores:
        """Empty stores."""
        for url in self._databases.values():
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("TRUNCATE " + ", ".join(table.name for table in TABLES))
        return Stores(self._url)

    def _url(self, service: str) -> str:
        if service not in self._databases:
            self._databases[service] = self._made(service)
            create_tables(self._databases[service])
        return self._databases[service]

    def empty(self) -> str:
        """The URL of a database without tables."""
        self._empty.append(self._made(f"empty_{len(self._empty)}"))
        return self._empty[-1]

    def _made(self, name: str) -> str:
        database = f"toy_{self._module}_{name}_{os.getpid()}"
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {database}")
        return self._admin.rsplit("/", 1)[0] + f"/{database}"

    def close(self) -> None:
        """Drops the databases."""
        for url in (*self._databases.values(), *self._empty):
            with psycopg.connect(self._admin, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")
