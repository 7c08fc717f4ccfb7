"""Where the services of the sweep keep their state: SQLite files, or databases of a PostgreSQL
server; both can be copied as they are.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, LiteralString, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import upgrade

FILE = "store.sqlite"
Tables = dict[str, list[tuple[Any, ...]]]


class Stores(Protocol):
    """Makes stores, copies them while nobody has them open, and reads them from outside the
    product.
    """

    name: str

    def empty(self, service: str, folder: Path) -> str:
        """The URL of a store with the service's tables."""

    def copied(self, url: str, folder: Path) -> str:
        """The URL of a copy."""

    def dropped(self, url: str) -> None:
        """Removes a store."""

    def torn(self, url: str) -> str:
        """What the database itself finds wrong with its pages; empty if nothing."""

    def rows(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""

    def tables(self, url: str) -> Sequence[str]:
        """The names of all tables."""


class SqliteStores:
    """A file in the folder that is named."""

    name = "sqlite"

    def empty(self, service: str, folder: Path) -> str:
        """Made and migrated."""
        folder.mkdir(parents=True, exist_ok=True)
        return _migrated(service, f"sqlite:///{folder / FILE}")

    def copied(self, url: str, folder: Path) -> str:
        """The file, copied."""
        shutil.copy(_path(url), folder / FILE)
        return f"sqlite:///{folder / FILE}"

    def dropped(self, url: str) -> None:
        """The folder goes with all that is in it."""

    def torn(self, url: str) -> str:
        """SQLite's own check of the whole file."""
        found = "; ".join(str(row[0]) for row in self.rows(url, "PRAGMA integrity_check"))
        return "" if found == "ok" else found

    def rows(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """Read with the standard library."""
        with closing(sqlite3.connect(_path(url))) as connection:
            return connection.execute(query).fetchall()

    def tables(self, url: str) -> list[str]:
        """From the file's schema."""
        return [
            name
            for (name,) in self.rows(
                url, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]


class PostgresStores:
    """Databases on a server, at an address that may create them; a copy is a database made from
    another as its template.
    """

    name = "postgres"

    def __init__(self, server: str) -> None:
        self._server = server
        self._made = 0

    def empty(self, service: str, folder: Path) -> str:
        """Made and migrated."""
        folder.mkdir(parents=True, exist_ok=True)
        return _migrated(service, self._create(""))

    def copied(self, url: str, folder: Path) -> str:
        """Nobody may be connected to the original."""
        del folder
        return self._create(_database(url))

    def _create(self, template: str) -> str:
        self._made += 1
        name = f"sweep_{os.getpid()}_{self._made}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template1")
        return urlunsplit(urlsplit(self._server)._replace(path=f"/{name}"))

    def dropped(self, url: str) -> None:
        """Whoever is connected still is cut off."""
        self._execute("DROP DATABASE {} WITH (FORCE)", _database(url))

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def torn(self, url: str) -> str:
        """The server was not killed: its pages are its own affair."""
        del url
        return ""

    def rows(self, url: str, query: str) -> list[tuple[Any, ...]]:
        """Over a connection of its own."""
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode()).fetchall()

    def tables(self, url: str) -> list[str]:
        """From the catalogue."""
        return [
            name
            for (name,) in self.rows(
                url,
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
            )
        ]


def _migrated(service: str, url: str) -> str:
    engine = reading_engine(url)
    upgrade(service, engine)
    engine.dispose()
    return url


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


def _database(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
