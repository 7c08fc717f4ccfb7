"""What lists can come to: any number of items, each of which can be anything, and a list that is
complete or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from services.criteria.authoring.proof.expressions import Expr
from services.criteria.authoring.proof.leaf_states import Vector
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN

States = dict[Expr, int]
"""The state of every leaf, free subtree and list."""
Joint = tuple[tuple[Expr, ...], frozenset[Vector]]
"""The leaves of one atom, and what they can say together."""
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
class ReachedStates:
    """The lists over one kind of item, and the item's own atoms with their joint states; of its
    leaves, those of its level, and those that count from it.
    """

    kind: str
    lists: tuple[Expr, ...]
    item: tuple[Joint, ...]
    level: tuple[Expr, ...] = ()
    below: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Special:
    """One item of a list that is looked at: `forced` is the list as it would be if a node on that
    item alone were another, where `node` has this `state`.
    """

    plain: Expr
    forced: Expr
    node: Expr
    state: int


def reachable(walked: ReachedStates, states: States, special: Special | None) -> set[Vector]:
    """The joint states of the lists over a kind of item, for any number of items, closed or
    open.
    """
    special = special if special is not None and special.plain in walked.lists else None
    cells = [
        ({**states, **item}, where) for item in _items(walked) for where in _places(walked, item)
    ]
    items = {_one(walked, whole, where, special) for whole, where in cells}
    start: set[Vector] = {tuple(-1 for _ in walked.lists)}
    if special is not None:
        start = {
            _one(walked, whole, where, None)
            for whole, where in cells
            if state(special.node, whole) == special.state
        }
    found, todo = set(start), list(start)
    while todo:
        sofar = todo.pop()
        for item in items:
            joined = tuple(
                _with(one, old, new)
                for one, old, new in zip(walked.lists, sofar, item, strict=True)
            )
            if joined not in found:
                found.add(joined)
                todo.append(joined)
    inside = any(one.walked is not None and one.walked.inside_line for one in walked.lists)
    closed = (
        [(True, True), (True, False), (False, False)] if inside else [(True, True), (False, False)]
    )
    return {
        tuple(_ended(one, was, both) for one, was in zip(walked.lists, of, strict=True))
        for of in found
        for both in closed
    }


def _places(walked: ReachedStates, item: States) -> tuple[str, ...]:
    """Where an item may stand; one whose level nobody knows is perhaps inside."""
    if not any(one.walked is not None and one.walked.inside_line for one in walked.lists):
        return (HERE,)
    return (
        (MAYBE,) if any(item[one] == UNKNOWN for one in walked.level) else (HERE, MAYBE, ELSEWHERE)
    )


def _items(walked: ReachedStates) -> Iterator[States]:
    """Everything that one item can be; what counts from its level is unknown where its level is."""
    for chosen in product(*(found for _, found in walked.item)):
        item = spread(walked.item, chosen)
        unknown = any(item[one] == UNKNOWN for one in walked.level)
        if not unknown or all(item[one] == UNKNOWN for one in walked.below):
            yield item


def spread(joint: Sequence[Joint], chosen: Sequence[Vector]) -> States:
    """The states of all leaves, one vector chosen for each atom."""
    return {
        leaf: one
        for (leaves, _), vector in zip(joint, chosen, strict=True)
        for leaf, one in zip(leaves, vector, strict=True)
    }


def _one(walked: ReachedStates, states: States, where: str, special: Special | None) -> Vector:
    """What one item contributes to each list, -1 where it does not stand in it; an item that is not
    the special one is as it is in both of its lists.
    """
    lists = [
        special.plain if special is not None and one is special.forced else one
        for one in walked.lists
    ]
    return tuple(
        _contribution(
            one, states, where if one.walked is not None and one.walked.inside_line else HERE
        )
        for one in lists
    )


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
