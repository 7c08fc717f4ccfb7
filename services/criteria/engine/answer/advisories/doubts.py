"""Why a person looks at a line whatever its policy says: what the line itself says does not fit
together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from services.criteria.engine.edition.code_sets import ReadLine
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library
from shared.body.item_names import transitional
from shared.body.spine import segment
from shared.events.evaluation import Advisory
from shared.events.request import ServiceLine

CODES_CONTRADICT, CODE_RANGE, ILLEGIBLE = "codes_contradict", "code_range", "illegible"


class LineDoubt(NamedTuple):
    """The reason that the line pends for, and the sentence that its sender and a person read."""

    reason: str
    text: str


def doubt_of(
    line: ServiceLine, read: ReadLine, edition: Edition | str, library: Library
) -> LineDoubt | None:
    """What is doubtful about a line as its sender wrote it, before the edition that judges it, if
    anything is.
    """
    text = library.codes.contradiction(line, read.codes)
    if text is not None:
        return LineDoubt(CODES_CONTRADICT, text)
    ranges = [one.written for one in line.codes if one.through not in {None, one.code}]
    if ranges:
        text = f"Of the range {', '.join(ranges)} it is not said which code is meant."
        return LineDoubt(CODE_RANGE, text)
    of_spine = isinstance(edition, Edition) and edition.vocabulary.of_spine
    named = line.segment or ""
    if not of_spine or not named or segment(named) is not None or transitional(named) is not None:
        return None
    text = f"The segment {named} could not be read as one range of levels of the spine."
    return LineDoubt(ILLEGIBLE, text)


def doubts(found: Iterable[tuple[int, LineDoubt | None]]) -> tuple[Advisory, ...]:
    """The doubts of the lines, by sequence, as advisories."""
    return tuple(
        Advisory(
            id=f"{doubt.reason.replace('_', '-')}:{sequence}",
            text=doubt.text[:1_000],
            lines=(sequence,),
        )
        for sequence, doubt in found
        if doubt is not None
    )
