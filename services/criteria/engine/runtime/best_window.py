"""Facts that are computed over time: the best window of consecutive days, and the time between two
dates.
"""

from __future__ import annotations

import calendar
from datetime import MAXYEAR, date, timedelta

from services.criteria.engine.language.derived_spec import BestWindow
from services.criteria.engine.logic.values import MET, NOT_MET, choice, possible
from services.criteria.engine.runtime.derivations import Derivation
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.scope import CompiledNode, EvaluationScope, Items
from shared.body.spine import Segment

States = dict[date, int]


def best_window(
    path: str, spec: BestWindow, where: CompiledNode, asks: tuple[str, ...]
) -> Derivation:
    """The most days that count in any window: doubtful days, and days that an open list leaves out,
    make it uncertain.
    """

    def run(scope: EvaluationScope, _segment: Segment | None) -> KnownFact:
        items = scope.lists[spec.list]
        began = scope.member.get(spec.since)
        if began is None or not began.sound:
            return _unknown(path, began, spec.since)
        starts = possible(began.value)
        if any(start > scope.day for start in starts):
            return KnownFact(path, None, facts=began.facts, reason="illegible")
        states = _by_day(items, where)
        closed = (items.closed or (spec.assume_closed and scope.trusting)) and None not in states
        found = [_reach(states, start, spec, scope.day, closed=closed) for start in starts]
        low, high = min(low for low, _ in found), max(high for _, high in found)
        known = KnownFact(path, choice(frozenset(range(low, high + 1))))
        known.asks = _asked(items, where, asks) or (() if closed else ((spec.list, None),))
        return known

    return run


def _unknown(path: str, known: KnownFact | None, since: str) -> KnownFact:
    reason = "absent" if known is None else known.reason or "below_confidence"
    found = KnownFact(path, None, facts=() if known is None else known.facts, reason=reason)
    found.asks = ((since, None),)
    return found


def _by_day(items: Items, where: CompiledNode) -> dict[date | None, int]:
    """The state of every day; None stands for items that no date names."""
    found: dict[date | None, int] = {}
    for item in items.scopes:
        day = day_of(item.subject or "")
        found[day] = max(found.get(day, NOT_MET), min(where.run(item).state, item.inside))
    return found


def day_of(name: str) -> date | None:
    """The date that names an item; `2025-03-01/2` is a second one of that day."""
    try:
        return date.fromisoformat(name.partition("/")[0])
    except ValueError:
        return None


def _reach(
    states: dict[date | None, int], start: date, spec: BestWindow, received: date, *, closed: bool
) -> tuple[int, int]:
    """The least and the most that the best window can hold, of windows from `start` on that end in
    time.
    """
    end = min(months_after(start, spec.first_months), received + timedelta(days=1))
    days = [start + timedelta(days=at) for at in range((end - start).days)]
    undocumented = NOT_MET if closed else MET - 1
    found = [states.get(day, undocumented) for day in days]
    return _best([state == MET for state in found], spec.days), _best(
        [state != NOT_MET for state in found], spec.days
    )


def _best(counts: list[bool], days: int) -> int:
    window = best = sum(counts[:days])
    for at in range(days, len(counts)):
        window += counts[at] - counts[at - days]
        best = max(best, window)
    return best


def months_after(start: date, months: int) -> date:
    """The same day so many calendar months later, or the last day of that month if it is
    shorter.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _asked(
    items: Items, where: CompiledNode, asks: tuple[str, ...]
) -> tuple[tuple[str, str | None], ...]:
    """What would settle the doubtful days."""
    return tuple(
        (ask, item.subject)
        for item in items.scopes
        if where.run(item).state not in {MET, NOT_MET}
        for ask in asks
    )
