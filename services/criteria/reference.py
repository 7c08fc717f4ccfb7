"""Criteria's reference data: editions with their vocabularies and scores, code sets, triage files,
and what stops approvals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.criteria.engine.edition import library as editions
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library
from services.criteria.engine.edition.library_sources import LibrarySources, sources
from services.criteria.engine.runtime.scores import ScoreTable
from services.criteria.engine.triage.protocol import TriageProtocol
from shared.errors import Impossible, Malformed
from shared.lanes.state.reference import ReferenceItem

EDITION, VOCABULARY, SCORE, SWITCH = "edition", "vocabulary", "score", "switch"
CODE_SET, TRIAGE = "code_set", "triage"
KINDS = frozenset({EDITION, VOCABULARY, SCORE, CODE_SET, TRIAGE, SWITCH})
FIXED = KINDS - {SWITCH}
"""What never changes under its name: what was decided by it could not be told any more."""


class Switch(BaseModel):
    """Whether approvals by software are stopped, and why; the item's name is the policy's, or
    `all`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stopped: bool
    reason: str = Field(min_length=1, max_length=4_000)


@cache
def packaged() -> tuple[ReferenceItem, ...]:
    """What comes with the package; drafts stay out, they decide nothing."""
    folder, library = resources.files("services.criteria"), editions.packaged()
    texts = sources(folder)
    return (
        *_items(VOCABULARY, library.vocabularies, texts.vocabularies),
        *_items(SCORE, [score_name(one) for one in library.scores.values()], texts.scores),
        *_items(CODE_SET, [one.name for one in library.codes.sets], texts.code_sets),
        *_items(TRIAGE, [triage_name(one) for one in library.triage], texts.triage),
        *(
            item
            for one, item in zip(
                library.editions,
                _items(EDITION, [edition_name(one) for one in library.editions], texts.policies),
                strict=True,
            )
            if one.spec.status == "active"
        ),
    )


def _items(
    kind: str, names: Iterable[str], texts: Iterable[tuple[str, str]]
) -> list[ReferenceItem]:
    return [
        ReferenceItem(kind, name, text.encode())
        for name, (_, text) in zip(names, texts, strict=True)
    ]


def edition_name(one: Edition) -> str:
    """An edition's name as an item."""
    return f"{one.spec.policy}@{one.spec.version}"


def score_name(one: ScoreTable) -> str:
    """A score's name as an item."""
    return f"{one.spec.score}@{one.spec.version}"


def triage_name(one: TriageProtocol) -> str:
    """A triage file's name as an item."""
    return f"{one.spec.triage}@{one.spec.version}"


def library_of(items: tuple[ReferenceItem, ...]) -> Library:
    """The library of a set of items; raises `Malformed` (`PolicyInvalid` with item and line) or
    `Impossible` where one cannot be read or is not what its name says.
    """
    read = frozenset(item for item in items if item.kind in FIXED)
    stops = {
        item.id: one.reason
        for item in items
        if item.kind == SWITCH and (one := _switch(item)).stopped
    }
    library = _compiled(read)
    # A name that is spelt wrong would stop nothing, and nobody would know.
    known = {editions.ALL, *(one.spec.policy for one in library.editions)}
    if unknown := sorted(stops.keys() - known):
        raise Impossible(f"There is no policy {', '.join(unknown)} to stop.", code="no_such_policy")
    return replace(library, stops=stops)


@lru_cache(8)
def _compiled(items: frozenset[ReferenceItem]) -> Library:
    if items == frozenset(packaged()):
        return editions.packaged()
    ordered = sorted(items)
    library = editions.compiled(
        LibrarySources(
            *(_texts(ordered, kind) for kind in (VOCABULARY, SCORE, EDITION, CODE_SET, TRIAGE))
        )
    )
    said = {
        *((VOCABULARY, name) for name in library.vocabularies),
        *((SCORE, score_name(one)) for one in library.scores.values()),
        *((EDITION, edition_name(one)) for one in library.editions),
        *((CODE_SET, one.name) for one in library.codes.sets),
        *((TRIAGE, triage_name(one)) for one in library.triage),
    }
    if wrong := sorted({(item.kind, item.id) for item in ordered} - said):
        named = ", ".join(f"{kind} {ident}" for kind, ident in wrong)
        raise Impossible(f"Another name than the item's stands in {named}.", code="item_name")
    return library


def _texts(items: Iterable[ReferenceItem], kind: str) -> list[tuple[str, str]]:
    return [(f"{kind} {one.id}", one.content.decode()) for one in items if one.kind == kind]


def _switch(item: ReferenceItem) -> Switch:
    try:
        return Switch.model_validate_json(item.content)
    except ValidationError:
        raise Malformed(
            f"The switch {item.id} does not say whether approvals are stopped, and why.",
            code="switch",
        ) from None
