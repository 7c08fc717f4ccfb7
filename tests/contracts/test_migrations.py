"""A service's migrations make what its models say, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic import command
from sqlalchemy import Connection, inspect

from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import config, revision, upgrade
from tests.contracts.stores import PostgresServer, SqliteServer
from tests.patience import PATIENCE


@pytest.fixture(params=["intake", "criteria", "letters", "audit"])
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def migrated(server: SqliteServer | PostgresServer, service: str) -> Iterator[Connection]:
    """A connection to a store that the service's migrations made."""
    engine = reading_engine(server.empty())
    upgrade(service, engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_models_and_migrations_agree(migrated: Connection, service: str) -> None:
    command.check(config(service, migrated))


def test_a_store_can_be_emptied_of_its_first_schema(migrated: Connection, service: str) -> None:
    command.downgrade(config(service, migrated), "base")

    assert inspect(migrated).get_table_names() == ["alembic_version"]


def test_replicas_that_start_at_once_migrate_one_after_another(
    server: SqliteServer | PostgresServer, service: str
) -> None:
    url, together = server.empty(), Barrier(4)

    def start(_: int) -> str | None:
        engine = reading_engine(url)
        together.wait(PATIENCE)
        upgrade(service, engine)
        found = revision(engine)
        engine.dispose()
        return found

    with ThreadPoolExecutor(4) as replicas:
        assert len(set(replicas.map(start, range(4)))) == 1
