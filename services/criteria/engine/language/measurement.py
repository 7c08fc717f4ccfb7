"""A measurement that stands for a score's item while nobody named its row: more than half a body's
height, say, in per cent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from pydantic import model_validator

from services.criteria.engine.language.criterion import Id, Numeric, Strict
from services.criteria.engine.logic.values import (
    MET,
    NOT_MET,
    Number,
    Span,
    compare,
    empty,
    exact,
    possible,
)


class MeasuredRow(Strict):
    """The points of every number between these ends.

    Where rows overlap each is possible; a number in no row is unknown.
    """

    points: int
    above: Numeric | None = None
    at_least: Numeric | None = None
    below: Numeric | None = None
    at_most: Numeric | None = None

    @property
    def span(self) -> Span:
        """The numbers of the row."""
        low = self.at_least if self.above is None else self.above
        high = self.at_most if self.below is None else self.below
        return Span(
            exact(low),
            exact(high),
            low_open=self.above is not None,
            high_open=self.below is not None,
        )

    @model_validator(mode="after")
    def _ends(self) -> Self:
        given = self.model_fields_set
        if (
            len(given) == 1
            or {"above", "at_least"} <= given
            or {"below", "at_most"} <= given
            or empty(self.span)
        ):
            msg = "a row needs a lower end, an upper end, or both, with numbers between them"
            raise ValueError(msg)
        return self


class MeasuredSpec(Strict):
    """A measured fact, and the points of its numbers."""

    fact: Id
    rows: tuple[MeasuredRow, ...]


Rows = tuple[tuple[Span, int], ...]


def points_of(value: Any, rows: Rows) -> frozenset[int] | None:
    """The points that the measurement leaves possible; None if it may be a number of no row."""
    spans = [value] if isinstance(value, Span) else [Span(one, one) for one in possible(value)]
    found = frozenset(
        points for row, points in rows if any(compare(one, row) != NOT_MET for one in spans)
    )
    return found if all(_covered(one, rows) for one in spans) else None


def _covered(value: Span, rows: Rows) -> bool:
    """Whether every number of the interval lies in a row: between the ends of rows, and at them."""
    return all(
        any(compare(piece, row) == MET for row, _ in rows)
        for piece in _pieces(value, {end for row, _ in rows for end in row[:2] if end is not None})
    )


def _pieces(value: Span, ends: Iterable[Number]) -> Iterable[Span]:
    """The interval cut at these numbers: each cut for itself, and what lies between them."""
    inside = sorted(end for end in ends if compare(Span(end, end), value) == MET)
    low, is_open = value.low, value.low_open
    for end in inside:
        if low is None or low < end:
            yield Span(low, end, low_open=is_open, high_open=True)
        yield Span(end, end)
        low, is_open = end, True
    if value.high is None or low is None or low < value.high or not inside:
        yield Span(low, value.high, is_open, value.high_open)
