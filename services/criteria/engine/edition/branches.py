"""What differs by the branch of a policy that a line meets: how long an approval is valid, and what
may not be asked for. A limit sends the line to a person; it takes nothing from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language.outcomes import BranchSpec
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.computed.request_facts import codes_of
from services.criteria.engine.runtime.scope import EvaluationScope, Result
from shared.events.evaluation import Advisory
from shared.events.request import ServiceLine

CODES = "line.codes"
LIMIT = "limit"


class Limit(NamedTuple):
    """A limit that holds a line, or may: `result` is that of its branch, `asks` the facts of the
    request that would settle whether the line keeps to it.
    """

    branch: BranchSpec
    result: Result
    state: int
    asks: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why the line pends."""
        return f"{LIMIT}:{self.branch.when}"[:64]


def met(edition: Edition, scope: EvaluationScope) -> Iterator[tuple[BranchSpec, Result]]:
    """Every branch of an edition with what its node came to on the line."""
    for branch in edition.spec.outcomes.branches:
        kept = scope.memo.get(branch.when)
        yield branch, edition.named[branch.when].run(scope) if kept is None else kept


def valid_days(edition: Edition, found: Iterable[tuple[BranchSpec, Result]]) -> int:
    """For how many days an approval is valid: the least of the branches that are met, else what
    holds for all.
    """
    least = [one.valid_days for one, result in found if one.valid_days and result.state == MET]
    return min(least, default=edition.spec.outcomes.valid_days)


def limits(found: Iterable[tuple[BranchSpec, Result]], line: ServiceLine) -> tuple[Limit, ...]:
    """The limits that hold the line, those that are known to before those that may."""
    made = []
    for branch, result in found:
        beyond, asks = _beyond(branch, line)
        state = min(result.state, beyond)
        if state != NOT_MET:
            made.append(Limit(branch, result, state, asks))
    return tuple(sorted(made, key=lambda one: -one.state))


def _beyond(branch: BranchSpec, line: ServiceLine) -> tuple[int, tuple[str, ...]]:
    """Whether the line asks for more than the branch allows; a line that names no code that can be
    read may ask for any.
    """
    if branch.max_units is not None and any(one.units > branch.max_units for one in line.codes):
        return MET, ()
    if not branch.not_codes:
        return NOT_MET, ()
    read = codes_of(line.codes)
    if read is not None and not read.things.isdisjoint(branch.not_codes):
        return MET, ()
    return (NOT_MET, ()) if read is not None and read.closed else (UNKNOWN, (CODES,))


def told(lines: Iterable[tuple[int, str, tuple[Limit, ...]]]) -> tuple[Advisory, ...]:
    """The text of every limit that lines, by sequence, pend for by this reason."""
    on: dict[str, tuple[Limit, list[int]]] = {}
    for sequence, reason, found in lines:
        for one in found if reason.startswith(f"{LIMIT}:") else ():
            on.setdefault(one.reason, (one, []))[1].append(sequence)
    return tuple(
        Advisory(id=name, text=_text(one)[:1_000], lines=tuple(of))
        for name, (one, of) in on.items()
    )


def _text(one: Limit) -> str:
    said = one.branch.text or ""
    return said if one.state == MET else f"Not documented, so it could not be checked: {said}"
