"""Each letter about a clock holds what the law asks of it, in the text of its PDF file; a letter
that lost one of these is found.
"""

from __future__ import annotations

import json

import pytest

from services.letters.render.typst import pdf
from services.letters.wording import Wording
from shared.events.letters import Audience, LetterKind
from shared.events.request import LineOfBusiness
from tests.unit.letters.clocks.elements import ERISA, MA, MCO, missing
from tests.unit.letters.clocks.matters import BUSINESSES, KINDS, matter, worded
from tests.unit.letters.examples import WORDS
from tests.unit.letters.pdf_text import text_of

MEMBER, PROVIDER = Audience.MEMBER, Audience.PROVIDER
Mutant = tuple[LetterKind, Audience, LineOfBusiness, str, str, str]
FOUND: list[Mutant] = [
    (LetterKind.EXTENSION, MEMBER, MA, "expedited grievance", "letter", "an expedited grievance"),
    (LetterKind.EXTENSION, PROVIDER, MA, "expedited grievance", "step", "an expedited grievance"),
    (LetterKind.EXTENSION, MEMBER, MCO, "grievance", "letter", "a grievance"),
    (LetterKind.EXTENSION, MEMBER, ERISA, "January 22", "January 23", "the new day"),
    (
        LetterKind.EXTENSION,
        MEMBER,
        MA,
        WORDS,
        "It takes longer.",
        "the reason, in the person's words",
    ),
    (LetterKind.EXTENSION, MEMBER, MA, "1-800-555-0100", "us", "whom to call"),
    (LetterKind.EXTENSION, MEMBER, MA, "Central Time", "our time", "the zone of its days"),
    (
        LetterKind.INFORMATION_MISSING,
        MEMBER,
        ERISA,
        "stands still",
        "goes on",
        "that time stands still",
    ),
    (LetterKind.INFORMATION_MISSING, MEMBER, ERISA, WORDS, "More facts.", "what is missing"),
    (LetterKind.EXPEDITE_REFUSED, MEMBER, MA, "grievance", "letter", "an expedited grievance"),
    (
        LetterKind.EXPEDITE_REFUSED,
        MEMBER,
        MA,
        "your doctor tells us",
        "it is true",
        "a doctor's word makes it fast",
    ),
    (LetterKind.EXPEDITE_REFUSED, MEMBER, MA, "January 12", "January 8", "the day"),
    (
        LetterKind.DEEMED_ADVERSE,
        MEMBER,
        MA,
        "March 11, 2026",
        "the last day",
        "the last day to appeal",
    ),
    (
        LetterKind.DEEMED_ADVERSE,
        MEMBER,
        MA,
        "March 11, 2026",
        "March 10, 2026",
        "the last day to appeal",
    ),
    (
        LetterKind.DEEMED_ADVERSE,
        PROVIDER,
        MCO,
        "March 6, 2026",
        "March 11, 2026",
        "the last day to appeal",
    ),
    (LetterKind.DEEMED_ADVERSE, MEMBER, MA, "within 72 hours", "soon", "a fast appeal"),
    (
        LetterKind.DEEMED_ADVERSE,
        MEMBER,
        MA,
        "But nobody",
        "This is denied because the care is not needed. But nobody",
        "no judgment",
    ),
    (
        LetterKind.DEEMED_ADVERSE,
        MEMBER,
        MA,
        "But nobody has said no",
        "It is denied",
        "no judgment",
    ),
    (
        LetterKind.APPROVED_BY_LAW,
        MEMBER,
        MA,
        "You can get this care",
        "We did not approve this care",
        "no word of a refusal",
    ),
    (
        LetterKind.APPROVED_BY_LAW,
        PROVIDER,
        MA,
        "need not wait for the plan",
        "was refused",
        "no word of a refusal",
    ),
    (
        LetterKind.APPROVED_BY_LAW,
        MEMBER,
        MA,
        "You can get this care",
        "You can appeal",
        "no appeal",
    ),
    (LetterKind.APPROVED_BY_LAW, MEMBER, MA, "42 CFR 422.113(c)(2)(iii)", "known", "the rule"),
    (
        LetterKind.APPROVED_BY_LAW,
        MEMBER,
        MA,
        "You leave the hospital",
        "It ends",
        "until discharge",
    ),
    (LetterKind.APPEALS_EXHAUSTED, MEMBER, ERISA, "external review", "look", "external review"),
    (LetterKind.APPEALS_EXHAUSTED, MEMBER, ERISA, "May 5, 2026", "May 6, 2026", "a day in them"),
    (LetterKind.APPEALS_EXHAUSTED, MEMBER, ERISA, "502(a)", "five", "the section of the law"),
    (LetterKind.ORAL_FOLLOW_UP, MEMBER, MA, "March 11, 2026", "soon", "the last day to appeal"),
    (LetterKind.ORAL_FOLLOW_UP, MEMBER, MA, "in writing", "well", "that this is the writing"),
    (LetterKind.EXPIRY_CORRECTED, MEMBER, MA, "wrong", "late", "that it was wrong"),
]
"""Kind, reader, plan; what is replaced by what; and the element that is then missing."""


def drawn(wording: Wording) -> str:
    return text_of(pdf(wording))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("audience", Audience.known())
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_holds_what_the_law_asks_of_it(
    kind: LetterKind, audience: Audience, language: str
):
    for business in BUSINESSES:
        wording, _ = worded(matter(kind, business), audience, language)
        assert missing(drawn(wording), kind, business, audience) == []


@pytest.mark.parametrize("mutant", FOUND, ids=lambda one: f"{one[0]}-{one[1]}-{one[3][:20]}")
def test_a_letter_that_lost_what_the_law_asks_of_it_is_found(mutant: Mutant):
    kind, audience, business, old, new, element = mutant
    wording, _ = worded(matter(kind, business), audience)
    whole = json.dumps(wording, ensure_ascii=False)
    assert old in whole, "the mutant changes nothing"

    lost: Wording = json.loads(whole.replace(old, new))

    assert element in missing(drawn(lost), kind, business, audience)
