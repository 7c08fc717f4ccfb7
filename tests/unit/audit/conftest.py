"""A clean log, and a copy of it to do harm to."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from sqlmodel import create_engine

from tests.databases import on_each
from tests.unit.audit import given
from tests.unit.audit.tampering import BATCHES, WIDTH


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_each(metafunc, "engine")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return given.log(tmp_path_factory.mktemp("clean"), BATCHES, WIDTH)


@pytest.fixture
def log(clean: Path, tmp_path: Path) -> Path:
    return given.copy(clean, tmp_path / "log")


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sqlalchemy.Engine]:
    """An empty log in each database; in PostgreSQL, in a schema of its own."""
    if request.param == "sqlite":
        made = given.create(tmp_path)
        yield made
        made.dispose()
        return
    url = os.environ["PRIORAUTH_TEST_POSTGRES"]
    schema = f"audit_test_{os.getpid()}"
    made = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        connect_args={"options": f"-csearch_path={schema}"},
    )
    with made.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    try:
        yield given.filled(made)
    finally:
        with made.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
        made.dispose()
