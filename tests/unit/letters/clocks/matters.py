"""Every way in which the letters of a clock can differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from typing import Any

from services.letters.content.compose import TEMPLATE, compose
from services.letters.model import ClockNotice, LetterSpec, SpokenNotice
from services.letters.reference import catalogues, plan
from services.letters.wording import Wording
from shared.events.clocks.duties import ExtensionReason
from shared.events.criteria import Determination
from shared.events.letters import ABOUT_CLOCKS, Audience, LetterKind
from shared.events.request import LineOfBusiness
from shared.ids import derive
from tests.unit.letters.examples import CASE, NOW, REVIEWER, member, told
from tests.unit.letters.messages import Read

KINDS = tuple(kind for kind in LetterKind if kind in ABOUT_CLOCKS)
BUSINESSES = LineOfBusiness.known()


@cache
def matter(kind: LetterKind, business: LineOfBusiness = LineOfBusiness.ERISA) -> ClockNotice:
    """What there is to tell in the example's notice of the kind."""
    outcome = told(kind, member=member(line_of_business=business))
    found = LetterSpec.model_validate_json(outcome.tasks[0].payload["content"]).matter
    assert isinstance(found, ClockNotice)
    return found


def variants(kind: LetterKind) -> Iterator[dict[str, Any]]:
    """What else can differ in a notice of the kind."""
    if kind is LetterKind.EXTENSION:
        reasons = [one.value for one in ExtensionReason.known()]
        yield from ({"reason": reason} for reason in (*reasons, "a_newer_one"))
        yield {"former_due_at": None}
    if kind is LetterKind.INFORMATION_MISSING:
        yield from ({"send_by": by} for by in (None, date(2026, 2, 20)))
    if kind is LetterKind.EXPEDITE_REFUSED:
        yield {"due_at": None}
    if kind is LetterKind.APPROVED_BY_LAW:
        yield {"citation": "N.J.S.A. 17B:30-55.15"}
    if kind is LetterKind.ORAL_FOLLOW_UP:
        yield from spoken_variants()
    yield {}


def spoken_variants() -> Iterator[dict[str, Any]]:
    """Who was told what, after which letter, and whether a clinician refused."""
    earlier = (None, NOW - timedelta(days=1), NOW - timedelta(days=400))
    addressees = ("member", "representative", "provider")
    for addressee, adverse, at, refused in product(
        addressees, (True, False), earlier, (True, False)
    ):
        code = Determination.NOT_CERTIFIED if refused else Determination.PENDED
        oral = {"addressee": addressee, "notified_at": NOW, "adverse": adverse}
        yield {
            "oral": SpokenNotice.model_validate(oral),
            "earlier_at": at,
            "determination": code,
            "deciders": (REVIEWER,) if refused else (),
        }


def matters() -> Iterator[ClockNotice]:
    """All of them."""
    for kind, business in product(KINDS, BUSINESSES):
        for changes in variants(kind):
            yield matter(kind, business).model_copy(update=changes)


def worded(
    notice: ClockNotice, audience: Audience, language: str = "en"
) -> tuple[Wording, set[str]]:
    """The letter, and the messages that it uses."""
    spec = LetterSpec(
        letter_id=derive(CASE, "letter"),
        audience=audience,
        language=language,
        template=TEMPLATE,
        matter=notice,
    )
    read = Read(catalogues()[language].messages)
    return compose(spec, replace(catalogues()[language], messages=read), plan()), read.used


def readers(notice: ClockNotice) -> tuple[Audience, ...]:
    """Who gets a letter: what a provider was told by word of mouth is confirmed to the provider."""
    if notice.oral is not None and notice.oral.addressee == "provider":
        return (Audience.PROVIDER,)
    return Audience.known()


@cache
def used_messages() -> frozenset[str]:
    """The messages about clocks that a letter uses."""
    used = [worded(notice, audience)[1] for notice in matters() for audience in readers(notice)]
    return frozenset(key for keys in used for key in keys if key.startswith("clocks."))
