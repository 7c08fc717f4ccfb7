"""What a clinician asks, in their own words: the provider beside what the engine asks, the member
in a section of their own.
"""

from __future__ import annotations

from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import Notice, quote, section, text
from services.letters.content.text import day, visible
from services.letters.wording import Section
from shared.events.evaluation import AskedOf, Question
from shared.events.letters import Audience

OF = {
    Audience.PROVIDER: frozenset({AskedOf.PROVIDER, AskedOf.NONCONTRACT_PROVIDER}),
    Audience.MEMBER: frozenset({AskedOf.MEMBER}),
}


def questions_of(notice: Notice, audience: Audience) -> list[Question]:
    """The questions that this audience is asked; the engine's are the provider's."""
    asked = OF.get(audience, frozenset())
    return [
        one
        for one in notice.determined.questions
        if (one.asked.of if one.asked else AskedOf.PROVIDER) in asked
    ]


def sentence(question: Question, language: Catalogue) -> str:
    """The question; of a clinician's also who asks, and by when."""
    if question.asked is None:
        return visible(question.text)
    return language["phrases.clinician_asks"].format(
        question=language["phrases.quoted"].format(span=visible(question.text)),
        name=visible(question.asked.name),
        date=day(language, question.asked.until),
    )


def of_member(notice: Notice, language: Catalogue) -> list[Section]:
    """What a clinician asks the member."""
    asked = [
        (one.text, one.asked)
        for one in questions_of(notice, Audience.MEMBER)
        if one.asked is not None
    ]
    if not asked:
        return []
    blocks = [
        block
        for words, ask in asked
        for block in (
            quote(words, language),
            text(language["member.asked_until"].format(date=day(language, ask.until))),
        )
    ]
    opening = text(language["member.asked_opening"])
    return [section(language["member.asked_heading"], opening, *blocks)]
