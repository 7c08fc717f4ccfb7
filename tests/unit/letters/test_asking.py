"""What a clinician asks stands in the letter of whoever is asked, in their own words, by when, and
inert whatever they hold.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.letters.content.compose import compose
from services.letters.decide import decide
from services.letters.model import LetterSpec, LettersState
from services.letters.reference import catalogues, plan
from services.letters.render.text import plain
from services.letters.wording import Wording
from shared.events.criteria import CaseDetermined
from shared.events.evaluation import AskedOf, ClinicianAsk, Question
from shared.events.letters import Audience, LetterKind
from shared.lanes.outcome import Outcome
from tests.unit.letters.examples import (
    NOW,
    clock_started,
    determined,
    line,
    paper,
    received,
    request_received,
    told,
)
from tests.unit.letters.pdf_text import text_of
from tests.unit.letters.test_render import HOSTILE, UNSEEN, Page, made

ENGINE = determined(LetterKind.PENDED).questions
WHAT = "Was the bladder scanned after voiding?"


def question(of: AskedOf, what: str = WHAT, n: int = 1) -> Question:
    asked = ClinicianAsk(by="rn-1", name="Blake Example RN", of=of, until=date(2026, 1, 7))
    return Question(id=f"clinician-{n}", text=what, lines=(2,), asked=asked)


def pended(*questions: Question, **changes: Any) -> CaseDetermined:
    return determined(LetterKind.PENDED, questions=questions, **changes)


def wordings(
    outcome: Outcome[LettersState],
) -> dict[Audience, Wording]:
    letters = [LetterSpec.model_validate_json(one.payload["content"]) for one in outcome.tasks]
    return {one.audience: compose(one, catalogues()[one.language], plan()) for one in letters}


def texts(case: CaseDetermined, language: str = "en") -> dict[Audience, str]:
    found = wordings(told(LetterKind.PENDED, language, determination=case))
    return {audience: plain(one).decode() for audience, one in found.items()}


def joined(text: str) -> str:
    return " ".join(text.split())


def test_the_provider_reads_the_question_beside_those_of_the_engine():
    found = texts(pended(*ENGINE, question(AskedOf.PROVIDER)))
    provider = joined(found[Audience.PROVIDER])

    assert "1. When was the imaging made?" in provider
    assert f"2. “{WHAT}” Asked by Blake Example RN. Please answer by January 7, 2026." in provider
    assert WHAT not in found[Audience.MEMBER]
    assert "We asked your care team" in joined(found[Audience.MEMBER])
    assert "asked the member" not in provider


def test_the_member_reads_what_they_are_asked_and_is_not_told_to_send_nothing():
    found = texts(pended(question(AskedOf.MEMBER)))
    member, provider = joined(found[Audience.MEMBER]), joined(found[Audience.PROVIDER])

    assert WHAT in member
    assert "Please answer by January 7, 2026." in member
    assert "You do not need to send anything now" not in member
    assert WHAT not in provider
    assert "We have asked the member for information." in provider
    assert "You need not send anything now." in provider


def test_a_spanish_letter_marks_the_words_as_english():
    (letter,) = [
        one
        for audience, one in wordings(
            told(LetterKind.PENDED, "es", determination=pended(question(AskedOf.MEMBER)))
        ).items()
        if audience is Audience.MEMBER
    ]
    quotes = [
        block
        for section in letter["sections"]
        for block in section["blocks"]
        if block["kind"] == "quote"
    ]

    assert [(one["lang"], WHAT in one["text"]) for one in quotes] == [("en", True)]


def test_a_question_after_the_notice_is_told_and_told_once():
    state: LettersState | None = None
    for event in (request_received(), clock_started()):
        state = decide(paper(), state, received(event), NOW).state
    first = decide(paper(), state, received(pended(*ENGINE)), NOW)
    asked = pended(*ENGINE, question(AskedOf.PROVIDER))
    second = decide(paper(), first.state, received(asked, cause="2"), NOW)
    third = decide(paper(), second.state, received(asked, cause="3"), NOW)

    assert WHAT in plain(wordings(second)[Audience.PROVIDER]).decode()
    assert third.tasks == ()


def test_a_question_about_a_line_that_is_decided_is_asked_of_nobody():
    lines = (line(1, "A4"), line(2, "A1"))
    found = texts(pended(*ENGINE, question(AskedOf.PROVIDER), lines=lines))

    assert all(WHAT not in text for text in found.values())


@pytest.mark.parametrize("of", AskedOf.known())
@pytest.mark.parametrize("what", [one for one in HOSTILE if " " in one])
def test_a_clinicians_words_appear_literally(what: str, of: AskedOf):
    audience = Audience.MEMBER if of is AskedOf.MEMBER else Audience.PROVIDER
    letter = made(LetterKind.PENDED, audience, determination=pended(question(of, what)))

    assert what in letter["txt"].decode()
    assert what in Page(letter["html"]).inline
    assert "".join(what.split()) in text_of(letter["pdf"])


@pytest.mark.parametrize("what", UNSEEN)
def test_what_cannot_be_seen_in_a_question_is_made_visible(what: str):
    found = texts(pended(question(AskedOf.PROVIDER, what), question(AskedOf.MEMBER, what, 2)))

    assert all(UNSEEN[what] in text for text in found.values())
