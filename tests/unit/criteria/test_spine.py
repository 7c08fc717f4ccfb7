"""Levels, segments and margins."""

from __future__ import annotations

import pytest

from shared.body import spine


def test_there_are_twenty_nine_levels_from_c1_to_s5():
    assert (len(spine.LEVELS), spine.LEVELS[0], spine.LEVELS[-1]) == (29, "C1", "S5")


@pytest.mark.parametrize(
    "text", ["L6", "T13", "C8", "S6", "", "T4-", "T8-4", "T4-T6-T8", None, "L5-S6"]
)
def test_what_is_no_standard_segment_is_not_read_as_one(text: str | None):
    assert spine.segment(text) is None


@pytest.mark.parametrize(
    ("text", "level", "above", "below", "sacrum"),
    [
        ("T4-T8", "T6", 2, 2, False),
        ("L4-S1", "L5", 1, 1, True),
        ("T12-L2", "L1", 1, 1, False),
        ("T6", "T6", 0, 0, False),
    ],
)
def test_margins_count_levels_above_and_below(
    text: str,
    level: str,
    above: int,
    below: int,
    sacrum: bool,
):
    segment = spine.segment(text)
    at = spine.level(level)
    assert segment is not None
    assert at is not None
    assert (segment.above(at), segment.below(at), segment.reaches_sacrum, segment.holds(at)) == (
        above,
        below,
        sacrum,
        True,
    )
