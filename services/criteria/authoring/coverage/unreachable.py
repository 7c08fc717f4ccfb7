"""Obligations that no case can meet: excused only where every cell was walked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.criteria.authoring.coverage.obligations import STATES, Obligation
from services.criteria.authoring.proof.enumeration import MOST, Enumeration
from services.criteria.authoring.proof.equivalence import Pair
from services.criteria.authoring.proof.expressions import (
    BARE,
    BODY,
    WHOLE,
    Atom,
    Expr,
    Instead,
    Reading,
    atoms,
    outputs,
    shared,
    simplified,
    walk,
)
from services.criteria.authoring.proof.leaf_states import TooMany
from services.criteria.authoring.proof.list_states import Special, States, state
from services.criteria.engine.answer.judge import advises, holds
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.criterion import Criterion
from services.criteria.engine.language.policy_trees import trees
from services.criteria.engine.logic.values import NOT_MET
from services.criteria.engine.runtime.scope import PolicyNode


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a mark comes from: its spec and which part of it, the kind of item it stands on, and
    the list around it.
    """

    spec: Criterion
    part: str
    item: str | None = None
    around: Criterion | None = None


class Excuses:
    """Decides obligations of one edition."""

    def __init__(self, edition: Edition, most: int = MOST) -> None:
        self.edition, self.most = edition, most
        self.known: dict[Expr, Expr] = {}
        self.plain = outputs(self.reading({}))
        self.stands: dict[PolicyNode, Stand] = {}
        marks = dict(edition.tops)
        for place, tree, _ in trees(edition.spec):
            if place[0] != "derived":
                self.stands.update(_stands(marks[place], Stand(tree, WHOLE)))

    def reading(self, instead: Instead) -> Reading:
        """Reads the edition with something else in place of a node."""
        return Reading(self.edition, self.known, instead)

    def excuse(self, obligation: Obligation, kind: str) -> str | None:
        """Why no case can meet it; None if some cell would, or nobody can tell."""
        stand = self.stands.get(obligation.member)
        if stand is None or obligation.want not in STATES or obligation.shape:
            return None
        wanted = STATES.index(obligation.want)
        try:
            found = [
                self.walked(obligation, kind, stand, (wanted, other))
                for other in range(3)
                if other != wanted
            ]
        except TooMany:
            return None
        return f"in none of {sum(one or 0 for one in found)} cells" if None not in found else None

    def walked(
        self, obligation: Obligation, kind: str, stand: Stand, states: tuple[int, int]
    ) -> int | None:
        """How many cells were walked without finding one in which forcing the member changes what
        it should; None if one does.
        """
        wanted, other = states
        instead: Instead = {(id(stand.spec), stand.part): Expr("const", n=other)}
        node = self.expr(stand, {})
        if kind == "three_state" and obligation.group is not None:
            return self.on_group(
                node,
                wanted,
                (self.group(obligation.group, {}), self.group(obligation.group, instead)),
            )
        forced = outputs(self.reading(instead))
        pairs = [
            (name, one, forced[name]) for name, one in self.plain.items() if one != forced[name]
        ]
        if not pairs:
            return None
        special = None
        if stand.around is not None:
            special = Special(
                self.reading({}).without_waiver(stand.around),
                self.reading(instead).without_waiver(stand.around),
                node,
                wanted,
            )
        found = [self.smallest(pair, (node, wanted), special) for pair in pairs]
        return None if None in found else sum(one or 0 for one in found)

    def on_group(self, node: Expr, wanted: int, pair: tuple[Expr, Expr]) -> int | None:
        """The cells of the group alone, in none of which it makes a difference."""
        keep = atoms(node)
        one, other = (simplified(expr, keep) for expr in pair) if not _on_item(node) else pair
        cells = Enumeration(self.edition, [node, one, other], most=self.most)
        for states in cells.items() if _on_item(node) else cells:
            if state(node, states) == wanted and state(one, states) != state(other, states):
                return None
        return max(cells.cells, 1)

    def smallest(self, pair: Pair, when: tuple[Expr, int], special: Special | None) -> int | None:
        """The cells walked on the smallest part that proves it: first with everything free that
        shares nothing with the node.
        """
        name, one, other = pair
        everything = atoms(one) | atoms(other)
        keep = atoms(special.plain) if special is not None else atoms(when[0])
        for kept in dict.fromkeys(
            (keep, self.with_segment(keep, everything), shared((one, other), keep), everything)
        ):
            cells = self.none_differs(
                (name, simplified(one, kept), simplified(other, kept)), when, special
            )
            if cells is not None:
                return cells
        return None

    def with_segment(self, keep: frozenset[Atom], everything: frozenset[Atom]) -> frozenset[Atom]:
        """What is kept, and with one fact that a segment gives all of them."""
        given = {
            path
            for path, one in self.edition.spec.derived.items()
            if one.reaches_sacrum or one.margin_above or one.margin_below or one.every_interspace
        }
        of_segment = frozenset(one for one in everything if getattr(one, "path", None) in given)
        return keep | of_segment if keep & of_segment else keep

    def none_differs(
        self, pair: Pair, when: tuple[Expr, int], special: Special | None
    ) -> int | None:
        """How many cells there are if none tells the two apart; None if one does."""
        (node, wanted), (name, one, other) = when, pair
        cells = Enumeration(
            self.edition,
            [one, other, *([special.plain, special.forced] if special else [node])],
            special,
            self.most,
        )
        for states in cells:
            if (special is not None or state(node, states) == wanted) and self.said(
                name, one, states
            ) != self.said(name, other, states):
                return None
        return max(cells.cells, 1)

    def said(self, name: str, expr: Expr, states: States) -> Any:
        """What an output comes to."""
        found = state(expr, states)
        guard = next((one for one in self.edition.spec.guards if f"guard:{one.id}" == name), None)
        if guard is not None:
            return holds(guard, found), advises(guard, found)
        return found != NOT_MET if name == "review" else found

    def expr(self, stand: Stand, instead: Instead) -> Expr:
        """What stands there."""
        reading = self.reading(instead)
        if stand.part == BODY:
            return reading.body(stand.spec)
        return (
            reading.without_waiver(stand.spec, stand.item)
            if stand.part == BARE
            else reading.expr(stand.spec, stand.item)
        )

    def group(self, mark: PolicyNode, instead: Instead) -> Expr:
        """The group of an obligation; of a list, what it makes of `where` and body on one item."""
        stand = self.stands[mark]
        spec = stand.spec
        if mark.kind not in {"some", "every"} or spec.where is None:
            return self.expr(stand, instead)
        reading = self.reading(instead)
        where, body = (
            reading.expr(spec.where, self.edition.vocabulary.lists[mark.path].of),
            reading.body(spec),
        )
        return (
            Expr("all", (where, body))
            if mark.kind == "some"
            else Expr("any", (Expr("none", (where,)), body))
        )


def _on_item(node: Expr) -> bool:
    return any(
        one.atom is not None and one.atom.kind is not None for one in walk(node)
    ) and not any(one.walked is not None for one in walk(node))


def _stands(mark: PolicyNode, stand: Stand) -> Iterator[tuple[PolicyNode, Stand]]:
    """Every mark of a tree with where it comes from."""
    spec = stand.spec
    if mark.kind == "unless" and spec.unless is not None:
        yield mark, stand
        yield from _stands(mark.below[1], Stand(spec.unless, WHOLE, stand.item, stand.around))
        mark, stand = mark.below[0], Stand(spec, BARE, stand.item, stand.around)
    yield mark, stand
    if mark.kind in {"some", "every"}:
        yield from _of_list(mark, spec)
    elif spec.fact is None and spec.ref is None:
        yield from _of_members(mark, spec, stand.item, stand.around)


def _of_members(
    mark: PolicyNode, spec: Criterion, item: str | None, around: Criterion | None
) -> Iterator[tuple[PolicyNode, Stand]]:
    for below, member in zip(mark.below, spec.group[1], strict=True):
        yield from _stands(below, Stand(member, WHOLE, item, around))


def _of_list(mark: PolicyNode, spec: Criterion) -> Iterator[tuple[PolicyNode, Stand]]:
    *where, inner = mark.below
    if where and spec.where is not None:
        yield from _stands(where[0], Stand(spec.where, WHOLE, mark.path, spec))
    yield inner, Stand(spec, BODY, mark.path, spec)
    yield from _of_members(inner, spec, mark.path, spec)
