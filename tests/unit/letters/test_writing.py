"""Names are printed as they are spelt, whatever script they are in."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.letters.content.compose import compose
from services.letters.content.text import visible
from services.letters.model import LetterSpec
from services.letters.reference import catalogues, plan
from services.letters.render.documents import documents
from services.letters.render.typst import LONG, _breakable, pdf
from services.letters.wording import Wording
from services.letters.writing import MOST_MARKS
from tests.unit.letters.examples import member, told
from tests.unit.letters.pdf_text import text_of

ZWNJ, ZWJ = "\u200c", "\u200d"
SPELT = {
    "Persian": f"\u0631\u0647\u0627{ZWNJ}\u0633\u0627",
    "Persian with vowel marks": f"\u0645\u0650\u06cc{ZWNJ}\u062e\u064e",
    "Devanagari conjunct": f"\u0915\u094d{ZWJ}\u0937",
    "Devanagari without ligature": f"\u0915\u094d{ZWNJ}\u0937",
    "Vietnamese, decomposed": "Nguye\u0302\u0303n Thi\u0323",
    "Hebrew with points": "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
    "marks in an order of their own": "a\u0301\u0323",
}
MARKS = st.text(alphabet="\u0301\u0302\u0323\u05b8\u064e\u20dd", max_size=40)


@pytest.mark.parametrize("name", SPELT.values(), ids=SPELT)
def test_marks_and_joiners_of_a_script_stay_where_they_are(name: str):
    assert visible(name) == name


@pytest.mark.parametrize(
    "name", [f"Jo{ZWNJ}nes", f"Jo{ZWJ}nes", f"{ZWNJ}\u0631", f"\u0631{ZWJ}", f"\u0631{ZWNJ}a", ZWNJ]
)
def test_a_joiner_that_spells_nothing_is_made_visible(name: str):
    assert "[U+200" in visible(name)
    assert not {ZWNJ, ZWJ} & set(visible(name))


def test_more_marks_than_any_script_needs_are_told_and_not_drawn():
    assert visible("Z" + "\u0301" * 170 + "oe") == "Z" + "\u0301" * 5 + "[U+0301 \u00d7165]oe"


@given(MARKS)
def test_no_mark_is_lost_or_moved(marks: str):
    shown = visible(f"a{marks}b")
    kept, rest = marks[:MOST_MARKS], marks[MOST_MARKS:]
    told = [
        part.split(" \u00d7") for part in shown[len(kept) + 1 : -1].strip("[]").split("][") if part
    ]
    assert shown.startswith(f"a{kept}")
    assert (
        "".join(chr(int(name.replace("U+", "0x"), 0)) * int(times) for name, times in told) == rest
    )


@pytest.mark.parametrize("name", ["\u0930\u093e\u0935", "\u738b"])
def test_a_print_that_cannot_draw_a_name_says_where_it_is_written_as_it_is(name: str):
    content = wording(name)
    sentence = content["labels"]["undrawn"]
    print_of = text_of(pdf(content))
    assert "".join(sentence.split()) in print_of
    assert "".join(f"[U+{ord(one):04X}]" for one in name) in print_of
    forms = documents(content)
    for form in ("txt", "html"):
        assert name in forms[form].decode()
        assert sentence not in forms[form].decode()


def test_a_print_that_draws_everything_says_nothing_of_that():
    content = wording(SPELT["Persian"])
    assert "".join(content["labels"]["undrawn"].split()) not in text_of(pdf(content))


def wording(name: str) -> Wording:
    """The example's letter to a member of this name."""
    task = told(member=member(name=name)).tasks[0]
    letter = LetterSpec.model_validate_json(task.payload["content"])
    return compose(letter, catalogues()["en"], plan())


@given(st.text(alphabet="abc\u0631\u0301\u200c", min_size=25, max_size=90))
def test_a_long_word_is_broken_neither_before_a_mark_nor_beside_a_joiner(word: str):
    broken = LONG.sub(_breakable, word)
    assert broken.replace("\u200b", "") == word
    for before, after in zip(broken.split("\u200b"), broken.split("\u200b")[1:], strict=False):
        assert not unicodedata.combining(after[0])
        assert ZWNJ not in (before[-1], after[0])
