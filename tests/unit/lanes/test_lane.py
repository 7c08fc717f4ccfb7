"""A lane's count of what the broker has."""

from __future__ import annotations

from itertools import permutations

from shared.lanes.state.lane import Lane


def test_acknowledgements_in_any_order_end_at_the_same_count() -> None:
    for order in permutations(range(1, 6)):
        lane = Lane(0, 1, next_seq=6)
        for seq in order:
            lane.delivered(seq)
        assert (lane.acked, lane.backlog, lane.early) == (5, 0, set())


def test_a_gap_holds_the_count_back() -> None:
    lane = Lane(0, 1, next_seq=6)
    for seq in (1, 2, 4, 5):
        lane.delivered(seq)
    assert (lane.acked, lane.backlog) == (2, 3)


def test_a_copy_does_not_change_the_original() -> None:
    lane = Lane(0, 1, positions={"t": 1})
    copy = lane.copy()
    copy.positions["t"] = 9
    copy.next_seq += 1
    assert (lane.positions, lane.next_seq) == ({"t": 1}, 1)
