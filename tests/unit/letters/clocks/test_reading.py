"""A member reads a letter about a clock without trouble: the Flesch-Kincaid grade of one in English
is at most 6, the Fernandez-Huerta index of one in Spanish at least 70.

What is not ours to word is left out: names, the person's own words, the address, the citation of
the law and the name that the law gives to a complaint or to an act.
"""

from __future__ import annotations

import re

import pytest

from services.letters.reference import plan
from services.letters.wording import Wording
from shared.events.letters import Audience, LetterKind
from tests.unit.letters.clocks.matters import BUSINESSES, KINDS, matter, worded
from tests.unit.letters.examples import WORDS

VOWELS = {"en": "aeiouy", "es": "aeiouáéíóúü"}
MASKED = (
    r"\d+ (CFR|U\.?S\.?C\.?) [\w.()-]+",
    r"section \d+\(\w\) of ERISA, the Employee Retirement Income Security Act",
    r"sección \d+\(\w\) de ERISA, la Ley de Seguridad de los Ingresos de Jubilación[\w ]*",
    r"“[^”]*”",
    r"\b[AP]\.? ?M\.|\b[ap]\. ?m\.",
)


def prose(wording: Wording) -> list[str]:
    """The sentences of a letter that are ours."""
    texts = [*wording["opening"][1:], *wording["closing"]]
    for section in wording["sections"]:
        for block in section["blocks"]:
            if block["kind"] == "text" and "lang" not in block:
                texts.append(block["text"])
            elif block["kind"] in {"items", "numbered"}:
                texts += block["items"]
    whole = "\n".join(texts).replace(WORDS, "").replace(", ".join(plan().address), "us")
    for masked in MASKED:
        whole = re.sub(masked, "it", whole)
    return [one for one in re.split(r"[.:?!](?:\s+|$)|\n", whole) if re.search(r"[^\W\d]", one)]


def syllables(word: str, language: str) -> int:
    """Groups of vowels; of English words without a mute final e. Two strong vowels of a Spanish
    word, or a weak one with an accent beside one, are two.
    """
    vowels = VOWELS[language]
    count = len(re.findall(f"[{vowels}]+", word))
    if language == "es":
        return max(1, count + len(re.findall(r"[aeoáéó](?=[aeoáéóíú])|[íú](?=[aeo])", word)))
    mute = re.search(r"(?<![aeiouyl])e$|(?<=[aeiouy])le$|[^aeiouytd]ed$|(?<=[vkm])es$", word)
    return max(1, count - bool(mute and count > 1))


def index(wording: Wording, language: str) -> float:
    """The grade (English) or the ease (Spanish) of reading it."""
    sentences = prose(wording)
    words = [w for one in sentences for w in re.findall(r"[^\W\d_]+", one.lower())]
    spoken = sum(syllables(word, language) for word in words) / len(words)
    length = len(words) / len(sentences)
    if language == "es":
        return 206.84 - 60 * spoken - 1.02 * length
    return 0.39 * length + 11.8 * spoken - 15.59


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [
        ("decide", "en", 2),
        ("people", "en", 2),
        ("doctor", "en", 2),
        ("grievance", "en", 2),
        ("late", "en", 1),
        ("missed", "en", 1),
        ("emergency", "en", 4),
        ("the", "en", 1),
        ("decisión", "es", 3),
        ("todavía", "es", 4),
        ("médico", "es", 3),
        ("apelación", "es", 4),
    ],
)
def test_syllables_are_counted_as_people_count_them(word: str, language: str, count: int):
    assert syllables(word, language) == count


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_reads_it_without_trouble(kind: LetterKind):
    for business in BUSINESSES:
        notice = matter(kind, business)
        english, _ = worded(notice, Audience.MEMBER)
        spanish, _ = worded(notice, Audience.MEMBER, "es")
        assert index(english, "en") <= 6.0
        assert index(spanish, "es") >= 70


def test_a_letter_that_nobody_reads_with_ease_is_found():
    wording, _ = worded(matter(LetterKind.EXTENSION), Audience.MEMBER)
    wording["opening"] = [
        "Hello,",
        "Notwithstanding considerations of administrative expediency, the determination regarding "
        "the authorization is necessarily postponed pending additional documentation of medical "
        "circumstances, which the organization anticipates receiving subsequently and evaluating "
        "immediately thereafter in accordance with applicable regulatory requirements "
        "concerning individual beneficiaries' determinations." * 3,
    ]
    assert index(wording, "en") > 6.0
