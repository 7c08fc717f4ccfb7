"""What the codes of a line ask for by the code sets in force, and whether they fit the rest of what
the line says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final, NamedTuple

from services.criteria.engine.language.code_set import CodeEntry, CodeSet
from shared.body.procedures import procedure
from shared.body.spine import PARTS, segment
from shared.events.evaluation import LineCode
from shared.events.request import ServiceLine

MOST_NAMED: Final = 10
"""Codes that a sentence names."""


class CodeMeaning(NamedTuple):
    """What the sets say of one code.

    `services` are all that it asks for, `others` those that it belongs to where the sender says so.
    """

    code: str
    services: tuple[str, ...]
    others: frozenset[str]
    regions: frozenset[str]
    shown: LineCode


class ReadLine(NamedTuple):
    """A line with the services that its codes add, how many these are, how each code was read, and
    whether there is a code of which nothing is known.
    """

    line: ServiceLine
    added: int
    codes: tuple[CodeMeaning, ...]
    unknown: bool

    @property
    def shown(self) -> tuple[LineCode, ...]:
        """Which code gave which service, as an evaluation shows it."""
        return tuple([one.shown for one in self.codes if one.services])


class CodeSets:
    """The code sets in force, as one table; of a set under several versions the newest counts."""

    def __init__(self, sets: Iterable[CodeSet] = ()) -> None:
        self.sets = tuple(sets)
        self.meanings: dict[str, CodeMeaning] = {}
        self.regions: dict[str, frozenset[str]] = {}
        """By service: wherever its codes are."""
        for one in {one.set_name: one for one in sorted(self.sets, key=_version)}.values():
            for code, entry in one.entries.items():
                known = self.meanings.get(code)
                meaning = self.meanings[code] = _meaning(code, entry, one.name, known)
                for service in (*meaning.services, *meaning.others):
                    places = self.regions.get(service, frozenset())
                    self.regions[service] = places | meaning.regions

    def read(self, line: ServiceLine) -> ReadLine:
        """The line as its codes complete it; a line that was read so reads as itself."""
        if not line.codes:
            return ReadLine(line, 0, (), unknown=False)
        found = [procedure(one.system, one.code) for one in line.codes]
        known = [None if one is None else self.meanings.get(one.code) for one in found]
        codes = tuple({one.code: one for one in known if one is not None}.values())
        added = dict.fromkeys(
            service
            for one in codes
            if not one.others.intersection(line.services)
            for service in one.services
            if service not in line.services
        )
        if added:
            line = line.model_copy(update={"services": (*line.services, *added)})
        return ReadLine(line, len(added), codes, None in known)

    def contradiction(self, asked: ServiceLine, codes: tuple[CodeMeaning, ...]) -> str | None:
        """In a sentence, how codes of a line name another part of the body than its segment, than
        the services that its sender names, or than each other; None if they do not.
        """
        placed = [one for one in codes if one.regions]
        if not placed:
            return None
        span = segment(asked.segment)
        if span is not None:
            where, what = span.parts, f"the segment {asked.segment}"
        elif asked.services and self.regions.keys() >= set(asked.services):
            named = (self.regions[service] for service in asked.services)
            where, what = frozenset().union(*named), "the services of the line"
        else:
            return _apart(placed)
        wrong = [one for one in placed if not one.regions & where]
        return f"{_named(wrong)} another part of the body than {what}." if wrong else None


def _version(one: CodeSet) -> int:
    return one.version


def _meaning(code: str, entry: CodeEntry, name: str, known: CodeMeaning | None) -> CodeMeaning:
    """What an entry says, beside what another set says of the same code."""
    none: frozenset[str] = frozenset()
    before = known or CodeMeaning(code, (), none, none, LineCode(code=code))
    services = tuple(dict.fromkeys((*before.services, *entry.services)))
    return CodeMeaning(
        code,
        services,
        before.others.union(entry.or_),
        before.regions | entry.places,
        LineCode(code=code, services=services, code_sets=(*before.shown.code_sets, name)),
    )


def _apart(placed: list[CodeMeaning]) -> str | None:
    """Codes of parts of the body that do not meet; neighbours in the spine do."""
    apart = {
        places
        for pair in combinations({one.regions for one in placed}, 2)
        if pair[1].isdisjoint(_around(pair[0]))
        for places in pair
    }
    wrong = [one for one in placed if one.regions in apart]
    return f"{_named(wrong)} parts of the body that do not meet." if wrong else None


def _around(regions: frozenset[str]) -> Iterator[str]:
    yield from regions
    for at, part in enumerate(PARTS):
        if part in regions:
            yield from PARTS[max(at - 1, 0) : at + 2]


def _named(codes: list[CodeMeaning]) -> str:
    """`The codes 63030 (lumbar) and 27447 (knee) name`."""
    names = [f"{one.code} ({', '.join(sorted(one.regions))})" for one in codes[:MOST_NAMED]]
    if len(names) == 1:
        return f"The code {names[0]} names"
    if len(codes) > MOST_NAMED:
        names.append(f"{len(codes) - MOST_NAMED} more")
    return f"The codes {', '.join(names[:-1])} and {names[-1]} name"
