"""What both readers are told of a clock: days, reasons, and what was said by word of mouth."""

from __future__ import annotations

from datetime import date

from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import items, text
from services.letters.content.plan import Plan
from services.letters.content.text import day
from services.letters.model import ClockNotice
from services.letters.wording import Block
from shared.events.clocks.duties import ExtensionReason
from shared.events.letters import Audience, LetterKind

DECIDE_BY = frozenset(
    {LetterKind.EXTENSION, LetterKind.INFORMATION_MISSING, LetterKind.EXPEDITE_REFUSED}
)
"""Notices that name the day by which a person must decide."""
POST_STABILIZATION = "422.113"
"""The section of 42 CFR by which a plan that does not answer is responsible for care after an
emergency until one of four things ends it ((c)(3)).
"""
ENDS = ("plan_physician", "transfer", "agreement", "discharge")


def opening_key(matter: ClockNotice) -> str:
    """Which sentence a letter opens with."""
    oral = matter.oral
    return f"oral_{oral.addressee}" if oral is not None else matter.kind.value


def opening_day(matter: ClockNotice, plan: Plan) -> date:
    """The day that a letter opens with: of the telling, of the letter that it corrects, or the one
    by which somebody had to decide; else its own.
    """
    if matter.oral is not None:
        return plan.day(matter.oral.notified_at)
    if matter.earlier_at is not None:
        return plan.day(matter.earlier_at)
    return plan.last_day(matter.due_at) if matter.due_at is not None else plan.day(matter.at)


def reason(matter: ClockNotice, language: Catalogue, audience: Audience) -> list[Block]:
    """Why the rule allows more time, where letters have words for it."""
    if matter.reason not in ExtensionReason.known():
        return []
    return [text(language[f"clocks.{audience.value}.reasons.{matter.reason}"])]


def responsible_until(matter: ClockNotice, language: Catalogue, audience: Audience) -> list[Block]:
    """How long the plan is responsible for care after an emergency that it did not answer on."""
    if POST_STABILIZATION not in matter.citation:
        return []
    prefix = f"clocks.{audience.value}"
    ends = [language[f"{prefix}.ends.{end}"] for end in ENDS]
    return [text(language[f"{prefix}.responsible"]), items(ends)]


def spoken(matter: ClockNotice, language: Catalogue, plan: Plan, audience: Audience) -> list[Block]:
    """What was told by word of mouth, as far as it is on record, and where it stands in writing.

    That something was not approved is repeated only where a clinician's decision is known.
    """
    oral, prefix = matter.oral, f"clocks.{audience.value}"
    sentences = []
    if oral is not None and oral.adverse and matter.deciders:
        sentences.append(language[f"{prefix}.oral_adverse"])
    elif oral is not None and not oral.adverse and not matter.deciders:
        sentences.append(language[f"{prefix}.oral_favourable"])
    if matter.earlier_at is None:
        sentences.append(language[f"{prefix}.oral_follows"])
    else:
        earlier = day(language, plan.day(matter.earlier_at))
        sentences.append(language[f"{prefix}.oral_earlier"].format(date=earlier))
    return [text(sentence) for sentence in sentences]
