"""Which records follow what a lane has taken."""

from __future__ import annotations

from shared.lanes.engine.admission import Admission, OffsetTracker
from shared.lanes.state.record import Record

PLACE = ("topic", 3)
TAKE, DROP, REWIND = Admission.TAKE, Admission.DROP, Admission.REWIND


def at(*offsets: int) -> list[Record]:
    return [Record(*PLACE, offset, 0, None, (), b"") for offset in offsets]


def judged(sequence: OffsetTracker, *offsets: int) -> list[Admission]:
    return [sequence.judge(record) for record in at(*offsets)]


def begun(offset: int = 5) -> OffsetTracker:
    sequence = OffsetTracker()
    sequence.begin(PLACE, offset)
    return sequence


def test_records_in_order_are_taken() -> None:
    assert judged(begun(), 5, 6, 7) == [TAKE] * 3


def test_records_that_were_taken_are_dropped() -> None:
    assert judged(begun(), 4, 5, 5, 4, 6) == [DROP, TAKE, DROP, DROP, TAKE]


def test_records_of_a_place_that_is_not_read_are_dropped() -> None:
    assert judged(OffsetTracker(), 0) == [DROP]


def test_a_gap_is_read_again_once_and_then_believed() -> None:
    sequence = begun()
    assert judged(sequence, 8, 9, 10) == [REWIND, DROP, DROP]
    assert sequence.expected(PLACE) == 5
    assert judged(sequence, 8, 9, 10) == [TAKE] * 3


def test_what_was_missing_is_taken_when_it_comes() -> None:
    assert judged(begun(), 8, 9, 5, 6, 7, 8, 9) == [REWIND, DROP, TAKE, TAKE, TAKE, TAKE, TAKE]


def test_a_second_gap_is_read_again_too() -> None:
    sequence = begun()
    judged(sequence, 8, 8)
    assert judged(sequence, 12, 13, 12, 13) == [REWIND, DROP, TAKE, TAKE]


def test_a_new_beginning_forgets_gaps() -> None:
    sequence = begun()
    judged(sequence, 8)
    sequence.begin(PLACE, 5)
    assert judged(sequence, 8) == [REWIND]


def test_what_comes_from_inside_a_gap_is_not_its_end() -> None:
    assert judged(begun(), 8, 7, 5, 6, 7, 8) == [REWIND, REWIND, TAKE, TAKE, TAKE, TAKE]
