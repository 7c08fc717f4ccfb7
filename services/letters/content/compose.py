"""What a letter says, as a pure function of its matter (determination and request), template,
language and audience.
"""

from __future__ import annotations

from typing import NamedTuple

from services.letters.content import clocks, member, provider
from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import Notice, heading
from services.letters.content.plan import Plan
from services.letters.content.text import day, instant, visible
from services.letters.model import ClockNotice, LetterSpec, NoticeContent
from services.letters.wording import Section, Wording
from shared.events.letters import Audience

TEMPLATE = "letter-2"


class Parts(NamedTuple):
    """What differs from letter to letter."""

    title: str
    opening: list[str]
    sections: list[Section]


def compose(letter: LetterSpec, language: Catalogue, plan: Plan) -> Wording:
    """The letter in words."""
    matter, audience, request = letter.matter, letter.audience, letter.matter.request
    of_clock = isinstance(matter, ClockNotice)
    title, opening, sections = (
        _of_clock(matter, audience, language, plan)
        if isinstance(matter, ClockNotice)
        else _of_determination(matter, audience, language, plan)
    )
    to = request.member.name if audience is Audience.MEMBER else request.requester
    return {
        "letter_id": str(letter.letter_id),
        "notice_id": str(matter.notice_id),
        "case_id": str(matter.case_id),
        "kind": matter.kind.value,
        "audience": audience.value,
        "language": language.language,
        "template": letter.template,
        "title": title,
        "date": plan.day(matter.at).isoformat(),
        "sender": list(plan.address),
        "to": [visible(to)] if to else [],
        "labels": {
            name: language[f"labels.{name}"]
            for name in ("notice", "to", "sender", "page", "of", "undrawn")
        },
        "about": _about(matter, audience, language, plan),
        "opening": opening,
        "sections": sections,
        "closing": [
            *([] if of_clock else [language["closing.disclaimer"]]),
            language["closing.zone"].format(zone=plan.time_zone_name[language.language]),
        ],
    }


def _of_determination(
    matter: NoticeContent, audience: Audience, language: Catalogue, plan: Plan
) -> Parts:
    """A letter on what was determined."""
    notice, part = Notice(matter, audience), member if audience is Audience.MEMBER else provider
    return Parts(
        heading(notice, language),
        part.opening(notice, language),
        part.sections(notice, language, plan),
    )


def _of_clock(matter: ClockNotice, audience: Audience, language: Catalogue, plan: Plan) -> Parts:
    """A letter on what became of a clock."""
    part = clocks.member if audience is Audience.MEMBER else clocks.provider
    return Parts(
        language[f"clocks.{audience.value}.title.{matter.kind.value}"],
        part.opening(matter, language, plan),
        part.sections(matter, language, plan),
    )


def _about(
    matter: NoticeContent | ClockNotice, audience: Audience, language: Catalogue, plan: Plan
) -> list[list[str]]:
    """The facts that identify the letter: date, case, member, and for the provider the request."""
    request, unnamed = matter.request, language["labels.unnamed"]
    rows = [
        [language["labels.date"], day(language, plan.day(matter.at))],
        [language["labels.case"], str(matter.case_id)],
        [
            language["labels.member"],
            visible(request.member.name) if request.member.name else unnamed,
        ],
        [language["labels.member_number"], visible(request.member.number)],
        [
            language["labels.requester"],
            visible(request.requester) if request.requester else unnamed,
        ],
    ]
    if audience is Audience.MEMBER:
        return rows
    rows += [
        [language["labels.npi"], request.requester_npi or unnamed],
        [
            language["labels.reference"],
            visible(request.reference) if request.reference else unnamed,
        ],
        [language["labels.received"], instant(language, plan, request.received_at)],
    ]
    if isinstance(matter, ClockNotice):
        return rows
    urgency = language[f"urgencies.{matter.determined.urgency.value}"]
    return [*rows, [language["labels.urgency"], urgency]]
