"""A batch is bounded in records and in bytes, and nothing is left out or reordered."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from shared.lanes.engine.admission import portions
from shared.lanes.state.record import Record

SIZES = st.lists(st.one_of(st.none(), st.integers(0, 30)), max_size=40)


def records(sizes: list[int | None]) -> list[Record]:
    return [
        Record("pa.intake.v1", 0, n, 0, b"", (), None if size is None else b"x" * size)
        for n, size in enumerate(sizes)
    ]


@given(SIZES, st.integers(1, 7), st.integers(1, 40))
def test_every_record_is_in_one_portion_in_order_and_no_portion_is_too_large(
    sizes: list[int | None], most: int, max_bytes: int
):
    given_records = records(sizes)
    parts = list(portions(given_records, most, max_bytes))
    assert [record for part in parts for record in part] == given_records
    assert all(1 <= len(part) <= most for part in parts)
    assert all(
        len(part) == 1 or sum(len(record.value or b"") for record in part) <= max_bytes
        for part in parts
    )


@given(SIZES, st.integers(1, 7), st.integers(1, 40))
def test_no_portion_is_smaller_than_it_must_be(sizes: list[int | None], most: int, max_bytes: int):
    parts = list(portions(records(sizes), most, max_bytes))
    for part, following in itertools.pairwise(parts):
        joined = [*part, following[0]]
        assert len(joined) > most or sum(len(record.value or b"") for record in joined) > max_bytes
