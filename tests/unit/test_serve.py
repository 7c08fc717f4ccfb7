"""A service that cannot start says so in one sentence, with what to do next."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from benchmarks.testbed.keys import written
from shared.lanes.store.connect import reading_engine, usable
from shared.lanes.store.migrate import upgrade
from shared.settings import Settings
from shared.web.server import serve


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No logging is set up for the tests after these."""
    monkeypatch.setattr(serve, "configure", lambda *_: None)
    monkeypatch.setenv("PRIORAUTH_STATE", str(tmp_path))
    written(tmp_path / "keys")


def refused(build: Callable[[Settings], FastAPI] = lambda _: FastAPI()) -> str:
    with pytest.raises(SystemExit) as end:
        serve.serve("intake", build)
    said = str(end.value.code)
    assert said.startswith("intake cannot start: ")
    assert "\n" not in said
    return said


def migrated(settings: Settings) -> FastAPI:
    """What each service's `build` begins with."""
    engine = reading_engine(settings.database_url)
    try:
        upgrade("intake", engine)
    finally:
        engine.dispose()
    return FastAPI()


def test_a_port_in_use(monkeypatch: pytest.MonkeyPatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PRIORAUTH_HTTP_PORT", str(port))

        said = refused()

    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use. Stop what" in said


@pytest.mark.parametrize("host", ["a..b", "192.0.2.1", "no host"])
def test_a_host_that_is_not_this_machine(host: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_HTTP_HOST", host)

    assert "or set PRIORAUTH_HTTP_HOST" in refused()


def test_a_state_folder_that_nothing_can_be_written_to(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_STATE", "/proc/priorauth")

    assert refused().endswith("name another place (PRIORAUTH_STATE for a state folder).")
    assert refused(migrated).endswith("name another place (PRIORAUTH_STATE for a state folder).")


def test_a_store_that_is_no_database(tmp_path: Path):
    (tmp_path / "intake.sqlite").write_bytes(b"no database" * 100)

    said = refused(migrated)

    assert "file is not a database. Check its address, user and certificate" in said


def test_a_store_that_is_a_folder(tmp_path: Path):
    (tmp_path / "intake.sqlite").mkdir()

    assert "unable to open database file. Check its address" in refused(migrated)


def test_a_database_that_does_not_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_DATABASE_URL", "postgresql://intake:secret@127.0.0.1:1/intake")

    said = refused(migrated)

    assert "Connection refused. Check its address" in said
    assert "secret" not in said


def test_a_store_that_a_newer_version_wrote():
    with usable():
        engine = reading_engine(serve.load("intake").database_url)
        upgrade("intake", engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        engine.dispose()

    assert "Run the version that wrote the store" in refused(migrated)


def test_a_setting_that_cannot_be_meant(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRIORAUTH_RENDER", "maybe")

    assert "PRIORAUTH_RENDER is neither 1 nor 0. Set PRIORAUTH_RENDER=1" in refused()
