"""Facts that are computed from a few others: how these are read, and what is told where one of them
cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from services.criteria.engine.logic.values import Span
from services.criteria.engine.runtime.derivations import Derivation
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.scope import ITEM, EvaluationScope
from shared.body.spine import Segment

COMPUTED: Final = "computed"
"""The detail of a fact that shows its value beside the observations behind it."""


class Operand(NamedTuple):
    """A fact by its path, and whose it is in a scope."""

    path: str
    whose: int


Function = Callable[[Sequence[Any], date], Any]
"""From the possible values of the operands and the day of receipt to those of the fact; None where
they cannot be those of one patient.
"""


def computed(path: str, operands: tuple[Operand, ...], function: Function) -> Derivation:
    """The fact, unknown where an operand is: what is uncertain of one makes it uncertain, and every
    one that is missing is asked for.
    """

    def run(scope: EvaluationScope, _segment: Segment | None) -> KnownFact:
        read = [(one, scope.of(one.whose).get(one.path)) for one in operands]
        why = next((reason for _, one in read if (reason := _why(one)) is not None), None)
        values = [one.value for _, one in read if one is not None]
        value = None if why is not None else function(values, scope.day)
        known = KnownFact(
            path,
            value,
            facts=tuple(fact for _, one in read if one is not None for fact in one.facts),
            subject=scope.subject or "",
            reason=why if why is not None or value is not None else "illegible",
        )
        known.detail = COMPUTED
        known.asks = tuple(
            pair
            for one, fact in read
            if value is None or _unsure(fact)
            for pair in _asked(one, fact, scope.subject, everything=why is None)
        )
        return known

    return run


def _why(known: KnownFact | None) -> str | None:
    """Why an operand cannot be used; None if it can."""
    if known is None:
        return "absent"
    return None if known.sound else known.reason or "below_confidence"


def _unsure(known: KnownFact | None) -> bool:
    return known is None or not known.sound or isinstance(known.value, Span | frozenset)


def _asked(
    one: Operand, known: KnownFact | None, subject: str | None, *, everything: bool
) -> tuple[tuple[str, str | None], ...]:
    """What would settle an operand: of one that is computed itself, what it was computed from.
    Where all can be used and do not fit together, all are asked for.
    """
    if not (everything or _unsure(known)):
        return ()
    if known is not None and known.asks:
        return known.asks
    return ((one.path, subject if one.whose == ITEM else None),)
