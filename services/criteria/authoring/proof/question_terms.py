"""What would be asked for, as terms that two policies can be compared by: equal terms are equal
questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.criteria.authoring.proof.expressions import Expr
from services.criteria.authoring.proof.list_states import States, state
from services.criteria.engine.logic.values import MET, UNKNOWN

NOTHING: frozenset[Any] = frozenset()


def asked(expr: Expr, states: States) -> Any:
    """The question of an unknown expression; None for one that is known.

    A computed fact that has no value asks for nothing.
    """
    if state(expr, states) != UNKNOWN:
        return None
    match expr.kind:
        case "leaf":
            return _of_leaf(expr, states)
        case "all" | "none":
            return frozenset(
                part
                for term in _terms(expr, states)
                for part in (term if isinstance(term, frozenset) else (term,))
            )
        case "any":
            options = frozenset(_terms(expr, states))
            return (
                NOTHING
                if NOTHING in options
                else next(iter(options))
                if len(options) == 1
                else ("cheapest", options)
            )
        case "enough":
            met = sum(state(below, states) == MET for below in expr.below)
            return ("several", expr.n - met, tuple(_terms(expr, states)))
        case _:
            return frozenset({("node", expr)})


def _terms(expr: Expr, states: States) -> Iterator[Any]:
    yield from (term for below in expr.below if (term := asked(below, states)) is not None)


def _of_leaf(expr: Expr, states: States) -> frozenset[Any]:
    atom = expr.atom
    if atom is None or atom.meaning.startswith(("reaches_sacrum", "age_at")):
        return NOTHING
    if atom.meaning.startswith("margin") and any(
        _is_segment(one) and found == UNKNOWN for one, found in states.items()
    ):
        return NOTHING
    return frozenset({("fact", atom.path, atom.meaning)})


def _is_segment(expr: Expr) -> bool:
    """Whether a leaf is known exactly where the line's segment is."""
    return expr.atom is not None and expr.atom.meaning.startswith("reaches_sacrum")


def touched(expr: Expr, states: States) -> Any:
    """Every unknown fact beneath a guard that must be ruled out."""
    if state(expr, states) != UNKNOWN:
        return NOTHING
    below = (
        [part for one in expr.below for part in touched(one, states)]
        if expr.kind in {"all", "any", "none", "enough"}
        else []
    )
    if below:
        return frozenset(below)
    term = asked(expr, states)
    return term if isinstance(term, frozenset) else frozenset({term})
