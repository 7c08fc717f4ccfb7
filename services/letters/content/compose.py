"""What a letter says, as a pure function of its matter (determination and request), template,
language and audience.
"""

from __future__ import annotations

from services.letters.content import member, provider
from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import Notice, heading
from services.letters.content.plan import Plan
from services.letters.content.text import day, instant, visible
from services.letters.model import LetterSpec, Wording
from shared.events.letters import Audience

TEMPLATE = "letter-2"


def compose(letter: LetterSpec, language: Catalogue, plan: Plan) -> Wording:
    """The letter in words."""
    notice, audience = Notice(letter.matter, letter.audience), letter.audience
    part = member if audience is Audience.MEMBER else provider
    request = notice.request
    to = request.member.name if audience is Audience.MEMBER else request.requester
    return {
        "letter_id": str(letter.letter_id),
        "notice_id": str(notice.matter.notice_id),
        "case_id": str(notice.matter.case_id),
        "kind": notice.matter.kind.value,
        "audience": audience.value,
        "language": language.language,
        "template": letter.template,
        "title": heading(notice, language),
        "date": plan.day(notice.matter.at).isoformat(),
        "sender": list(plan.address),
        "to": [visible(to)] if to else [],
        "labels": {
            name: language[f"labels.{name}"]
            for name in ("notice", "to", "sender", "page", "of", "undrawn")
        },
        "about": _about(notice, language, plan),
        "opening": part.opening(notice, language),
        "sections": part.sections(notice, language, plan),
        "closing": [
            language["closing.disclaimer"],
            language["closing.zone"].format(zone=plan.time_zone_name[language.language]),
        ],
    }


def _about(notice: Notice, language: Catalogue, plan: Plan) -> list[list[str]]:
    """The facts that identify the letter: date, case, member, and for the provider the request."""
    request, unnamed = notice.request, language["labels.unnamed"]
    rows = [
        [language["labels.date"], day(language, plan.day(notice.matter.at))],
        [language["labels.case"], str(notice.matter.case_id)],
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
    if notice.audience is Audience.MEMBER:
        return rows
    return [
        *rows,
        [language["labels.npi"], request.requester_npi or unnamed],
        [
            language["labels.reference"],
            visible(request.reference) if request.reference else unnamed,
        ],
        [language["labels.received"], instant(language, plan, request.received_at)],
        [language["labels.urgency"], language[f"urgencies.{notice.determined.urgency.value}"]],
    ]
