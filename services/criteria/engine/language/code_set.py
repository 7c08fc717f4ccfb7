"""A code set: which services procedure and item codes ask for, and where on the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field

from services.criteria.engine.language.criterion import Id, Strict
from services.criteria.engine.language.policy import Sentence
from services.criteria.engine.language.vocabulary import validated
from services.criteria.engine.language.yaml_source import SourceDocument, SourcePlace, read
from shared.body.spine import PARTS as SPINE

Region = Literal[
    "spine",
    "cervical",
    "thoracic",
    "lumbar",
    "sacral",
    "head",
    "neck",
    "shoulder",
    "elbow",
    "wrist",
    "hand",
    "chest",
    "abdomen",
    "pelvis",
    "hip",
    "knee",
    "ankle",
    "foot",
]
_ONE = re.compile(r"([A-Z]?)(\d{4,5})([A-Z]?)")
LENGTH: Final = 5
"""Characters of a code of CPT or HCPCS."""
MOST: Final = 20_000
"""Codes of one set."""


class CodeSource(Strict):
    """Where the numbers come from, and of which edition."""

    title: Sentence
    edition: Id
    url: Annotated[str, Field(pattern=r"^https://", max_length=400)]


class CodeEntry(Strict):
    """Codes that mean the same: one code, a range (`63045-63048`), or all that begin so (`E139*`).

    All of `services` are asked for by each code; none by what only comes along with others. Where
    the sender names one of `or_`, the code belongs to that service and asks for no other.
    """

    codes: Annotated[tuple[Id, ...], Field(min_length=1)]
    services: tuple[Id, ...] = ()
    or_: Annotated[tuple[Id, ...], Field(alias="or")] = ()
    regions: tuple[Region, ...] = ()

    @property
    def places(self) -> frozenset[str]:
        """The regions, the spine by its four parts."""
        spine = SPINE if "spine" in self.regions else ()
        return frozenset((*self.regions, *spine)) - {"spine"}


class CodeSetSpec(Strict):
    """A code set's file."""

    code_set: Id
    version: int
    source: CodeSource
    entries: Annotated[tuple[CodeEntry, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A loaded code set: what each of its codes means."""

    set_name: str
    version: int
    source: CodeSource
    entries: dict[str, CodeEntry]

    @property
    def name(self) -> str:
        """The set with its version, `spine-procedures@1`."""
        return f"{self.set_name}@{self.version}"


def load(text: str, file: str) -> CodeSet:
    """The code set in `text`; raises `PolicyInvalid`, also for a code that stands twice."""
    document = read(text, file)
    spec: CodeSetSpec = validated(CodeSetSpec, document)
    entries: dict[str, CodeEntry] = {}
    for at, entry in enumerate(spec.entries):
        for n, written in enumerate(entry.codes):
            place = ("entries", at, "codes", n)
            for code in _codes(written, document, place):
                if code in entries:
                    raise document.error(place, f"{code} stands twice")
                entries[code] = entry
                if len(entries) > MOST:
                    raise document.error(place, f"more than {MOST} codes")
    return CodeSet(spec.code_set, spec.version, spec.source, entries)


def _codes(written: str, document: SourceDocument, place: SourcePlace) -> Iterator[str]:
    """Every code that an entry means; a prefix stands for the numbers that begin so."""
    low, dash, high = written.partition("-")
    if written.endswith("*") and not dash:
        missing = LENGTH - len(written[:-1])
        low, high = written[:-1] + "0" * missing, written[:-1] + "9" * missing
    first, last = _ONE.fullmatch(low), _ONE.fullmatch(high or low)
    if first is None or last is None or {len(first[0]), len(last[0])} != {LENGTH}:
        raise document.error(place, f"{written} is no code, no range and no beginning of codes")
    if (first[1], first[3]) != (last[1], last[3]) or int(first[2]) > int(last[2]):
        raise document.error(place, f"{written} is no range")
    digits = len(first[2])
    for number in range(int(first[2]), int(last[2]) + 1):
        yield f"{first[1]}{number:0{digits}}{first[3]}"
