"""A service that would share what it has with others does not start, and says how to go on."""

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.access.key_files import PUBLISHED
from shared.access.key_folder import USES, make_keys
from shared.errors import Impossible
from shared.settings import Settings, load
from shared.web.server.private import private


@pytest.fixture(autouse=True)
def mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def settings_in(folder: Path, *, embedded: bool = False) -> Settings:
    return replace(
        load("intake"), state=folder / "state", key_folder=folder / "keys", embedded=embedded
    )


def test_an_embedded_stack_needs_no_key_from_anybody_and_all_its_services_share_theirs(
    tmp_path: Path,
):
    given = settings_in(tmp_path, embedded=True)

    started = {service: private(given, service).keys for service in USES}

    assert started["intake"].routing
    assert set(started["criteria"].pairs.checks["pa.intake.v1"]) <= set(
        started["intake"].pairs.seals
    )
    assert (tmp_path / "keys" / "intake").stat().st_mode & 0o777 == 0o700
    assert given.state.stat().st_mode & 0o777 == 0o700


def test_what_a_service_writes_from_then_on_is_its_owners(tmp_path: Path):
    private(settings_in(tmp_path, embedded=True), "intake")

    (tmp_path / "written").touch()

    assert (tmp_path / "written").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("service", USES)
def test_outside_an_embedded_stack_no_key_is_made(tmp_path: Path, service: str):
    with pytest.raises(Impossible, match=r"priorauth keys make \S+$"):
        private(settings_in(tmp_path), service)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        base64.b64encode(b"short"),
        base64.b64encode(b"k" * 40),
        base64.b64encode(b"abcdefgh" * 4),
        base64.b64encode(PUBLISHED),
        PUBLISHED,
    ],
)
def test_a_key_that_anybody_could_guess_is_refused(tmp_path: Path, content: bytes):
    make_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "intake" / "routing.key"
    path.write_bytes(content)

    with pytest.raises(Impossible, match=rf"openssl rand -base64 32 > {path}$"):
        private(settings_in(tmp_path), "intake")


def test_a_key_that_others_can_read_is_refused(tmp_path: Path):
    make_keys(tmp_path / "keys")
    path = tmp_path / "keys" / "intake" / "routing.key"
    path.chmod(0o644)

    with pytest.raises(Impossible, match=rf"chmod 600 {path}$"):
        private(settings_in(tmp_path), "intake")


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_state_folder_that_others_can_look_into_is_refused(tmp_path: Path, mode: int):
    make_keys(tmp_path / "keys")
    given = settings_in(tmp_path)
    given.state.mkdir()
    given.state.chmod(mode)

    with pytest.raises(Impossible, match=rf"chmod 700 {given.state}$"):
        private(given, "intake")


def test_a_store_that_others_can_read_is_refused(tmp_path: Path):
    make_keys(tmp_path / "keys")
    given = settings_in(tmp_path)
    given.state.mkdir(0o700)
    (given.state / "intake.sqlite").touch()

    with pytest.raises(Impossible, match=rf"chmod 600 {given.state}/\*\.sqlite\*$"):
        private(given, "intake")
