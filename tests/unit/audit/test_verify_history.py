"""Histories that were rewritten, cut back or signed anew are found."""

import sqlite3
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit import verify
from services.audit.handlers import checkpoint_now
from services.audit.log import note
from tests.unit.audit import given
from tests.unit.audit.tampering import WIDTH, blamed, checked, rehashed, resign, tampered


@pytest.mark.parametrize("n", [0, 6, 7, 20])
def test_a_change_with_every_hash_made_to_fit_is_found_between_two_checkpoints(log: Path, n: int):
    tampered(log, f"UPDATE entry SET value = x'00' WHERE p = 3 AND n = {n}")
    rehashed(log, 3)
    begin = n // WIDTH * WIDTH
    assert any(
        problem[:4] == ("rewritten", 3, begin, begin + WIDTH - 1)
        for problem in checked(log).problems
    )


def test_an_entry_left_out_with_every_hash_made_to_fit_is_found(log: Path):
    tampered(log, "DELETE FROM entry WHERE p = 3 AND n = 10")
    rehashed(log, 3)
    assert any(problem[:4] == ("rewritten", 3, 7, 13) for problem in checked(log).problems)


def test_a_log_rolled_back_with_its_checkpoints_is_found_by_a_checkpoint_held_elsewhere(
    tmp_path: Path,
):
    path = given.log(tmp_path / "log", 2)
    old = given.copy(path, tmp_path / "old")
    engine, settings = given.reopened(path), given.settings(path.parent)
    given.take(engine, settings, 3, [given.record(99)])
    sealed = checkpoint_now(engine, settings, given.NOW)
    engine.dispose()
    assert sealed is not None
    assert checked(path, (sealed.note,)).verified
    assert checked(old).consistent, "nothing inside the old copy is wrong"
    report = checked(old, (sealed.note,))
    assert {problem[:4] for problem in report.problems} == {
        ("rolled_back", None, 2, 2),
        ("missing", 3, 14, 14),
    }


def test_a_log_rewritten_and_signed_with_another_key_is_found(log: Path):
    tampered(log, "UPDATE entry SET value = x'00' WHERE p = 3 AND n = 4")
    rehashed(log, 3)
    resign(log, note.Signer("priorauth/audit", Ed25519PrivateKey.from_private_bytes(bytes(32))))
    assert blamed(checked(log)) == ("note", None, 0, 0)


def test_a_log_rewritten_and_signed_with_the_stolen_key_is_found_by_a_checkpoint_held_elsewhere(
    log: Path, clean: Path
):
    with sqlite3.connect(clean) as store:
        (held,) = store.execute("SELECT note FROM checkpoint WHERE n = 1").fetchone()
    store.close()
    tampered(log, "UPDATE entry SET value = x'00' WHERE p = 3 AND n = 4")
    rehashed(log, 3)
    resign(log, note.signer((log.parent / "audit.key").read_text()))
    assert checked(log).consistent, "the thief leaves a log that agrees with itself"
    report = checked(log, (held,))
    assert ("rewritten", 3, 0, 13) in {problem[:4] for problem in report.problems}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoint SET note = replace(note, 'lane 3 14', 'lane 3 13') WHERE n = 1",
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE n = 0) WHERE n = 1",
        "UPDATE checkpoint SET note = substr(note, 1, 40) WHERE n = 1",
        "UPDATE checkpoint SET note = x'00ff' WHERE n = 1",
        (
            "UPDATE checkpoint SET frontier = (SELECT frontier FROM checkpoint WHERE n = 0) WHERE "
            "n = "
            "1"
        ),
        "DELETE FROM checkpoint WHERE n = 1",
        "UPDATE checkpoint SET n = 7 WHERE n = 1",
    ],
)
def test_a_changed_checkpoint_is_found(log: Path, statement: str):
    assert blamed(tampered(log, statement))[1:3] == (None, 1)


def test_a_log_without_trusted_keys_is_not_verified(log: Path):
    assert blamed(verify.verify_file(log, ())) == ("note", None, 0, 0)


def test_a_held_note_that_is_not_one_of_ours_is_said(log: Path):
    assert blamed(checked(log, ("a note\n",)))[0] == "held"
