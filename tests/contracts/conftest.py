"""Every contract test runs on SQLite and on PostgreSQL, unless it is about one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.stores import POSTGRES, PostgresServer, SqliteServer
from tests.contracts.world import World
from tests.databases import on_each


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_each(metafunc, "server", scope="module")


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteServer | PostgresServer]:
    made: SqliteServer | PostgresServer
    if request.param == "sqlite":
        made = SqliteServer(tmp_path_factory.mktemp("stores"))
    else:
        made = PostgresServer(POSTGRES, request.module.__name__.rsplit("_", 1)[-1])
    yield made
    made.close()


@pytest.fixture
def world(server: SqliteServer | PostgresServer) -> Iterator[World]:
    stores = server.stores()
    yield World(stores)
    stores.close()
