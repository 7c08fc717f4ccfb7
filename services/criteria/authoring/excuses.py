"""Obligations that no case can meet: excused only where every cell was walked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.criteria.authoring.enumeration import Enumeration, Special, States, state
from services.criteria.authoring.expressions import Expr, Instead, Reading, atoms, outputs, simplified, walk
from services.criteria.authoring.obligations import SHAPES, STATES, Obligation
from services.criteria.authoring.vectors import TooMany
from services.criteria.engine.edition import Edition, trees
from services.criteria.engine.language import Criterion
from services.criteria.engine.lines import advises, holds
from services.criteria.engine.scope import Mark
from services.criteria.engine.values import NOT_MET

Stand = tuple[Criterion, bool, str | None, Criterion | None]
"""Where a mark comes from: its spec, whether without its waiver, the kind of item it stands on, and the list around it."""


class Excuses:
    """Decides obligations of one edition."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.known: dict[Expr, Expr] = {}
        self.plain = outputs(Reading(edition, self.known))
        self.stands: dict[Mark, Stand] = {}
        marks = dict(edition.tops)
        for place, tree, _ in trees(edition.spec):
            if place[0] != "derived":
                self.stands.update(_stands(marks[place], tree, None, None))

    def excuse(self, obligation: Obligation, kind: str) -> str | None:
        """Why no case can meet it; None if some cell would, or nobody can tell."""
        stand = self.stands.get(obligation.member)
        if stand is None or obligation.want not in STATES or (obligation.group is None and obligation.want in SHAPES[2:]):
            return None
        found = [self.walked(obligation, kind, stand, other) for other in range(3) if STATES[other] != obligation.want]
        return f"in none of {sum(one or 0 for one in found)} cells" if None not in found else None

    def walked(self, obligation: Obligation, kind: str, stand: Stand, other: int) -> int | None:
        """How many cells were walked without finding one in which forcing the member to `other` changes what it should; None if one does."""
        spec, bare, item, around = stand
        instead: Instead = {(id(spec), bare): Expr("const", n=other)}
        forced = outputs(Reading(self.edition, self.known, instead))
        node = self.node(stand)
        pairs = [(name, one, forced[name]) for name, one in self.plain.items() if one != forced[name]]
        if kind == "three_state" and obligation.group is not None:
            pairs = [("group", self.group(obligation.group, {}), self.group(obligation.group, instead))]
        special = None
        if item is not None and around is not None:
            special = Special(Reading(self.edition, self.known).without_waiver(around), self.around(around, instead), node, STATES.index(obligation.want))
        keep = atoms(node) if item is None else frozenset({item})
        return self.smallest(pairs, (node, STATES.index(obligation.want)), special, keep)

    def smallest(self, pairs: list[tuple[str, Expr, Expr]], when: tuple[Expr, int], special: Special | None, keep: frozenset[Any]) -> int | None:
        """The cells walked on the smallest part that proves it: first with everything free that shares nothing with the node."""
        everything = frozenset[Any]().union(*(atoms(one) | atoms(other) for _, one, other in pairs))
        for kept in dict.fromkeys((keep, everything)):
            small = [(name, simplified(one, kept), simplified(other, kept)) for name, one, other in pairs]
            try:
                cells = self.none_differs(small, when, special)
            except TooMany:
                continue
            if cells is not None:
                return cells
        return None

    def none_differs(self, pairs: list[tuple[str, Expr, Expr]], when: tuple[Expr, int], special: Special | None) -> int | None:
        """How many cells there are if none tells the two apart; None if one does."""
        node, wanted = when
        extra = [special.plain, special.forced] if special else [node]
        cells = Enumeration(self.edition, [*(one for pair in pairs for one in pair[1:]), *extra], special)
        for states in cells:
            if special is None and state(node, states) != wanted:
                continue
            if any(self.said(name, one, states) != self.said(name, other, states) for name, one, other in pairs):
                return None
        return max(cells.cells, 1)

    def said(self, name: str, expr: Expr, states: States) -> Any:
        """What an output comes to."""
        found = state(expr, states)
        guard = next((one for one in self.edition.spec.guards if f"guard:{one.id}" == name), None)
        if guard is not None:
            return holds(guard, found), advises(guard, found)
        return found != NOT_MET if name in {"urgency", "review"} else found

    def node(self, stand: Stand) -> Expr:
        """The node itself."""
        spec, bare, item, _ = stand
        reading = Reading(self.edition, self.known)
        if spec.for_some is not None and item is not None:
            return reading.body(spec)
        return reading.without_waiver(spec, item) if bare else reading.expr(spec, item)

    def group(self, mark: Mark, instead: Instead) -> Expr:
        """The group of an obligation, with something else in place of its member."""
        spec, bare, item, _ = self.stands[mark]
        reading = Reading(self.edition, self.known, instead)
        return reading.without_waiver(spec, item) if bare and spec.unless is not None else reading.expr(spec, item)

    def around(self, spec: Criterion, instead: Instead) -> Expr:
        """The list around a node, with something else in place of the node."""
        return Reading(self.edition, self.known, instead).without_waiver(spec)


def _stands(mark: Mark, spec: Criterion, item: str | None, around: Criterion | None) -> Iterator[tuple[Mark, Stand]]:
    if spec.unless is not None and mark.kind == "unless":
        yield mark, (spec, False, item, around)
        yield from _stands(mark.below[1], spec.unless, item, around)
        mark = mark.below[0]
    yield mark, (spec, spec.unless is not None, item, around)
    if mark.kind in {"some", "every"}:
        return
    members = spec.group[1] if spec.fact is None and spec.ref is None else ()
    for below, member in zip(mark.below, members, strict=True):
        yield from _stands(below, member, item, around)


__all__ = ["Excuses", "walk"]
