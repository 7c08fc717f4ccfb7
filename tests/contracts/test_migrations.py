"""A service's migrations make what its models say, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from shared.errors import Unavailable
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.migrate import config, prepare, revision, upgrade
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


def test_a_store_can_be_emptied_of_its_schema(migrated: Connection, service: str) -> None:
    command.downgrade(config(service, migrated), "base")

    assert inspect(migrated).get_table_names() == ["alembic_version"]


def test_a_store_of_0_1_0_is_refused_with_what_to_do_and_left_as_it_is(
    server: SqliteServer | PostgresServer, service: str
) -> None:
    engine = reading_engine(server.empty())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))

    with pytest.raises(Unavailable) as refused:
        upgrade(service, engine)

    assert str(refused.value).startswith(
        "This store was written by 0.1.0, which 0.2.0 does not read."
    )
    assert "empty PRIORAUTH_DATABASE_URL" in (refused.value.remedy or "")
    assert revision(engine) == "0001"
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()


CLINICIAN = {
    f"reviewer_{name}": "x" for name in ("id", "name", "licence", "licence_state", "specialty")
}
LINE: dict[str, object] = {
    "case_id": UUID(int=1).hex,
    "sequence": 1,
    "content_digest": "1:0",
    "determination": "A3",
    "basis": "clinician",
    "reason": "r",
    "decided_at": 0,
    **CLINICIAN,
}
LETTER: dict[str, object] = {
    "letter_id": UUID(int=1).hex,
    "case_id": UUID(int=1).hex,
    "notice_id": UUID(int=1).hex,
    "kind": "refusal",
    "determination": "A3",
    "basis": "clinician",
    "reviewers": "md-1 (OH 1)",
    "audience": "member",
    "language": "en",
    "issued_at": 0,
    "content_sha256": "0",
    "content": b"",
}
UNFOUNDED: list[tuple[str, dict[str, object]]] = [
    *(("criteria", {name: value}) for name in CLINICIAN for value in ("", "  ", None)),
    *(("criteria", {"basis": basis}) for basis in ("engine", "sender", "other", "")),
    *(("letters", {"reviewers": value}) for value in ("", "  ", None)),
    *(("letters", {"basis": basis}) for basis in ("engine", "other", None)),
    ("letters", {"kind": "partial", "reviewers": None}),
    ("letters", {"determination": "A4", "reviewers": None}),
]
ROWS = {"criteria": ("line_determination", LINE), "letters": ("letter", LETTER)}


@pytest.mark.parametrize(("named", "changed"), UNFOUNDED, ids=str)
def test_the_database_takes_no_refusal_without_a_whole_clinician(
    server: SqliteServer | PostgresServer, named: str, changed: dict[str, object]
) -> None:
    engine = reading_engine(server.empty())
    upgrade(named, engine)
    table, row = ROWS[named]
    # Names of our own.
    sql = text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{n}' for n in row)})")

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(sql, row | changed)
    with engine.begin() as connection:
        connection.execute(sql, row)

    engine.dispose()


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


def test_a_service_brings_a_file_up_itself_and_a_server_is_left_to_its_owner(
    server: SqliteServer | PostgresServer, service: str
) -> None:
    engine = reading_engine(server.empty())

    if isinstance(server, SqliteServer):
        prepare(service, engine)
    else:
        with pytest.raises(Unavailable, match=f"{service} is empty.*priorauth migrate {service}"):
            prepare(service, engine)
        assert revision(engine) is None
        upgrade(service, engine)
        prepare(service, engine)

    assert revision(engine) == "0002"
    engine.dispose()
