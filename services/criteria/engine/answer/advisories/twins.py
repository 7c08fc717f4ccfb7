"""Lines of one request that ask for the same, or for the same at overlapping levels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice

from shared.body.spine import segment
from shared.events.content.digest import LineContent, canonical
from shared.events.evaluation import Advisory
from shared.events.request import AuthorizationRequest, ServiceLine

MOST_OVERLAPS = 50
"""Pairs that are told: two hundred lines at one level would be twenty thousand of them."""


def twins(request: AuthorizationRequest, whole: AuthorizationRequest) -> tuple[Advisory, ...]:
    """What the asker should know of lines that are asked for twice, in whole or in part; it holds
    nothing. `whole` is the request with the services of its codes.
    """
    lines = [line for line in request.lines if not line.cancelled]
    if len(lines) == 1:
        return ()
    outlines = {_outline(line) for line in lines}
    groups = [[line] for line in lines] if len(outlines) == len(lines) else _alike(lines)
    firsts = {same[0].sequence for same in groups}
    first = [line for line in whole.lines if not line.cancelled and line.sequence in firsts]
    return (*_equal(groups), *islice(_overlapping(first), MOST_OVERLAPS))


def _alike(lines: list[ServiceLine]) -> list[list[ServiceLine]]:
    """The lines, those together that ask for the same."""
    found: dict[str, list[ServiceLine]] = {}
    for line in lines:
        found.setdefault(repr(canonical(LineContent(line=line))), []).append(line)
    return list(found.values())


def _outline(line: ServiceLine) -> tuple[int, str, frozenset[str]]:
    """What lines that ask for the same have in common at least, at a tenth of the cost."""
    return len(line.codes), (line.segment or "").strip().upper(), frozenset(line.services)


def _equal(groups: list[list[ServiceLine]]) -> Iterator[Advisory]:
    for first, *others in groups:
        for line in others:
            yield Advisory(
                id=f"duplicate-line:{line.sequence}",
                text=(
                    f"Line {line.sequence} asks for the same as line {first.sequence}. It is one "
                    "request: an approval has one authorization number, and its units count once."
                ),
                lines=(first.sequence, line.sequence),
            )


def _overlapping(lines: list[ServiceLine]) -> Iterator[Advisory]:
    ranged = [(line, span) for line in lines if (span := segment(line.segment)) is not None]
    for (one, upper), (other, lower) in combinations(ranged, 2):
        if upper.meets(lower) and set(one.services) & set(other.services):
            yield Advisory(
                id=f"overlapping-lines:{one.sequence}-{other.sequence}",
                text=(
                    f"Lines {one.sequence} and {other.sequence} ask for the same service at "
                    "levels that overlap."
                ),
                lines=(one.sequence, other.sequence),
            )
