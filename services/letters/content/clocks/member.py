"""What the member reads of a clock: short sentences, the day that counts, and what can be done."""

from __future__ import annotations

from collections.abc import Callable

from services.letters.content.catalogue import Catalogue
from services.letters.content.clocks.rights import appeal, appeal_after, further, grievance_key
from services.letters.content.clocks.subject import (
    DECIDE_BY,
    opening_day,
    opening_key,
    reason,
    responsible_until,
    spoken,
)
from services.letters.content.help import every_language, member_help, own_language
from services.letters.content.member import greeting
from services.letters.content.notice import capital, items, quote, section, service, text
from services.letters.content.plan import Plan
from services.letters.content.text import day, visible
from services.letters.model import ClockNotice
from services.letters.wording import Block, Section
from shared.events.letters import Audience, LetterKind


def opening(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[str]:
    """The greeting, and what became of the clock."""
    lead = language[f"clocks.member.opening.{opening_key(matter)}"]
    parts = [lead.format(date=day(language, opening_day(matter, plan)))]
    if matter.kind in DECIDE_BY and matter.due_at is not None:
        by = day(language, plan.last_day(matter.due_at))
        missing = matter.kind is LetterKind.INFORMATION_MISSING
        key = "clocks.member.decide_without" if missing else "clocks.member.decide_by"
        parts.append(language[key].format(date=by))
    return [greeting(matter.request, language), " ".join(parts)]


def sections(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """The sections of the member's letter."""
    return [
        *own_language(matter.request, language, plan),
        *BODIES[matter.kind](matter, language, plan),
        member_help(language, plan),
        *every_language(matter.request, language, plan),
    ]


def _extension(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """Why more time is taken, and what the member can do about it."""
    lead = "interest" if grievance_key(matter) else "circumstances"
    before = []
    if matter.former_due_at is not None:
        former = day(language, plan.last_day(matter.former_due_at))
        before.append(text(language["clocks.member.former_due"].format(date=former)))
    why = section(
        language["clocks.member.why_heading"],
        *reason(matter, language, Audience.MEMBER),
        text(language[f"clocks.member.{lead}"]),
        quote(matter.words, language),
        *before,
    )
    return [_open(matter, language), why, _meanwhile(language), *_grievance(matter, language, plan)]


def _information(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What is missing, how to send it, and that time stands still until it comes."""
    until = []
    if matter.send_by is not None:
        by = day(language, matter.send_by)
        until.append(text(language["clocks.member.send_by"].format(date=by)))
    missing = section(
        language["clocks.member.missing_heading"],
        text(language["clocks.member.missing"]),
        quote(matter.words, language),
        text(language["clocks.member.send"].format(fax=plan.fax, phone=plan.phone)),
        *until,
        text(language["clocks.member.stands_still"]),
    )
    rest = [_meanwhile(language), *_grievance(matter, language, plan)]
    return [_open(matter, language), missing, *rest]


def _expedite_refused(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """Why it goes on as a standard request, and how it can still be made faster."""
    received = day(language, plan.day(matter.request.received_at))
    why = section(
        language["clocks.member.not_faster_heading"],
        text(language["clocks.member.not_faster"]),
        quote(matter.words, language),
        text(language["clocks.member.counted"].format(date=received)),
    )
    again = section(
        language["clocks.member.again_heading"],
        text(language["clocks.member.again"].format(phone=plan.phone)),
    )
    rest = [_meanwhile(language), *_grievance(matter, language, plan)]
    return [_open(matter, language), why, again, *rest]


def _adverse(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What the law makes of it, that a person must still decide, and how to appeal."""
    means = _stays_open(matter, language, "adverse")
    rights = [appeal(matter, language, plan), _meanwhile(language)]
    return [_open(matter, language), means, *rights]


def _exhausted(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What the law makes of it, that a person must still decide, and where to go further."""
    means = _stays_open(matter, language, "exhausted")
    rights = [further(matter, language, plan), _meanwhile(language)]
    return [_open(matter, language), means, *rights]


def _approved(matter: ClockNotice, language: Catalogue, _plan: Plan) -> list[Section]:
    """What counts as approved, by which rule and how long."""
    return [
        section(language["clocks.member.approved_heading"], _asked(matter, language)),
        section(
            language["member.meaning_heading"],
            text(language["clocks.member.approved"]),
            *responsible_until(matter, language, Audience.MEMBER),
            text(language["member.meaning_cost"]),
            text(language["clocks.member.rule"].format(citation=visible(matter.citation))),
        ),
    ]


def _oral(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What was told by word of mouth, and where the decision stands in writing."""
    return [
        section(language["clocks.member.asked_heading"], _asked(matter, language)),
        section(
            language["clocks.member.oral_heading"],
            *spoken(matter, language, plan, Audience.MEMBER),
        ),
        *appeal_after(matter, language, plan),
    ]


def _corrected(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """That an earlier letter was wrong, and what became of what it offered."""
    return [
        section(language["clocks.member.asked_heading"], _asked(matter, language)),
        section(
            language["member.meaning_heading"],
            text(language["clocks.member.corrected"]),
            text(language["clocks.member.corrected_rights"].format(phone=plan.phone)),
        ),
    ]


def _open(matter: ClockNotice, language: Catalogue) -> Section:
    """What nobody has decided yet."""
    return section(language["member.pended_heading"], _asked(matter, language))


def _stays_open(matter: ClockNotice, language: Catalogue, law: str) -> Section:
    """What the law makes of a missed deadline, and that it is no judgement on the care."""
    return section(
        language["member.meaning_heading"],
        text(language[f"clocks.member.{law}"]),
        text(language["clocks.member.stays_open"]),
        text(language["clocks.member.limit_rule"].format(citation=visible(matter.citation))),
    )


def _meanwhile(language: Catalogue) -> Section:
    """What to do while nothing is decided."""
    return section(
        language["clocks.member.meanwhile_heading"], text(language["member.next_urgent"])
    )


def _grievance(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """How to complain, where the law gives a right to."""
    key = grievance_key(matter)
    if key is None:
        return []
    where = language["clocks.member.grievance_how"].format(
        phone=plan.phone, address=", ".join(plan.address)
    )
    return [
        section(
            language["clocks.member.grievance_heading"],
            text(language[f"clocks.member.{key}"]),
            text(where),
        )
    ]


def _asked(matter: ClockNotice, language: Catalogue) -> Block:
    """What the lines ask for, one an item."""
    return items([f"{capital(service(language, line))}." for line in matter.lines])


BODIES: dict[LetterKind, Callable[[ClockNotice, Catalogue, Plan], list[Section]]] = {
    LetterKind.EXTENSION: _extension,
    LetterKind.INFORMATION_MISSING: _information,
    LetterKind.EXPEDITE_REFUSED: _expedite_refused,
    LetterKind.DEEMED_ADVERSE: _adverse,
    LetterKind.APPROVED_BY_LAW: _approved,
    LetterKind.APPEALS_EXHAUSTED: _exhausted,
    LetterKind.ORAL_FOLLOW_UP: _oral,
    LetterKind.EXPIRY_CORRECTED: _corrected,
}
"""What stands between the greeting and whom to call, by kind of notice."""
