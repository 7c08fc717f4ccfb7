"""Proves, by walking every cell, that a mutant answers as the original does; where it cannot, says
nothing.
"""

from __future__ import annotations

from typing import Any

from services.criteria.authoring.proof.enumeration import MOST, Enumeration
from services.criteria.authoring.proof.expressions import (
    Atom,
    Expr,
    Reading,
    atoms,
    outputs,
    shared,
    simplified,
)
from services.criteria.authoring.proof.leaf_states import TooMany
from services.criteria.authoring.proof.list_states import States, state
from services.criteria.authoring.proof.question_terms import asked, touched
from services.criteria.engine.answer.judge import advises, holds
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.policy import Guard
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN

SILENT = Expr("const", n=NOT_MET)
Pair = tuple[str, Expr, Expr]
Rules = dict[str, Any]


def proof(edition: Edition, wrong: Edition, most: int = MOST) -> str | None:
    """Why no case can tell the mutant from the original, with the number of cells that were walked;
    None if that is not proven.
    """
    known: dict[Expr, Expr] = {}
    here, there = outputs(Reading(edition, known)), outputs(Reading(wrong, known))
    guards = [_rules(edition), _rules(wrong)]
    pairs = [(name, one, there.get(name, SILENT)) for name, one in here.items()]
    changed = [
        (name, one, other)
        for name, one, other in pairs
        if one != other or _rule(name, guards[0]) != _rule(name, guards[1])
    ]
    if set(there) - set(here) or any(
        _names_items(name, guards[0]) and not _same_items(edition, one, other)
        for name, one, other in changed
    ):
        return None
    whole = (
        [*changed, ("root", here["root"], there["root"])]
        if all(name != "root" for name, _, _ in changed)
        else changed
    )
    different = frozenset[Atom]().union(*(_different(one, other) for _, one, other in changed))
    everything = frozenset[Atom]().union(*(atoms(one) | atoms(other) for _, one, other in whole))
    both = [expr for _, one, other in whole for expr in (one, other)]
    for keep in dict.fromkeys((different, shared(both, different), everything)):
        cells = _walked(
            edition,
            [(name, simplified(one, keep), simplified(other, keep)) for name, one, other in whole],
            guards,
            most,
        )
        if cells is not None:
            return f"the same answer in all {cells} cells of what it reads"
    return None


def _walked(edition: Edition, pairs: list[Pair], guards: list[Rules], most: int) -> int | None:
    """How many cells were walked if both sides answer the same in each of them; None if they do
    not, or if there are too many.
    """
    try:
        cells = Enumeration(
            edition, [expr for _, one, other in pairs for expr in (one, other)], most=most
        )
        for states in cells:
            if _answer(pairs, 1, states, guards[0]) != _answer(pairs, 2, states, guards[1]):
                return None
    except TooMany:
        return None
    return cells.cells


def _rules(edition: Edition) -> Rules:
    """The guards by id, the branches, and whether urgency rises when it is unknown whether it
    should.
    """
    found: Rules = {guard.id: guard for guard in edition.spec.guards}
    found.update({f"branch:{one.when}": one for one in edition.spec.outcomes.branches})
    rule = edition.spec.urgency
    return (
        {**found, "expedited when unknown": True}
        if rule is not None and rule.unknown == "expedited"
        else found
    )


def _names_items(name: str, guards: Rules) -> bool:
    guard = guards.get(name.removeprefix("guard:"))
    return isinstance(guard, Guard) and guard.name_by is not None


def _same_items(edition: Edition, one: Expr, other: Expr) -> bool:
    """Whether two lists make the same of every item, so that what is named after items is the
    same.
    """
    if one == other:
        return True
    if (one.kind, one.name, len(one.below)) != (other.kind, other.name, len(other.below)):
        return False
    cells = Enumeration(edition, [*one.below, *other.below])
    try:
        return all(
            state(a, states) == state(b, states)
            for states in cells.items()
            for a, b in zip(one.below, other.below, strict=True)
        )
    except TooMany:
        return False


def _rule(name: str, guards: Rules) -> Any:
    return (
        guards.get("expedited when unknown")
        if name == "urgency"
        else _bare(guards.get(name.removeprefix("guard:")))
    )


def _bare(guard: Any) -> Any:
    """What a guard does, apart from when: two trees that are written otherwise may be the same
    expression.
    """
    return (guard.then, guard.unknown) if isinstance(guard, Guard) else guard


def _different(one: Expr, other: Expr) -> frozenset[Atom]:
    """What the parts read in which two expressions differ."""
    if one == other:
        return frozenset()
    if one.kind == other.kind in {"all", "any", "none"} and len(one.below) == len(other.below):
        return frozenset[Atom]().union(
            *(_different(a, b) for a, b in zip(one.below, other.below, strict=True))
        )
    if one.kind == other.kind in {"all", "any"} and one.name == other.name:
        apart = [
            below
            for below in (*one.below, *other.below)
            if (below in one.below) != (below in other.below)
        ]
        return frozenset[Atom]().union(*(atoms(below) for below in apart)) or atoms(one) | atoms(
            other
        )
    return atoms(one) | atoms(other)


def _answer(pairs: list[Pair], side: int, states: States, guards: Rules) -> tuple[Any, ...]:
    """What one side says: the root with what it would ask for, and of every other tree what can be
    noticed.
    """
    root = next(
        state(pair[side], states)  # type: ignore[arg-type]
        for pair in pairs
        if pair[0] == "root"
    )
    return tuple(
        _said(name, (one, other)[side - 1], states, (root, guards)) for name, one, other in pairs
    )


def _said(name: str, expr: Expr, states: States, around: tuple[int, Rules]) -> Any:
    root, guards = around
    found = state(expr, states)
    if name == "root":
        return found, asked(expr, states)
    if name.startswith("branch:"):
        return found, guards.get(name)
    if not name.startswith("guard:"):
        by_name = {
            "urgency": found == MET or (found == UNKNOWN and "expedited when unknown" in guards),
            "review": found != NOT_MET,
        }
        return by_name.get(name, found)
    guard = guards.get(name.removeprefix("guard:"))
    if not isinstance(guard, Guard):
        return "silent"
    if holds(guard, found):
        return None if root == NOT_MET else ("holds", found, touched(expr, states))
    return ("advises", found == MET) if advises(guard, found) else "silent"
