"""Walks every combination of states that the leaves of some expressions can have, lists of any length included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from services.criteria.authoring.expressions import Atom, Expr, walk
from services.criteria.authoring.vectors import TooMany, Vector, vectors
from services.criteria.engine.edition import Edition
from services.criteria.engine.language import Criterion
from services.criteria.engine.values import MET, NOT_MET, UNKNOWN

MOST = 1_000_000
"""How many cells are enumerated at most."""
States = dict[Expr, int]
"""The state of every leaf, free subtree and list."""
THREE = (NOT_MET, UNKNOWN, MET)
HERE, MAYBE, ELSEWHERE = "inside the line", "perhaps inside", "outside"


def state(expr: Expr, states: States) -> int:
    """The state of an expression, those of its leaves given."""
    if expr.kind == "const":
        return expr.n
    known = states.get(expr)
    if known is not None:
        return known
    below = [state(one, states) for one in expr.below]
    match expr.kind:
        case "all":
            return min(below)
        case "any":
            return max(below)
        case "none":
            return 2 - max(below)
        case _:
            met, unknown = below.count(MET), below.count(UNKNOWN)
            return MET if met >= expr.n else NOT_MET if met + unknown < expr.n else UNKNOWN


@dataclass(frozen=True, slots=True)
class Walked:
    """The lists over one kind of item, and the item's own atoms with their joint states."""

    kind: str
    lists: tuple[Expr, ...]
    item: tuple[tuple[tuple[Expr, ...], frozenset[Vector]], ...]


@dataclass(frozen=True, slots=True)
class Special:
    """One item of a list that is looked at: `forced` is the list as it would be if a node on that item alone were another, where `node` has this `state`."""

    plain: Expr
    forced: Expr
    node: Expr
    state: int


class Enumeration:
    """All combinations for some expressions, one item of a list perhaps looked at."""

    def __init__(self, edition: Edition, expressions: Sequence[Expr], special: Special | None = None) -> None:
        self.special = special
        nodes = list(dict.fromkeys(one for expr in expressions for one in walk(expr)))
        self.edition = edition
        self.free = [one for one in nodes if one.kind == "free"]
        leaves = [one for one in nodes if one.kind == "leaf" and one.atom is not None]
        self.member = self.joint([one for one in leaves if one.atom is not None and one.atom.kind is None])
        self.walked = [self.kind_of(kind, nodes, leaves) for kind in dict.fromkeys(one.walked.of for one in nodes if one.walked is not None)]
        self.cells = 0

    def joint(self, leaves: Sequence[Expr]) -> list[tuple[tuple[Expr, ...], frozenset[Vector]]]:
        """The leaves by atom, with the joint states of each."""
        by: dict[Atom, list[Expr]] = {}
        for one in leaves:
            if one.atom is not None:
                by.setdefault(one.atom, []).append(one)
        return [(tuple(of), self.states_of(atom, tuple(one.spec for one in of if one.spec is not None))) for atom, of in by.items()]

    def states_of(self, atom: Atom, specs: tuple[Criterion, ...]) -> frozenset[Vector]:
        """The joint states of the leaves of one atom."""
        return vectors(self.edition.vocabulary.entries[atom.path], atom, specs)

    def kind_of(self, kind: str, nodes: Sequence[Expr], leaves: Sequence[Expr]) -> Walked:
        """The lists over one kind of item."""
        lists = tuple(one for one in nodes if one.walked is not None and one.walked.of == kind)
        return Walked(kind, lists, tuple(self.joint([one for one in leaves if one.atom is not None and one.atom.kind == kind])))

    def __iter__(self) -> Iterator[States]:
        """Every combination; raises `TooMany` beyond a million cells."""
        members = prod(len(found) for _, found in self.member) * 3 ** len(self.free)
        items = sum(3 * prod(len(found) for _, found in walked.item) for walked in self.walked)
        if members * max(items, 1) > MOST:
            raise TooMany
        for chosen in product(*(found for _, found in self.member), *(THREE for _ in self.free)):
            states: States = dict(zip(self.free, chosen[len(self.member) :], strict=True))
            for (leaves, _), vector in zip(self.member, chosen, strict=False):
                states.update(zip(leaves, vector, strict=True))
            yield from self.with_lists(states)

    def with_lists(self, states: States) -> Iterator[States]:
        """The combination with every state that its lists can have."""
        found = [_reachable(walked, states, self.special) for walked in self.walked]
        for together in product(*found):
            self.cells += 1
            if self.cells > MOST:
                raise TooMany
            whole = dict(states)
            for walked, of in zip(self.walked, together, strict=True):
                whole.update(zip(walked.lists, of, strict=True))
            yield whole


def _reachable(walked: Walked, states: States, special: Special | None) -> set[Vector]:
    """The joint states of the lists over a kind of item, for any number of items, closed or open."""
    special = special if special is not None and special.plain in walked.lists else None
    cells = [({**states, **item}, where) for item in _items(walked) for where in _places(walked)]
    items = {_one(walked, whole, where, special) for whole, where in cells}
    start: set[Vector] = {tuple(-1 for _ in walked.lists)}
    if special is not None:
        start = {_one(walked, whole, where, None) for whole, where in cells if state(special.node, whole) == special.state}
    found, todo = set(start), list(start)
    while todo:
        sofar = todo.pop()
        for item in items:
            joined = tuple(_with(one, old, new) for one, old, new in zip(walked.lists, sofar, item, strict=True))
            if joined not in found:
                found.add(joined)
                todo.append(joined)
    inside = any(one.walked is not None and one.walked.inside_line for one in walked.lists)
    closed = [(True, True), (True, False), (False, False)] if inside else [(True, True), (False, False)]
    return {tuple(_ended(one, was, both) for one, was in zip(walked.lists, of, strict=True)) for of in found for both in closed}


def _places(walked: Walked) -> tuple[str, ...]:
    return (HERE, MAYBE, ELSEWHERE) if any(one.walked is not None and one.walked.inside_line for one in walked.lists) else (HERE,)


def _items(walked: Walked) -> Iterator[States]:
    for chosen in product(*(found for _, found in walked.item)):
        yield {leaf: one for (leaves, _), vector in zip(walked.item, chosen, strict=True) for leaf, one in zip(leaves, vector, strict=True)}


def _one(walked: Walked, states: States, where: str, special: Special | None) -> Vector:
    """What one item contributes to each list, -1 where it does not stand in it; an item that is not the special one is as it is in both of its lists."""
    lists = [special.plain if special is not None and one is special.forced else one for one in walked.lists]
    return tuple(_contribution(one, states, where if one.walked is not None and one.walked.inside_line else HERE) for one in lists)


def _contribution(one: Expr, states: States, where: str) -> int:
    if where == ELSEWHERE:
        return -1
    return contribution(one, states, UNKNOWN if where == MAYBE else MET)


def contribution(one: Expr, states: States, inside: int) -> int:
    """What an item with these states comes to in a list."""
    *chosen, body = [state(below, states) for below in one.below]
    if one.kind == "some":
        return min(*chosen, body, inside)
    return max(*(2 - where for where in chosen), body, 2 - inside)


def _with(one: Expr, old: int, new: int) -> int:
    """A list's state with one more item; -1: none yet."""
    if new < 0 or old < 0:
        return max(old, new)
    return max(old, new) if one.kind == "some" else min(old, new)


def _ended(one: Expr, was: int, closed: tuple[bool, bool]) -> int:
    is_closed = closed[1] if one.walked is not None and one.walked.inside_line else closed[0]
    if one.kind == "some":
        return UNKNOWN if was <= NOT_MET and not is_closed else max(was, NOT_MET)
    return UNKNOWN if was < 0 or (was == MET and not is_closed) else was
