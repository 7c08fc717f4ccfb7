"""Every change to an entry is found, and located."""

import random
import sqlite3
from pathlib import Path

import pytest

from services.audit import verify
from services.audit.log import merkle
from services.audit.log.entry import content
from tests.unit.audit import given
from tests.unit.audit.tampering import COLUMNS, ENTRIES, blamed, checked, keys, quoted, tampered

OTHER_KINDS = ("'text'", "1.5", "-1", "x''", "x'ff'", "CAST(x'ff' AS TEXT)")
NULLABLE = frozenset({"event_id", "case_id", "value"})


def test_a_thousand_flips_are_each_found_where_they_are(clean: Path, tmp_path: Path):
    path = given.copy(clean, tmp_path / "log")
    store, choice = given.opened(path), random.Random(6962)  # noqa: S311
    trusted_keys = keys(path)
    for _ in range(1000):
        p, n, column = choice.choice((0, 3, 23)), choice.randrange(ENTRIES), choice.choice(COLUMNS)
        (before,) = store.execute(
            f'SELECT "{column}" FROM entry WHERE p = ? AND n = ?', (p, n)
        ).fetchone()
        store.execute(
            f'UPDATE entry SET "{column}" = ? WHERE p = ? AND n = ?',
            (flipped(before, choice), p, n),
        )
        report = verify.verify_file(path, trusted_keys)
        assert blamed(report)[1:] == (p, n, n) or (
            column in ("topic", "offset") and report.problems[0].p == p
        ), (column, before)
        store.execute(f'UPDATE entry SET "{column}" = ? WHERE p = ? AND n = ?', (before, p, n))
    store.close()
    assert checked(path).consistent


def flipped(value: object, choice: random.Random) -> object:
    """The value with one bit changed."""
    if isinstance(value, int):
        return value ^ 1 << choice.randrange(20)
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[choice.randrange(len(raw))] ^= 1 << choice.randrange(7 if isinstance(value, str) else 8)
    return raw.decode() if isinstance(value, str) else bytes(raw)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (column, value)
        for column in COLUMNS
        for value in (*OTHER_KINDS, *(("NULL",) if column in NULLABLE else ()))
    ],
)
def test_a_value_of_another_kind_is_found(log: Path, column: str, value: str):
    report = tampered(log, f'UPDATE entry SET "{column}" = {value} WHERE p = 3 AND n = 5')
    assert blamed(report)[1:3] == (3, 5)


@pytest.mark.parametrize("n", range(ENTRIES))
def test_a_dropped_entry_is_found(log: Path, n: int):
    expected = ("missing", 3, n, n) if n == ENTRIES - 1 else ("dropped", 3, n, n)
    assert blamed(tampered(log, f"DELETE FROM entry WHERE p = 3 AND n = {n}")) == expected


def test_two_swapped_entries_are_found(log: Path):
    swap = [
        f"UPDATE entry SET n = {after} WHERE p = 3 AND n = {before}"
        for before, after in ((4, -1), (9, 4), (-1, 9))
    ]
    assert blamed(tampered(log, *swap))[1:3] == (3, 4)


def test_a_duplicate_with_a_number_of_its_own_is_found(log: Path):
    move = f"UPDATE entry SET n = n + 1 WHERE p = 3 AND n = {ENTRIES - 1}"
    copy = (
        f"INSERT INTO entry SELECT p, {ENTRIES - 1}, {quoted()} FROM entry WHERE p = 3 AND n = "
        f"{ENTRIES - 2}"
    )
    assert blamed(tampered(log, move, copy))[1:3] == (3, ENTRIES - 1)


def test_a_duplicate_with_the_same_number_is_found(log: Path):
    rebuilt = (
        "CREATE TABLE free AS SELECT * FROM entry",
        "DROP TABLE entry",
        "ALTER TABLE free RENAME TO entry",
    )
    assert blamed(
        tampered(log, *rebuilt, "INSERT INTO entry SELECT * FROM entry WHERE p = 3 AND n = 4")
    ) == ("repeated", 3, 4, 4)


def test_an_entry_added_behind_the_log_is_found(log: Path):
    copy = (
        f"INSERT INTO entry SELECT p, {ENTRIES}, "
        f"{quoted().replace(chr(34) + 'offset' + chr(34), '99')} FROM entry WHERE p = 3 AND n = 1"
    )
    tampered(log, copy)
    store = given.opened(log)
    store.row_factory = sqlite3.Row
    row = dict(store.execute("SELECT * FROM entry WHERE p = 3 AND n = ?", [ENTRIES]).fetchone())
    store.execute(
        "UPDATE entry SET leaf = ? WHERE p = 3 AND n = ?", [merkle.leaf_hash(content(row)), ENTRIES]
    )
    store.close()
    assert blamed(checked(log)) == ("unrecorded", 3, ENTRIES, ENTRIES)


def test_a_whole_lane_that_nobody_recorded_is_found(log: Path):
    assert not tampered(log, "UPDATE entry SET p = 7 WHERE p = 3").consistent


def test_a_lane_that_is_gone_is_found(log: Path):
    assert blamed(tampered(log, "DELETE FROM entry WHERE p = 3")) == ("missing", 3, 0, ENTRIES - 1)


def test_a_truncated_log_is_found(log: Path):
    assert blamed(tampered(log, "DELETE FROM entry WHERE n >= 15")) == (
        "missing",
        0,
        15,
        ENTRIES - 1,
    )


def test_random_damage_to_the_file_is_found_wherever_it_reaches_the_log(
    clean: Path, tmp_path: Path
):
    path = given.copy(clean, tmp_path / "log")
    whole, choice, reached = path.read_bytes(), random.Random(2063), 0  # noqa: S311
    expected = content_of(path)
    for _ in range(500):
        damaged = bytearray(whole)
        damaged[choice.randrange(len(whole))] ^= 1 << choice.randrange(8)
        path.write_bytes(damaged)
        if content_of(path) != expected:
            reached += 1
            assert not checked(path).consistent
    assert reached > 80


def content_of(path: Path) -> object:
    """All that the log's tables hold, or the error in the way."""
    store = sqlite3.connect(path)
    store.text_factory = bytes
    try:
        return [
            store.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("entry", "checkpoint", "subtree", "lane_state")
        ]
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return str(error)
    finally:
        store.close()
