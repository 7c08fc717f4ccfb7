"""An edition held against the thresholds that its sources name: where it asks for more."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from services.criteria.authoring.proof.expressions import Expr, Reading, outputs
from services.criteria.engine.edition.edition import Edition

OPPOSITE = {"at_least": "below", "below": "at_least", "at_most": "above", "above": "at_most"}
LOWER, UPPER, RECENT = "lower", "upper", "recent"
SIDES = {
    "at_least": (LOWER, 1, False),
    "above": (LOWER, 1, True),
    "at_most": (UPPER, -1, False),
    "below": (UPPER, -1, True),
    "within_days": (RECENT, -1, False),
}
"""By operator: which side of the numbers it bounds, the sign by which a larger number asks for
more, and whether the threshold itself is left out.
"""


ALL_OF, ANY_OF = frozenset({"all", "none", "some", "every"}), frozenset({"any", "some"})
"""Groups that are met only if all members are (of `none`: are not); groups that are not met only if
no member is.
"""


class LeafThreshold(NamedTuple):
    """A threshold on one side of a fact; of two the larger `strictness` asks for more. `needed`: no
    approval does without it.
    """

    fact: str
    side: str
    strictness: tuple[Decimal, bool]
    needed: bool
    told: str


class Stricter(NamedTuple):
    """A leaf that asks for more than its source."""

    fact: str
    told: str


def stricter(edition: Edition) -> Iterator[Stricter]:
    """Every row of a source's table that no leaf accepts, and every leaf that all approvals must
    meet and that asks for more than a row.
    """
    rows = [
        (one, f"{source.id}{f' ({row.section})' if row.section else ''}")
        for source in edition.spec.sources
        for row in source.thresholds
        for one in _of(row.fact, row, _Way(met=True, needed=True))
    ]
    leaves = [*dict.fromkeys(_leaves(edition))] if rows else []
    for row, source in rows:
        same = [one for one in leaves if (one.fact, one.side) == (row.fact, row.side)]
        more = [one for one in same if one.strictness > row.strictness]
        barring = next((one for one in more if one.needed), None)
        if barring is not None:
            told = f"{barring.told} is needed, and {source} says {row.told}"
            yield Stricter(row.fact, told)
        elif same and more == same:
            yield Stricter(row.fact, f"{source} says {row.told}, which no condition accepts")


class _Way(NamedTuple):
    """How a node stands: whether it must be met, or must not; and whether by every approval."""

    met: bool
    needed: bool

    def below(self, expr: Expr, *, turned: bool) -> _Way:
        """How a member of this expression stands; where one member is enough, none is needed."""
        together = expr.kind in ALL_OF if self.met else expr.kind in ANY_OF
        alone = len(expr.below) == 1
        return _Way(self.met is not turned, self.needed and (together or alone))


def _leaves(edition: Edition) -> Iterator[LeafThreshold]:
    """The thresholds that an approval has to reach: of the criteria, and of guards that must not
    fire.
    """
    pending = {f"guard:{guard.id}" for guard in edition.spec.guards if guard.then == "pend"}
    for name, tree in outputs(Reading(edition, {})).items():
        if name == "root" or name in pending:
            yield from _below(tree, _Way(met=name == "root", needed=True))


def _below(expr: Expr, way: _Way) -> Iterator[LeafThreshold]:
    """The thresholds beneath an expression."""
    if expr.kind == "leaf" and expr.spec is not None and expr.atom is not None:
        for of in (expr.spec, expr.spec.worst, expr.spec.best):
            yield from _of(expr.atom.path, of, way)
    for at, one in enumerate(expr.below):
        where = expr.kind == "every" and len(expr.below) > 1 and at == 0
        yield from _below(one, way.below(expr, turned=expr.kind == "none" or where))


def _of(fact: str, of: Any, way: _Way) -> Iterator[LeafThreshold]:
    """What a comparison asks for, or its opposite."""
    given = {name: getattr(of, name, None) for name in SIDES}
    ends = getattr(of, "between", None)
    if ends is not None and way.met:
        given["at_least"], given["at_most"] = ends
    for name, value in given.items():
        if isinstance(value, int | Decimal) and (way.met or name in OPPOSITE):
            operator = name if way.met else OPPOSITE[name]
            side, sign, is_open = SIDES[operator]
            told = f"{operator.replace('_', ' ')} {value}"
            yield LeafThreshold(fact, side, (Decimal(value) * sign, is_open), way.needed, told)
