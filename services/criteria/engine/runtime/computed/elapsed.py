"""Whole days, weeks and calendar months between two dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from services.criteria.engine.logic.values import choice, possible
from services.criteria.engine.runtime.best_window import months_after
from services.criteria.engine.runtime.computed.operands import Function


def elapsed(unit: str) -> Function:
    """The function from one or two dates to the whole units between them, the second being that of
    receipt if it is not given; None where the first may lie after the second: what has not begun
    has no length.
    """
    count = UNITS[unit]

    def run(values: Sequence[Any], day: date) -> Any:
        ends = possible(values[1]) if len(values) > 1 else {day}
        pairs = [(start, end) for start in possible(values[0]) for end in ends]
        if any(start > end for start, end in pairs):
            return None
        return choice(frozenset([count(start, end) for start, end in pairs]))

    return run


def months(start: date, end: date) -> int:
    """The whole calendar months from a day to one that is not before it. A month ends on the same
    day of the next one, or on its last day where it has none.
    """
    found = (end.year - start.year) * 12 + end.month - start.month
    return found - (months_after(start, found) > end)


UNITS: dict[str, Callable[[date, date], int]] = {
    "days": lambda start, end: (end - start).days,
    "weeks": lambda start, end: (end - start).days // 7,
    "months": months,
}
