"""Scores as tables in data: a total keeps the set of totals that can still be reached, and says
which items would settle it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from services.criteria.engine.language.criterion import Id, Scalar, Strict
from services.criteria.engine.language.measurement import MeasuredSpec, Rows, points_of
from services.criteria.engine.language.vocabulary import Vocabulary, validated
from services.criteria.engine.language.yaml_source import SourceDocument, read
from services.criteria.engine.logic.values import Span, choice, possible
from services.criteria.engine.runtime.facts import Facts, KnownFact
from shared.body.spine import POSITION


class RowSpec(Strict):
    """One row of an item: its points if the fact is one of these values, or a level inside one of
    these ranges.
    """

    points: int
    values: tuple[Scalar, ...] = ()
    levels: tuple[tuple[str, str], ...] = ()


class LimitSpec(Strict):
    """Another fact that leaves only some rows possible while the item's own fact is unknown."""

    fact: Id
    one_of: tuple[Scalar, ...]
    to: tuple[Scalar, ...]


class ItemSpec(Strict):
    """One item of a score."""

    id: Id
    fact: Id
    rows: tuple[RowSpec, ...]
    measured: MeasuredSpec | None = None
    limited_by: tuple[LimitSpec, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact that the item reads."""
        return (
            self.fact,
            *(() if self.measured is None else (self.measured.fact,)),
            *(one.fact for one in self.limited_by),
        )


class BandSpec(Strict):
    """A range of totals with its meaning, for instance `unstable`."""

    meaning: str
    low: int
    high: int


class ScoreSpec(Strict):
    """A score table file."""

    score: Id
    version: int
    title: str
    source: str
    vocabulary: Id
    items: tuple[ItemSpec, ...]
    bands: tuple[BandSpec, ...]


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """A loaded score: each item with the points of every value, and with all points it can have;
    `measured` are the rows of measurements.
    """

    spec: ScoreSpec
    items: tuple[tuple[ItemSpec, dict[Any, int], frozenset[int]], ...]
    measured: dict[str, Rows]
    sha256: str

    @property
    def name(self) -> str:
        """The name by which policies use it; from the second version on with the version."""
        version = "" if self.spec.version == 1 else f"@{self.spec.version}"
        return f"{self.spec.score}{version}"


@dataclass(frozen=True, slots=True)
class Total:
    """The totals that can still be reached, the items that would settle the band, and the facts of
    every item that is open.
    """

    reachable: tuple[int, ...]
    settled_by: tuple[str, ...]
    facts: tuple[str, ...]


def load(text: str, file: str, vocabularies: dict[str, Vocabulary]) -> ScoreTable:
    """The table in `text`; raises `PolicyInvalid` if a row or a fact does not fit its
    vocabulary.
    """
    document = read(text, file)
    spec: ScoreSpec = validated(ScoreSpec, document)
    vocabulary = vocabularies.get(spec.vocabulary)
    if vocabulary is None:
        raise document.error(("vocabulary",), f"no vocabulary {spec.vocabulary}")
    rows = [(item, _rows(document, at, item, vocabulary)) for at, item in enumerate(spec.items)]
    items = tuple((item, points, frozenset(points.values())) for item, points in rows)
    measured = {
        item.id: _measured(document, at, item, points) for at, (item, points) in enumerate(rows)
    }
    return ScoreTable(spec, items, measured, hashlib.sha256(text.encode()).hexdigest())


def _rows(
    document: SourceDocument, at: int, item: ItemSpec, vocabulary: Vocabulary
) -> dict[Any, int]:
    for path in item.facts:
        if path not in vocabulary.entries:
            raise document.error(
                ("items", at), f"the vocabulary {vocabulary.name} has no path {path}"
            )
    entry, table = vocabulary.entries[item.fact], {}
    for row in item.rows:
        spans = [range(POSITION[low], POSITION[high] + 1) for low, high in row.levels]
        for key in (*row.values, *(level for span in spans for level in span)):
            if key in table or (entry.spec.allowed and key not in entry.spec.allowed):
                raise document.error(
                    ("items", at), f"{key} stands twice or is no value of {item.fact}"
                )
            table[key] = row.points
    return table


def _measured(document: SourceDocument, at: int, item: ItemSpec, points: dict[Any, int]) -> Rows:
    rows = item.measured.rows if item.measured else ()
    if not {row.points for row in rows} <= set(points.values()):
        raise document.error(
            ("items", at, "measured"), "a measured row has points that no row of the item has"
        )
    return tuple((row.span, row.points) for row in rows)


def total(table: ScoreTable, facts: Facts) -> Total:
    """The score of one item of a list (a lesion) from its facts."""
    return _sum(
        table,
        tuple(
            [_points(table, item, points, facts) or every for item, points, every in table.items]
        ),
    )


@lru_cache(maxsize=4096)
def _sum(table: ScoreTable, options: tuple[frozenset[int], ...]) -> Total:
    totals = {0}
    for points in options:
        totals = {sofar + more for sofar in totals for more in points}
    reachable = tuple(sorted(totals))
    unsettled = [
        item for item, points in zip(table.spec.items, options, strict=True) if len(points) > 1
    ]
    one_band = any(
        band.low <= reachable[0] and reachable[-1] <= band.high for band in table.spec.bands
    )
    return Total(
        reachable,
        () if one_band else tuple(item.id for item in unsettled),
        tuple(item.fact for item in unsettled),
    )


def _points(
    table: ScoreTable, item: ItemSpec, points: dict[Any, int], facts: Facts
) -> frozenset[int] | None:
    """What the item's own fact and its measurement leave: what both allow, or all that either does
    where they contradict each other.
    """
    own, measured = _options(item, points, facts), _measurement(table, item, facts)
    if own is None or measured is None:
        return own or measured or _limited(item, points, facts)
    return own & measured or own | measured


def _options(item: ItemSpec, points: dict[Any, int], facts: Facts) -> frozenset[int] | None:
    """The points of the item by its own fact; None if it is unknown or may be a value of no row."""
    known = facts.get(item.fact)
    if known is None or not known.sound or isinstance(known.value, Span):
        return None
    values = possible(known.value)
    return frozenset(points[value] for value in values) if values <= points.keys() else None


def _measurement(table: ScoreTable, item: ItemSpec, facts: Facts) -> frozenset[int] | None:
    """The points that the item's measurement leaves possible; None if there is none that can be
    used.
    """
    known = facts.get(item.measured.fact) if item.measured else None
    return (
        points_of(known.value, table.measured[item.id])
        if known is not None and known.sound
        else None
    )


def _limited(item: ItemSpec, points: dict[Any, int], facts: Facts) -> frozenset[int] | None:
    """The points that another fact leaves possible while nothing is known of the item itself; None
    if no fact does.
    """
    for limit in item.limited_by:
        other = facts.get(limit.fact)
        if other is not None and other.sound and possible(other.value) <= frozenset(limit.one_of):
            return frozenset(points[value] for value in limit.to)
    return None


def as_known(path: str, subject: str, result: Total) -> KnownFact:
    """The total as a fact that leaves can compare."""
    known = KnownFact(path, choice(frozenset(result.reachable)), subject=subject)
    known.detail = result
    known.asks = tuple((fact, subject or None) for fact in result.facts)
    return known
