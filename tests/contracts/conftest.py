"""Every contract test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.stores import POSTGRES, PostgresServer, SqliteServer
from tests.contracts.world import World


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" in metafunc.fixturenames:
        metafunc.parametrize("server", ["sqlite", "postgresql"], indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [] if POSTGRES else [item for item in items if "[postgresql" in item.nodeid and "tests/contracts" in item.nodeid]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not POSTGRES:
        terminalreporter.write_line("contracts on PostgreSQL were left out: set PRIORAUTH_TEST_POSTGRES to an administrator's URL to run them.")


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteServer | PostgresServer]:
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
