"""Whether a changed line is still what was decided: the class of a change, field by field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, decisive_diagnoses
from services.criteria.engine.edition.reach import NOBODY
from services.criteria.model import LineDecision
from shared.events.content.digest import LineContent, canonical
from shared.events.criteria import ContentChange
from shared.events.request import Member


class ContentComparison(NamedTuple):
    """A decision, the content that is asked for now, and by what it would be judged `today`, if it
    is for this `member`.
    """

    decision: LineDecision
    content: LineContent
    library: Library
    today: date
    member: Member = NOBODY


Rule = Callable[[ContentComparison], bool]
"""Whether a field's change is administrative: the decision is still about what is asked."""


def never(_: ContentComparison) -> bool:
    """Another service, part of the body, amount or site is another question."""
    return False


def date_inside_validity(change: ContentComparison) -> bool:
    """A service moved to a day on which the authorization holds anyway."""
    grant, day = change.decision.granted, change.content.line.service_date
    return grant is not None and (day is None or grant.valid_from <= day <= grant.valid_to)


def same_provider(change: ContentComparison) -> bool:
    """The same provider under another name.

    The standing of another one (in the network, licensed, excluded) is not known here.
    """
    before, now = change.decision.content.performer, change.content.performer
    return before.npi is not None and before.npi == now.npi


def diagnoses_decide_alike(change: ContentComparison) -> bool:
    """Other diagnoses by which the same edition is chosen for the same reason."""
    before, now = change.decision.content.line, change.content.line
    edition = change.library.select(before, change.today, change.member)
    return (
        isinstance(edition, Edition)
        and change.library.select(now, change.today, change.member) is edition
        and decisive_diagnoses(edition, before) == decisive_diagnoses(edition, now)
    )


ADMINISTRATIVE: dict[str, Rule] = {
    "services": never,
    "codes": never,
    "segment": never,
    "site": never,
    "start_of_care": never,
    "care_ends_at": never,
    "post_stabilization": never,
    "diagnoses": diagnoses_decide_alike,
    "service_date": date_inside_validity,
    "performer": same_provider,
}
"""By field of `canonical`: when its change is administrative. Any other change is clinical."""


def class_of(change: ContentComparison) -> ContentChange:
    """How the content that is asked for now differs from those that were decided."""
    decision, now = change.decision, canonical(change.content)
    before = canonical(decision.content)
    if now == before or any(now == canonical(one) for one in decision.also):
        return ContentChange.SAME
    differing = [name for name in now | before if now.get(name) != before.get(name)]
    if all(ADMINISTRATIVE[name](change) for name in differing):
        return ContentChange.ADMINISTRATIVE
    return ContentChange.CLINICAL
