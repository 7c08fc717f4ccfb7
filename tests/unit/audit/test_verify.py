"""The verifier on clean logs, on damaged stores, and by itself."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from services.audit import verify
from tests.unit.audit import given
from tests.unit.audit.tampering import BATCHES, ENTRIES, WIDTH, blamed, checked, tampered


def test_a_clean_log_verifies(clean: Path):
    report = checked(clean)
    assert (report.events, report.lanes, report.checkpoints, report.sealed, report.problems) == (
        3 * ENTRIES,
        3,
        BATCHES,
        3 * ENTRIES,
        (),
    )


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (4, 3), (1, 300), (3, 170)])
def test_there_is_no_false_alarm_on_clean_logs_of_any_shape(tmp_path: Path, shape: tuple[int, int]):
    assert checked(given.log(tmp_path, *shape)).problems == ()


def test_an_empty_log_verifies(tmp_path: Path):
    given.create(tmp_path).dispose()
    assert checked(tmp_path / "audit.sqlite").consistent


def test_entries_after_the_last_checkpoint_are_verified_but_not_sealed(log: Path):
    engine = given.reopened(log)
    given.take(engine, given.settings(log.parent), 3, [given.record(99, topic="pa.letters.v1")])
    engine.dispose()
    report = checked(log)
    assert (report.consistent, report.unsealed) == (True, 1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE subtree SET hash = x'00' WHERE i = 0",
        "DELETE FROM subtree WHERE p = 3",
        "INSERT INTO subtree VALUES (3, 8, 9, x'00')",
    ],
)
def test_a_wrong_subtree_is_found(tmp_path: Path, change: str):
    path = given.log(tmp_path, 2, 160)
    assert checked(path).consistent
    assert blamed(tampered(path, change))[0] == "subtree"


@pytest.mark.parametrize(
    "change", ["UPDATE lane_state SET state = x'0102' WHERE p = 3", "DROP TABLE entry"]
)
def test_a_store_that_cannot_be_read_is_not_verified(log: Path, change: str):
    assert blamed(tampered(log, change))[0] == "storage"


def run(script: Path, path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", script, path, *more], capture_output=True, text=True, check=False
    )


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The verifier alone in a folder, where nothing of the product can be imported."""
    return Path(shutil.copy(verify.__file__, tmp_path))


def test_the_verifier_runs_by_itself(script: Path, log: Path):
    counts = f"{3 * ENTRIES} entries in 3 lanes, {3 * ENTRIES} of them under 3 checkpoints"
    alone = run(script, log)
    assert (alone.returncode, alone.stdout.splitlines()[-2]) == (
        5,
        f"consistent with itself: {counts}",
    )
    with closing(sqlite3.connect(log)) as store:
        (held,) = store.execute("SELECT note FROM checkpoint WHERE n = 1").fetchone()
    (log.parent / "held").write_text(held)
    compared = run(script, log, "--held", str(log.parent / "held"))
    assert (compared.returncode, compared.stdout.splitlines()[-1]) == (
        0,
        f"verified: {counts}, {2 * 3 * WIDTH} under one that was held elsewhere",
    )


def test_the_verifier_says_where_the_first_bad_entry_is(script: Path, log: Path):
    tampered(log, "UPDATE entry SET value = x'00' WHERE p = 3 AND n = 4")
    done = run(script, log)
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        1,
        "lane 3 entry 4: the entry is not what was written (changed)",
    )


def test_bad_input_beyond_the_limit_still_ends_in_a_report(tmp_path: Path):
    path = given.log(tmp_path, 1, 400)
    report = tampered(path, "UPDATE entry SET value = x'00'")
    assert len(report.problems) == verify.MANY


def test_the_command_takes_keys_and_held_checkpoints(log: Path, capsys: pytest.CaptureFixture[str]):
    with closing(sqlite3.connect(log)) as store:
        (held,) = store.execute("SELECT note FROM checkpoint WHERE n = 2").fetchone()
    (log.parent / "held").write_text(held)
    key = (log.parent / "audit.pub").rename(log.parent / "trusted")
    assert verify.main([str(log), "--key", str(key), "--held", str(log.parent / "held")]) == 0
    tampered(log, "DELETE FROM checkpoint WHERE n = 2")
    assert verify.main([str(log), "--key", str(key), "--held", str(log.parent / "held")]) == 1
    assert (
        "checkpoint 2: the store lacks checkpoint 2 as it is held elsewhere (rolled_back)"
        in capsys.readouterr().out
    )


def test_without_a_key_nothing_is_verified(log: Path, capsys: pytest.CaptureFixture[str]):
    (log.parent / "audit.pub").unlink()
    assert verify.main([str(log)]) == 1
    assert (
        "checkpoint 0: it is not a note that a trusted key signed (note)" in capsys.readouterr().out
    )


def test_a_key_that_is_none_is_not_trusted(log: Path):
    good = (log.parent / "audit.pub").read_text()
    assert blamed(verify.verify_file(log, [good.replace("priorauth", "somebody")]))[0] == "storage"
