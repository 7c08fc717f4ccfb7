"""`priorauth keys retire desk` has the key retired before another one takes its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import keys
from cli.main import app
from services.criteria.decide.attestation import RETIREMENT, key_id
from shared.access.key_files import PRIVATE, signing_key
from shared.access.key_folder import key_path, make_keys
from shared.errors import Impossible
from shared.events.policies import PublishedItem

WHY = ("--by", "Security", "--reason", "It was in a backup.")


class Publications:
    """Takes what is published, or refuses it."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.items: list[PublishedItem] = []
        self.refuses = refuses

    def publish(self, items: list[PublishedItem], by: str, reason: str) -> None:
        if self.refuses:
            raise Impossible("No.", code="refused")
        assert (by, reason) == (WHY[1], WHY[3])
        self.items += items


def named(folder: Path) -> str:
    return key_id(signing_key(key_path(folder, "criteria", "desk"), make=False).public_key())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_keys(tmp_path)
    return tmp_path


def test_the_key_in_the_folder_is_retired_and_another_one_made(
    monkeypatch: pytest.MonkeyPatch, folder: Path
):
    log, before = Publications(), named(folder)
    monkeypatch.setattr(keys, "publish", log.publish)

    found = CliRunner().invoke(app, ["keys", "retire", "desk", str(folder), *WHY])

    assert found.exit_code == 0, found.output
    assert "Restart criteria" in found.stdout
    assert [(one.kind, one.id) for one in log.items] == [(RETIREMENT, before)]
    assert named(folder) != before
    assert key_path(folder, "criteria", "desk").stat().st_mode & 0o777 == PRIVATE


def test_a_key_that_could_not_be_retired_stays_in_its_place(
    monkeypatch: pytest.MonkeyPatch, folder: Path
):
    before = named(folder)
    monkeypatch.setattr(keys, "publish", Publications(refuses=True).publish)

    assert CliRunner().invoke(app, ["keys", "retire", "desk", str(folder), *WHY]).exit_code != 0
    assert named(folder) == before


def test_a_former_key_is_retired_by_its_id_and_the_present_one_stays(
    monkeypatch: pytest.MonkeyPatch, folder: Path
):
    log, before = Publications(), named(folder)
    monkeypatch.setattr(keys, "publish", log.publish)
    words = ["keys", "retire", "desk", str(folder), *WHY, "--key", "former"]

    assert CliRunner().invoke(app, words).exit_code == 0
    assert [one.id for one in log.items] == ["former"]
    assert named(folder) == before


def test_only_keys_of_the_desk_are_retired(folder: Path):
    words = ["keys", "retire", "routing", str(folder), *WHY]

    assert CliRunner().invoke(app, words).exit_code == 2
