"""What somebody who can write every row can do to a log: no two different rows make one leaf, and
what only a checkpoint held elsewhere can show is never called verified without one.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from services.audit import verify
from services.audit.log import note
from services.audit.log.entry import content
from tests.unit.audit import given
from tests.unit.audit.tampering import checked, rehashed, resign, tampered

NAMES = (
    *("p", "n", "topic", "offset", "timestamp", "at", "type", "event_id", "case_id", "time"),
    *("headers", "salt", "value", "leaf"),
)
NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, 12, 121])
TEXTS = st.text(alphabet="1:\n-a", max_size=6)
BYTES = st.binary(max_size=3) | st.sampled_from([b"-", b"1\n", b"\n2"])
IDS = st.none() | st.binary(min_size=16, max_size=16)
ROWS = st.tuples(
    *[NUMBERS, NUMBERS, TEXTS, NUMBERS, NUMBERS, NUMBERS, TEXTS, IDS, IDS, TEXTS],
    *[BYTES, st.binary(min_size=16, max_size=16), st.none() | BYTES, st.just(b"")],
)
OF_ONE = st.sampled_from(range(len(NAMES) - 1))


@drawn(ROWS, ROWS, st.lists(OF_ONE, max_size=3))
def test_no_two_different_rows_share_a_leaf(
    one: tuple[Any, ...], other: tuple[Any, ...], taken: list[int]
):
    near = tuple(other[at] if at in taken else value for at, value in enumerate(one))
    alike = content(dict(zip(NAMES, one, strict=True))) == content(
        dict(zip(NAMES, near, strict=True))
    )
    assert alike is (one == near)
    assert verify._leaf(one) == sha256(b"\0" + content(dict(zip(NAMES, one, strict=True)))).digest()


@drawn(ROWS, st.sampled_from(range(len(NAMES))))
def test_a_row_in_another_form_has_no_leaf(row: tuple[Any, ...], at: int):
    value = row[at]
    for other in (str(value), float(at), True, memoryview(b""), b"", None):
        if other == value or type(other) is type(value):
            continue
        if other is None and NAMES[at] in {"event_id", "case_id", "value"}:
            continue
        if other == b"" and NAMES[at] == "value":
            continue
        with pytest.raises((ValueError, TypeError)):
            verify._leaf((*row[:at], other, *row[at + 1 :]))


@pytest.mark.parametrize(
    "change",
    [
        # Bytes of the value moved into the salt: it hashed both without their lengths.
        "UPDATE entry SET salt = salt || substr(value, 1, 4), value = substr(value, 5)",
        "UPDATE entry SET salt = salt || value, value = x''",
        # A line of one column moved to the next.
        "UPDATE entry SET topic = topic || char(10) || offset",
        "UPDATE entry SET type = '', time = type || char(10) || time",
        "UPDATE entry SET event_id = x''",
        "UPDATE entry SET case_id = event_id || case_id, event_id = NULL",
        "UPDATE entry SET headers = time || headers, time = ''",
        "UPDATE entry SET salt = x'00112233445566778899aabbccddeeff', value = NULL",
    ],
)
def test_nothing_can_be_moved_between_the_columns_of_an_entry(log: Path, change: str):
    report = tampered(log, f"{change} WHERE p = 3")
    assert len([one for one in report.problems if one.p == 3]) == 21


def held(path: Path, n: int) -> str:
    with closing(sqlite3.connect(path)) as store:
        (found,) = store.execute("SELECT note FROM checkpoint WHERE n = ?", [n]).fetchone()
    return str(found)


def forged(log: Path) -> None:
    """Every determination emptied, every hash made to fit, every checkpoint signed anew with the
    log's own key.
    """
    tampered(log, "UPDATE entry SET value = x''")
    for p in (0, 3, 23):
        rehashed(log, p)
    resign(log, note.signer((log.parent / "audit.key").read_text()))


def emptied(log: Path) -> None:
    tampered(log, "DELETE FROM entry", "DELETE FROM checkpoint", "DELETE FROM lane_state")


def unsigned(log: Path) -> None:
    """Every checkpoint removed, and every entry forged."""
    tampered(log, "UPDATE entry SET value = x''", "DELETE FROM checkpoint")
    for p in (0, 3, 23):
        rehashed(log, p)


@pytest.mark.parametrize("attack", [forged, emptied, unsigned])
def test_a_log_made_anew_by_who_has_its_key_is_consistent_with_itself_and_never_verified(
    log: Path, clean: Path, attack: Any
):
    attack(log)
    alone = checked(log)
    assert (alone.consistent, alone.verified) == (True, False)
    assert not checked(log, (held(clean, 0),)).consistent


def test_what_no_checkpoint_covers_is_counted(log: Path):
    unsigned(log)
    report = checked(log)
    assert (report.sealed, report.unsealed) == (0, 63)
    assert "63 entries are under no checkpoint yet" in "\n".join(verify.lines_of(report))


def test_offsets_that_the_log_has_nothing_of_are_named(tmp_path: Path):
    engine, settings = given.create(tmp_path), given.settings(tmp_path)
    given.take(engine, settings, 3, [given.record(n) for n in (4, 5, 9)])
    engine.dispose()
    report = checked(tmp_path / "audit.sqlite")
    assert report.gaps == (
        verify.Gap(3, "pa.criteria.v1", 0, 3),
        verify.Gap(3, "pa.criteria.v1", 6, 8),
    )
    assert report.consistent
    assert "offsets 6 to 8" in "\n".join(verify.lines_of(report))
