"""Subjects of a request, with the levels that their names say; and what of it is not relied on."""

from __future__ import annotations

from typing import NamedTuple

from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.fact_table import Doubted
from services.criteria.engine.runtime.facts import Facts
from shared.body.spine import Segment


class Item(NamedTuple):
    """A subject with its facts and the levels that it reaches, if its name says standard ones.

    `near`: the standard levels on both sides of one that not every spine has.
    """

    name: str
    span: Segment | None
    near: Segment | None
    facts: Facts


class Distrust(NamedTuple):
    """What of a request is not relied on: facts, and lists of these kinds of item, of which
    something was left unread.
    """

    facts: Doubted = frozenset()
    kinds: frozenset[str] = frozenset()


EVERYTHING_COUNTS = Distrust()


def level_of(span: Segment | None, *, upper: bool) -> int | frozenset[int] | None:
    """The level of an item: of one over several vertebrae it may be each, of one between two it is
    the upper one.
    """
    if span is None or upper or span.top == span.bottom:
        return None if span is None else span.top
    return frozenset(range(span.top, span.bottom + 1))


def inside(item: Item, span: Segment | None, *, whole: bool) -> int:
    """Whether an item belongs to the line's segment: unknown where its name does not say, or where
    it lies there in part, unless it is one that can only be there as a `whole`.
    """
    if span is None:
        return UNKNOWN
    if item.span is None:
        return UNKNOWN if item.near is None or span.meets(item.near) else NOT_MET
    if span.holds_all(item.span):
        return MET
    return UNKNOWN if not whole and span.meets(item.span) else NOT_MET
