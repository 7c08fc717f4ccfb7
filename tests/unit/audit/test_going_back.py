"""A log whose store went back is not signed any further, and no two logs have one name."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.audit.handlers import checkpoint_now
from services.audit.keys import LAST, last_signed, signing_key
from shared.errors import Impossible, Unavailable
from tests.unit.audit import given


def test_an_older_copy_that_was_put_back_is_not_signed_any_further(tmp_path: Path):
    path = given.log(tmp_path / "log", 2)
    older = path.read_bytes()
    engine, settings = given.reopened(path), given.settings(path.parent)
    given.take(engine, settings, 3, [given.record(99)])
    sealed = checkpoint_now(engine, settings, given.NOW)
    engine.dispose()
    assert sealed is not None
    assert last_signed(settings) == sealed.note

    path.write_bytes(older)
    engine = given.reopened(path)
    given.take(engine, settings, 3, [given.record(98)])
    with pytest.raises(Impossible, match="signed last") as refused:
        checkpoint_now(engine, settings, given.NOW)
    engine.dispose()
    assert refused.value.code == "log_went_back"


def test_a_store_that_was_emptied_is_not_signed_as_if_it_were_new(tmp_path: Path):
    settings = given.settings(given.log(tmp_path / "log").parent)
    (settings.state / "audit.sqlite").unlink()
    engine = given.create(settings.state)
    given.take(engine, settings, 3, [given.record(0)])
    with pytest.raises(Impossible, match="signed last"):
        checkpoint_now(engine, settings, given.NOW)
    engine.dispose()


def test_the_last_checkpoint_that_cannot_be_kept_is_said(tmp_path: Path):
    engine, settings = given.create(tmp_path), given.settings(tmp_path)
    (tmp_path / LAST).mkdir()
    given.take(engine, settings, 3, [given.record(0)])
    with pytest.raises(Unavailable, match="last signed checkpoint"):
        checkpoint_now(engine, settings, given.NOW)
    engine.dispose()


def test_each_new_log_has_a_name_of_its_own(tmp_path: Path):
    names = set()
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        names.add(signing_key(given.settings(tmp_path / folder), begun=bool).name)
    assert len(names) == 2
    assert all(name.startswith("priorauth/") for name in names)


def test_a_store_that_does_not_answer_is_asked_again_and_no_log_that_went_back(tmp_path: Path):
    path = given.log(tmp_path / "log")
    engine, settings = given.reopened(path), given.settings(path.parent)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE checkpoint RENAME TO away")
    with pytest.raises(Unavailable, match="does not answer"):
        checkpoint_now(engine, settings, given.NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO checkpoint")
    given.take(engine, settings, 3, [given.record(99)])
    assert checkpoint_now(engine, settings, given.NOW) is not None
    engine.dispose()
