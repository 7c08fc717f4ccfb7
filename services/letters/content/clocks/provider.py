"""What the provider reads of a clock: the lines with their codes, the instant that counts, and the
rule.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.letters.content.catalogue import Catalogue
from services.letters.content.clocks.rights import appeal, appeal_after, further, grievance_key
from services.letters.content.clocks.subject import (
    opening_day,
    opening_key,
    reason,
    responsible_until,
    spoken,
)
from services.letters.content.notice import capital, quote, section, service, text
from services.letters.content.plan import Plan
from services.letters.content.provider import greeting, requested_codes
from services.letters.content.text import day, deadline, instant, visible
from services.letters.model import ClockNotice
from services.letters.wording import Block, Section
from shared.events.letters import Audience, LetterKind


def opening(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[str]:
    """The greeting, and what became of the clock."""
    lead = language[f"clocks.provider.opening.{opening_key(matter)}"]
    lead = lead.format(date=day(language, opening_day(matter, plan)))
    return [greeting(matter.request, language), lead]


def sections(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """The sections of the provider's letter."""
    contact = language["help.clinician"].format(provider_phone=plan.provider_phone)
    return [
        section(language["clocks.provider.lines_heading"], _lines(matter, language)),
        *BODIES[matter.kind](matter, language, plan),
        section(language["provider.contact_heading"], text(contact)),
    ]


def _lines(matter: ClockNotice, language: Catalogue) -> Block:
    """The lines that it is about."""
    header = [language[f"labels.{name}"] for name in ("line", "service", "codes")]
    rows = [
        [
            str(line.sequence),
            capital(service(language, line)),
            requested_codes(line.codes, language),
        ]
        for line in matter.lines
    ]
    return {"kind": "table", "header": header, "rows": rows}


def _extension(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """Why more time is taken, and until when."""
    why = section(
        language["clocks.provider.why_heading"],
        *reason(matter, language, Audience.PROVIDER),
        text(language["clocks.provider.words"]),
        quote(matter.words, language),
    )
    return [_due(matter, language, plan), why, *_grievance(matter, language)]


def _information(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What to send, and that time stands still until it comes."""
    until = []
    if matter.send_by is not None:
        by = day(language, matter.send_by)
        until.append(text(language["clocks.provider.send_by"].format(date=by)))
    missing = section(
        language["provider.questions_heading"],
        text(language["clocks.provider.missing"]),
        quote(matter.words, language),
        text(language["help.sent"].format(fax=plan.fax)),
        *until,
        text(language["clocks.provider.stands_still"]),
    )
    return [missing, _due(matter, language, plan), *_grievance(matter, language)]


def _expedite_refused(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """Why it goes on as a standard request, and what makes it faster."""
    why = section(
        language["clocks.provider.not_faster_heading"],
        text(language["clocks.provider.words"]),
        quote(matter.words, language),
        text(language["clocks.provider.again"].format(provider_phone=plan.provider_phone)),
    )
    return [_due(matter, language, plan), why, *_grievance(matter, language)]


def _adverse(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What the law makes of it, and how to appeal."""
    return [_stays_open(matter, language, plan), appeal(matter, language, plan)]


def _exhausted(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What the law makes of it, and where the member can go further."""
    return [_stays_open(matter, language, plan), further(matter, language, plan)]


def _approved(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What counts as approved, by which rule and how long."""
    return [
        section(
            language["clocks.provider.approved_heading"],
            *_missed(matter, language, plan),
            text(language["clocks.provider.approved"]),
            *responsible_until(matter, language, Audience.PROVIDER),
        )
    ]


def _oral(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """What was told by word of mouth, and where the decision stands in writing."""
    oral = matter.oral
    at = [instant(language, plan, oral.notified_at)] if oral is not None else []
    when = [text(language["clocks.provider.oral_at"].format(instant=one)) for one in at]
    heading = language["clocks.provider.oral_heading"]
    return [
        section(heading, *when, *spoken(matter, language, plan, Audience.PROVIDER)),
        *appeal_after(matter, language, plan),
    ]


def _corrected(_matter: ClockNotice, language: Catalogue, _plan: Plan) -> list[Section]:
    """That an earlier letter was wrong."""
    heading = language["clocks.provider.corrected_heading"]
    return [section(heading, text(language["clocks.provider.corrected"]))]


def _due(matter: ClockNotice, language: Catalogue, plan: Plan) -> Section:
    """From when and until when somebody must decide."""
    rows = [
        [language["labels.received"], instant(language, plan, matter.request.received_at)],
        *_row("former_due", matter.former_due_at, language, plan),
        *_row("due", matter.due_at, language, plan),
    ]
    return section(language["clocks.provider.due_heading"], {"kind": "terms", "rows": rows})


def _row(label: str, at: datetime | None, language: Catalogue, plan: Plan) -> list[list[str]]:
    """An instant with its name, where it is known."""
    return [[language[f"labels.{label}"], deadline(language, plan, at)]] if at is not None else []


def _missed(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Block]:
    """By when somebody had to decide, by which rule."""
    rows = [
        *_row("was_due", matter.due_at, language, plan),
        [language["labels.rule"], visible(matter.citation)],
    ]
    return [{"kind": "terms", "rows": rows}]


def _stays_open(matter: ClockNotice, language: Catalogue, plan: Plan) -> Section:
    """What the law makes of a missed deadline, and that it is no judgement on the care."""
    return section(
        language["clocks.provider.missed_heading"],
        *_missed(matter, language, plan),
        text(language[f"clocks.provider.{matter.kind.value}"]),
        text(language["clocks.provider.stays_open"]),
    )


def _grievance(matter: ClockNotice, language: Catalogue) -> list[Section]:
    """That the member can complain, where the law gives a right to."""
    key = grievance_key(matter)
    if key is None:
        return []
    heading = language["clocks.provider.grievance_heading"]
    return [section(heading, text(language[f"clocks.provider.{key}"]))]


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
"""What stands between the lines and the contact, by kind of notice."""
