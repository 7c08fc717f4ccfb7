"""The values of a fact that a policy can tell apart: one on each side of every threshold, and on
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.criterion import Comparison, Criterion
from services.criteria.engine.language.policy_trees import leaves, trees
from services.criteria.engine.language.request_facts import REQUEST, REQUEST_FACTS
from services.criteria.engine.language.vocabulary import VocabularyEntry
from shared.body.spine import LEVELS, POSITION, segment
from shared.events.request import Choice, Fact, Interval

ABSENT = None
UNNAMED = "99999"
"""A code that no policy names."""
DAYS = {"days": (1, 1), "weeks": (7, 7), "months": (Decimal("30.3"), Decimal(31))}
HELD = frozenset(path for path, one in REQUEST_FACTS.items() if one.type == "set")
"""Sets of whatever a request names: of these only what leaves name can be told apart."""
Values = tuple[Any, ...]


def thresholds(edition: Edition) -> dict[str, set[Any]]:
    """Every number, level or count of days that a leaf of the edition compares a fact with, by
    path.
    """
    found: dict[str, set[Any]] = {}
    for _, tree, _ in trees(edition.spec):
        for leaf in leaves(tree):
            found.setdefault(leaf.fact or "", set()).update(_bounds(leaf))
    for path, one in edition.spec.derived.items():
        if one.elapsed is not None:
            days = {day for bound in found.get(path, ()) for day in _days(bound, one.elapsed.in_)}
            found.setdefault(one.elapsed.from_, set()).update(days)
    for _, table in edition.scores:
        for item in table.spec.items:
            for row in item.rows:
                found.setdefault(item.fact, set()).update(_bounds(row))
                found[item.fact].update(level for pair in row.levels for level in pair)
    return found


def _days(bound: Any, unit: str) -> Iterator[int]:
    """The days before receipt at which a span of time begins to be this long; of calendar months,
    all that it may be.
    """
    least, most = DAYS[unit]
    yield from range(int(bound * least), int(bound * most) + 1)


def _bounds(of: Any) -> Iterator[Any]:
    for name in ("at_least", "at_most", "above", "below", "within_days"):
        value = getattr(of, name, None)
        if value is not None:
            yield value
    between = getattr(of, "between", None)
    yield from between or ()
    for edge in ("worst", "best"):
        inner: Comparison | None = getattr(of, edge, None)
        if inner is not None:
            yield from _bounds(inner)
    if isinstance(of, Criterion):
        wanted = (of.is_, *(of.one_of or ()))
        kinds = (int, Decimal, str) if of.fact in HELD else (int, Decimal)
        yield from (one for one in wanted if isinstance(one, kinds) and not isinstance(one, bool))


def values(entry: VocabularyEntry, compared: set[Any], day: date) -> Values:
    """Values of a fact, as a sender writes them, of which any two that the policy tells apart
    differ; received on `day`.
    """
    allowed = entry.spec.allowed
    found: Iterable[Any] = ()
    match entry.spec.type:
        case "boolean":
            found = (True, False)
        case "choice":
            unsure = len(allowed) > 1 and entry.spec.derive != REQUEST
            found = (*allowed, Choice(any_of=allowed)) if unsure else allowed
        case "set":
            named = sorted(one for one in compared if isinstance(one, str))
            things = allowed or (*named, UNNAMED)
            found = (*((one,) for one in things), ())
        case "number":
            found = _numbers(
                entry, [Decimal(str(one)) for one in compared if not isinstance(one, str)]
            )
        case "level":
            found = _levels([str(one) for one in compared if one in POSITION])
        case "date":
            days = sorted(
                {around for one in compared if isinstance(one, int) for around in (one, one + 1)}
                | {0}
            )
            found = ((day - timedelta(days=one)).isoformat() for one in days)
        case "text":
            found = ("documented",)
    return tuple(found)


def _numbers(entry: VocabularyEntry, compared: list[Decimal]) -> Iterator[Any]:
    step = Decimal(str(entry.spec.step or 1))
    points = sorted({moved for one in compared for moved in (one - step, one, one + step)})
    yield from (_number(one) for one in points)
    # A request says one number of itself, or none.
    for one in sorted(compared) if entry.spec.derive != REQUEST else ():
        yield Interval(low=_number(one - step), high=_number(one + step))
        yield Interval(low=_number(one), low_open=True)


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _levels(compared: list[str]) -> Iterator[str]:
    around = {POSITION[one] + by for one in compared for by in (-1, 0, 1)}
    yield from (LEVELS[at] for at in sorted(around) if 0 <= at < len(LEVELS))


def fact(path: str, subject: str, value: Any, unit: str | None = None) -> Fact:
    """A confirmed fact of this value."""
    return Fact(path=path, subject=subject, value=value, unit=unit)


def new_items(edition: Edition, name: str, place: str | None) -> list[tuple[Fact, ...]]:
    """Items that a list could still hold: one at each level of the segment, with what the criteria
    want of each fact.
    """
    kind = edition.vocabulary.lists[name].of
    wanted: dict[str, Any] = {}
    for leaf in leaves(edition.spec.criteria):
        entry = edition.vocabulary.entries[leaf.fact or ""]
        if entry.spec.of == kind and entry.spec.derive is None:
            wanted.setdefault(
                entry.path,
                leaf.is_
                if leaf.is_ is not None
                else leaf.one_of[0]
                if leaf.one_of
                else next(_bounds(leaf), True),
            )
    span = segment(place)
    names = span.levels if span is not None else ("new",)
    return [
        tuple(fact(path, f"{kind}:{one}", _plain(value)) for path, value in wanted.items())
        for one in names
        if wanted
    ]


def _plain(value: Any) -> Any:
    return _number(value) if isinstance(value, Decimal) else value
