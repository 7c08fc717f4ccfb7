"""Levels and segments as people write them: one reader, the same answer for each spelling."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.body.item_names import canonical, motion_segment, place, transitional
from shared.body.sides import side, sided
from shared.body.spine import LEVELS, POSITION, Segment, level, read_segment

DASHES = (
    "-",
    " - ",
    "\u2010",
    "\u2011",
    "\u2012",
    "\u2013",
    " \u2013 ",
    "\u2014",
    "\u2212",
    "/",
    " to ",
    " TO ",
)
WORDS = ("-", " to ", " through ", " thru ", "..", "~")
FOUR_TO_EIGHT = {
    *(f"T4{dash}T8" for dash in DASHES),
    *(f"T04{dash}T08" for dash in DASHES),
    *(f"t4{dash}t8" for dash in DASHES),
    *(f"D4{dash}D8" for dash in DASHES),
    *(f"Th4{dash}Th8" for dash in DASHES),
    *(f"T4{dash}8" for dash in DASHES),
    *(f"thoracic 4{word}thoracic 8" for word in WORDS),
    *(f"Thoracic 4{word}8" for word in WORDS),
    *(f"T 4{word}T 8" for word in WORDS),
    *(f"dorsal 4{word}dorsal 8" for word in WORDS),
    "T4, T5, T6, T7, T8",
    "T4,5,6,7,8",
    "T4; T5; T6; T7; T8",
    "T4 T5 T6".replace(" ", ", ") + ", T7 and T8",
    "T4+T5+T6+T7+T8",
    "levels T4-T8",
    "T4-T8 vertebrae",
    *("D04-D08", "Th04-Th08", "th4-th8", "d4-8", "Th4-8", "T 4-8", "T4 \u2013 8", "T04-08"),
    "(T4-T8)",
    "vertebral bodies T4 through T8",
    "from T4 to T8",
    "  T4-T8  ",
    "T4-T8 segment",
    *(f"thoracic {noun}T4{word}T8" for noun in ("spine ", "levels ", "") for word in WORDS),
    "\uff344-\uff348",
}
OTHERS = {
    "L5/S1": "L5-S1",
    "L5-S1": "L5-S1",
    "L5-S1 disc": "L5-S1",
    "L5-S1 disk": "L5-S1",
    "l5/s1": "L5-S1",
    "L5-S1 interspace": "L5-S1",
    "C5/6": "C5-C6",
    "C5-6": "C5-C6",
    "C5/C6": "C5-C6",
    "C7-T1": "C7-T1",
    "C7/D1": "C7-T1",
    "T12-L1": "T12-L1",
    "D12-L1": "T12-L1",
    "Th12-L1": "T12-L1",
    "thoracic 12 to lumbar 1": "T12-L1",
    "T11-L2": "T11-L2",
    "L4": "L4",
    "lumbar 4": "L4",
    "L04": "L4",
    "l 4": "L4",
    "vertebra L4": "L4",
    "L4 level": "L4",
    "O-C5": "C1-C5",
    "Oc-C2": "C1-C2",
    "occiput-C2": "C1-C2",
    "Occiput to C4": "C1-C4",
    "C0-C2": "C1-C2",
    "L4-sacrum": "L4-S1",
    "L2-S1": "L2-S1",
    "L3-pelvis": "L3-S2",
    "T10 to pelvis": "T10-S2",
    "L2-ilium": "L2-S2",
    "L2-iliac crest": "L2-S2",
    "sacral 2": "S2",
    "S1-S3": "S1-S3",
    "cervical 3-7": "C3-C7",
    "C3-C7": "C3-C7",
    "c03-c07": "C3-C7",
    "C3,4,5": "C3-C5",
}
REVERSED = {
    "T8-T4": "T4-T8",
    "S1-L4": "L4-S1",
    "L1 to T11": "T11-L1",
    "C7/C3": "C3-C7",
    "T6, T5, T4": "T4-T6",
}
NOT_READ = (
    "",
    "L6",
    "T13",
    "T13-L1",
    "L6-S1",
    "C8",
    "S6",
    "T0",
    "X4",
    "T4-T8-T12",
    "T4-T8, L1-L2",
    "T4, T8",
    "T8-4",
    "T4 T8",
    "4-8",
    "spine",
    "T4-",
    "-T4",
    "T4--T8x",
    "T4a",
    "T4-T8" * 20,
    "T4 or T5",
    "T99",
)


def test_there_are_two_hundred_spellings():
    assert len({*FOUR_TO_EIGHT, *OTHERS, *REVERSED, *NOT_READ}) >= 200


@pytest.mark.parametrize("text", sorted(FOUR_TO_EIGHT))
def test_every_way_to_write_a_range_is_that_range(text: str):
    found = read_segment(text)
    assert found is not None
    assert (found.span.levels, found.reversed) == (("T4", "T5", "T6", "T7", "T8"), False)
    # Of an item, `T4/8` is the eighth one at T4.
    assert canonical(text) == ("T4/8" if text == "T4/8" else "T4-T8")


@pytest.mark.parametrize(("text", "read"), [*OTHERS.items(), *REVERSED.items()])
def test_other_ends_and_regions_are_read(text: str, read: str):
    found = read_segment(text)
    assert found is not None
    assert found.reversed == (text in REVERSED)
    top, _, bottom = read.partition("-")
    assert (found.span.top, found.span.bottom) == (POSITION[top], POSITION[bottom or top])


@pytest.mark.parametrize("text", NOT_READ)
def test_what_names_no_segment_or_several_is_not_guessed(text: str):
    assert read_segment(text) is None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("T06", "T6"),
        ("t6", "T6"),
        ("D6", "T6"),
        ("L05/2", "L5/2"),
        ("l5/2", "L5/2"),
        ("T6-7", "T6-T7"),
        ("L6", "L6"),
        ("left", "left"),
        ("", ""),
        ("T6/left", "T6/left"),
        *(
            (one, "L4-L5")
            for one in ("L4/L5", "L4-L5", "L4-5", "l4 / l5", "L04\u201305", "L4 to L5")
        ),
        *((one, "L5-S1") for one in ("L5/S1", "l5-s1", "L5-S1 disc", "L5 - sacrum")),
        *(
            (one, "T6/left")
            for one in ("T6 left", "left T6", "T6 L", "T6/LT", "T06 (left)", "t6, L")
        ),
        *((one, "L5-S1/right") for one in ("L5/S1 right", "right L5-S1", "L5-S1/R", "RT L5-S1")),
        *((one, "L5-S1/bilateral") for one in ("L5-S1 both sides", "bilateral L5/S1", "L5-S1 bil")),
        *((one, "T6/left") for one in ("T6 on the left side", "left-sided T6", "T6 left-sided")),
        ("L 5", "L5"),
        ("right iliac wing", "right iliac wing"),
        ("T13 left", "T13 left"),
    ],
)
def test_an_item_has_one_name(name: str, known: str):
    assert canonical(name) == known


@pytest.mark.parametrize(
    ("name", "known"),
    [
        *((one, "L4-L5") for one in ("L4", "L4/5", "L4/L5", "L4-L5", "L4-5", "l04", "L4 on L5")),
        *((one, "L5-S1") for one in ("L5", "L5/S1", "L5-S1", "L5/1")),
        ("C7", "C7-T1"),
        ("L4/2", "L4-L5/2"),
        ("L4 left", "L4-L5/left"),
        ("L3-L5", "L3-L5"),
        ("S5", "S5"),
        ("L6", "L6"),
    ],
)
def test_what_lies_between_two_vertebrae_has_the_name_of_both(name: str, known: str):
    assert motion_segment(name) == known
    assert motion_segment(known) == known


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("L6", "L5-S1"),
        ("l06", "L5-S1"),
        ("lumbar 6", "L5-S1"),
        ("L4-L6", "L4-S1"),
        ("L4-6", "L4-S1"),
        ("L6-S1", "L5-S1"),
        ("L6/S1", "L5-S1"),
        ("T13", "T12-L1"),
        ("Th 13", "T12-L1"),
        ("D13-L2", "T12-L2"),
        ("T11-T13", "T11-L1"),
        ("L5, L6", "L5-S1"),
    ],
)
def test_a_level_that_not_every_spine_has_lies_between_two_that_it_has(name: str, reached: str):
    span = read_segment(reached)
    assert span is not None
    assert transitional(name) == span.span
    assert place(canonical(name)) is None


@pytest.mark.parametrize(
    "name", ["", "L5", "T4-T8", "C8", "S6", "T14", "L7", "the sixth", "L" * 99]
)
def test_other_names_say_nothing_of_a_level_that_not_every_spine_has(name: str):
    assert transitional(name) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *((one, "left") for one in ("L", "l", "LT", "lt", "left", "LEFT", " Left ")),
        *((one, "right") for one in ("R", "RT", "rt", "right", "Right side")),
        *((one, "bilateral") for one in ("50", "bilateral", "both", "Both  sides")),
        *((one, None) for one in ("", "51", "LR", "middle")),
    ],
)
def test_a_side_has_one_reader(text: str, named: str | None):
    assert side(text) == named


def test_a_letter_is_a_side_only_behind_a_name():
    assert sided("L 5") is None
    assert sided("L5 L") == ("L5", "left")
    assert place("L5/left") == Segment(POSITION["L5"], POSITION["L5"])


@pytest.mark.parametrize(("top", "bottom"), list(product(LEVELS[::4], LEVELS[::3])))
def test_what_is_written_is_what_is_read(top: str, bottom: str):
    found = read_segment(f"{top}-{bottom}")
    ends = sorted((POSITION[top], POSITION[bottom]))
    assert found is not None
    assert [found.span.top, found.span.bottom] == ends


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str):
    found, at = read_segment(text), level(text)
    assert found is None or 0 <= found.span.top <= found.span.bottom < len(LEVELS)
    assert at is None or LEVELS[at] == canonical(text)
    assert canonical(canonical(text)) == canonical(text)
