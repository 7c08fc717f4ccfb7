"""What the history says of a batch."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.lanes.batch.history import picked, ranges, spans
from shared.lanes.state.record import Record


def at(topic: str, p: int, offset: int) -> Record:
    return Record(topic, p, offset, 0, None, (), b"")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2)), max_size=40))
def test_ranges_keep_the_order_in_which_topics_were_worked(places: list[tuple[str, int]]) -> None:
    ends: dict[tuple[str, int], int] = {}
    records = []
    for topic, p in places:
        ends[topic, p] = ends.get((topic, p), -1) + 1
        records.append(at(topic, p, ends[topic, p]))
    for p, text in ranges(records).items():
        told = [
            (topic, offset)
            for topic, first, last in spans(text)
            for offset in range(first, last + 1)
        ]
        assert told == [
            (record.topic, record.offset) for record in records if record.partition == p
        ]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 60)), unique=True, max_size=40))
def test_records_that_were_picked_out_are_noted_without_what_lies_between(
    places: list[tuple[str, int]],
) -> None:
    text = picked([at(topic, 0, offset) for topic, offset in places]).get(0, "")
    assert places == [
        (topic, offset) for topic, first, last in spans(text) for offset in range(first, last + 1)
    ]
