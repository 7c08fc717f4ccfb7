"""Entries: whatever a record holds, it is logged as it is, and the leaf depends on all of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit import verify
from services.audit.handlers import fold
from services.audit.log import entry, merkle
from services.audit.log.append import append
from shared.instants import instant
from shared.lanes.outcome import LaneBatch
from shared.lanes.state.record import Record
from tests.unit.audit.given import CASE, NOW, record

SECRET = b"a secret"
HEADERS = st.lists(
    st.tuples(st.text(max_size=8), st.none() | st.binary(max_size=40)), max_size=4
).map(tuple)
RECORDS = st.builds(
    Record,
    topic=st.sampled_from(["pa.intake.v1", "pa.letters.v1"]),
    partition=st.just(3),
    offset=st.integers(0, 2**40),
    timestamp=st.integers(-1, 2**41),
    key=st.none() | st.binary(max_size=40),
    headers=HEADERS,
    value=st.none() | st.binary(max_size=60),
)


CLOCK = "ce_caseclock", b"criteria=1"


def only(one: Record) -> dict[str, object]:
    return append(None, LaneBatch(3, [one], instant(1)), SECRET).rows[0].values


def test_an_entry_says_where_it_came_from_and_what_its_headers_say():
    row = only(record(5))
    assert (row["p"], row["n"], row["topic"], row["offset"], row["time"]) == (
        3,
        0,
        "pa.criteria.v1",
        5,
        "2026-01-05T09:00:00.000000Z",
    )
    assert (row["type"], row["case_id"]) == ("pa.criteria.case-determined.v1", CASE.bytes)


@given(RECORDS)
def test_any_record_is_logged_and_its_key_and_headers_come_back(one: Record):
    row = only(one)
    assert entry.unpack(row["headers"]) == (one.key, one.headers)
    assert row["leaf"] == merkle.leaf_hash(entry.content(row))


@given(st.lists(RECORDS, max_size=5))
def test_the_verifier_computes_the_same_leaves(records: list[Record]):
    ordered = [one._replace(offset=i) for i, one in enumerate(records)]
    appended = append(None, LaneBatch(3, ordered, instant(1)), SECRET)
    tree = merkle.unpack(appended.state)
    heads = [(3, tree.size, merkle.root(tree))] if ordered else []
    report = verify.verify(
        [tuple(row.values.values()) for row in appended.rows], [], [], verify.Kept(heads, {})
    )
    assert report.consistent, report.problems


@given(RECORDS, RECORDS)
def test_two_records_that_differ_have_different_leaves(one: Record, other: Record):
    assert (only(one)["leaf"] == only(other)["leaf"]) is (one == other)


@given(st.lists(RECORDS, max_size=8), st.integers(0, 8))
def test_batches_do_not_show_in_the_log(records: list[Record], cut: int):
    whole = append(None, LaneBatch(3, records, instant(1)), SECRET)
    first = append(None, LaneBatch(3, records[:cut], instant(1)), SECRET)
    second = append(first.state, LaneBatch(3, records[cut:], instant(1)), SECRET)
    assert (second.state, first.rows + second.rows) == (whole.state, whole.rows)


def test_a_malformed_record_is_logged_as_it_is():
    row = only(
        record(
            headers=(
                ("ce_type", b"\xff\xfe"),
                ("ce_id", None),
                ("ce_subject", b"z" * 36),
                ("ce_time", b"a\nb"),
                ("", b""),
            ),
            key=None,
            value=None,
        )
    )
    assert (row["type"], row["time"], row["event_id"], row["case_id"], row["value"]) == (
        "",
        "",
        None,
        None,
        None,
    )


def test_the_last_of_two_headers_with_one_name_counts():
    assert only(record(headers=(CLOCK, ("ce_type", b"a"), ("ce_type", b"b"))))["type"] == "b"


def test_equal_values_do_not_show_as_equal():
    first, second = (
        row.values
        for row in append(None, LaneBatch(3, [record(), record()], instant(1)), SECRET).rows
    )
    assert first["value"] == second["value"]
    assert first["salt"] != second["salt"]


def test_a_leaf_reveals_nothing_of_the_value():
    content = entry.content(only(record(value=b"metastatic")))
    assert b"metastatic" not in content
    assert entry.sha256(b"metastatic").hexdigest().encode() not in content


def test_full_subtrees_are_kept_for_proofs():
    appended = append(None, LaneBatch(3, [record(n) for n in range(600)], instant(1)), SECRET)
    assert [
        (row.values["level"], row.values["i"]) for row in appended.rows if row.table == "subtree"
    ] == [(8, 0), (8, 1)]


def test_long_or_many_header_names_do_not_fill_the_memory():
    for n in range(entry.MANY + 10):
        only(record(headers=((f"name-{n}", b""), ("x" * 2000, b""))))
        only(record(headers=((f"name-{n}", b""),)))
    assert len(entry._SHAPES) <= entry.MANY
    assert all(len(shape) < entry.SHORT for shape, _ in entry._SHAPES.values())


def test_the_fold_takes_its_instant_from_the_batch():
    assert (
        fold(SECRET, None, LaneBatch(3, [record()], NOW)).rows[0].values["at"]
        == 1_767_603_600_000_000
    )


@pytest.mark.parametrize(
    ("deviating", "unsealed"),
    [
        ({"topic": "pa.submissions.v1"}, False),
        ({"topic": "pa.reviews.v1"}, False),
        ({"topic": "pa.intake.v1", "headers": record().headers}, False),
        ({}, True),
    ],
)
def test_what_is_not_its_topics_producers_stands_in_no_timeline(
    deviating: dict[str, Any], *, unsealed: bool
):
    one = record(**deviating)
    batch = LaneBatch(3, [one], instant(1), {one.place} if unsealed else ())

    (row,) = (row.values for row in append(None, batch, SECRET).rows)

    assert (row["type"], row["time"], row["event_id"], row["case_id"]) == ("", "", None, None)
    assert entry.unpack(row["headers"]) == (one.key, one.headers)
    assert only(record())["case_id"] is not None
