"""What a mixture of determinations is called: its title, the sentences of its opening, and its
kind.

Every key stands beside the condition under which it is true of the notice's lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from shared.events.criteria import Determination
from shared.events.letters import LetterKind


class LineOutcome(StrEnum):
    """What became of a line, as a letter tells it; `BY_LAW`: nobody decided it in time, and it
    counts as approved.
    """

    APPROVED = "approved"
    CHANGED = "changed"
    REFUSED = "refused"
    BY_LAW = "by_law"
    OPEN = "open"
    NOTIFIED = "notified"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


Mixture = frozenset[LineOutcome]
Condition = Callable[[Mixture], bool]

OUTCOMES = {
    Determination.APPROVED: LineOutcome.APPROVED,
    Determination.MODIFIED: LineOutcome.CHANGED,
    Determination.NOT_CERTIFIED: LineOutcome.REFUSED,
    Determination.PENDED: LineOutcome.OPEN,
    Determination.NO_ACTION: LineOutcome.NOTIFIED,
    Determination.CANCELLED: LineOutcome.WITHDRAWN,
}
APPROVED, CHANGED, REFUSED, BY_LAW, OPEN, NOTIFIED, WITHDRAWN, OTHER = LineOutcome
GRANTED = frozenset({APPROVED, CHANGED})
ADVERSE = frozenset({REFUSED, CHANGED})


def mixture(determinations: Iterable[Determination]) -> Mixture:
    """The outcomes among determinations; one that letters have no words for is `OTHER`."""
    return frozenset(OUTCOMES.get(one, OTHER) for one in determinations)


def _only(*allowed: LineOutcome) -> Condition:
    """There are lines, and each has one of the outcomes."""
    return lambda found: bool(found) and found <= frozenset(allowed)


def _any(*wanted: LineOutcome) -> Condition:
    """A line has one of the outcomes."""
    return lambda found: bool(found & frozenset(wanted))


TITLES: tuple[tuple[str, Condition], ...] = (
    ("approved", _only(APPROVED)),
    ("refused", _only(REFUSED)),
    ("by_law", _only(BY_LAW)),
    ("open", _only(OPEN)),
    ("notified", _only(NOTIFIED)),
    ("withdrawn", _only(WITHDRAWN)),
    ("changed", _only(APPROVED, CHANGED)),
    ("approved_and_refused", lambda found: REFUSED in found and bool(found & GRANTED)),
    ("part_approved", _any(APPROVED, CHANGED)),
    ("part_refused", _any(REFUSED)),
    ("part_open", _any(OPEN)),
)
"""The first whose condition holds; where none does, `other`."""


def title(found: Mixture) -> str:
    """The name of the title that is true of the mixture."""
    return next((name for name, true in TITLES if true(found)), "other")


def opening(found: Mixture, *, fresh: bool, earlier: bool) -> Iterator[str]:
    """The names of the opening's sentences: what the letter is about, each outcome as that of all
    or of a part, and what can be done about a refusal or a change.

    `fresh`: a line was refused or changed and nobody knows yet; `earlier`: an earlier letter
    reported one.
    """
    yield "received"
    for outcome in LineOutcome:
        if outcome in found:
            yield f"{outcome.value}_{'all' if len(found) == 1 else 'part'}"
    if OPEN in found and found <= {OPEN, WITHDRAWN}:
        yield "not_a_no"
    if fresh:
        yield "appeal"
    if earlier:
        yield "told_before"


def kind(news: Mixture, *, earlier: bool) -> LetterKind:
    """The kind of a notice by the mixture of what is new in it.

    `earlier`: it also has lines whose refusal or change an earlier letter reported, so that an
    approval is one of a part.
    """
    live = news - {WITHDRAWN}
    if live == {APPROVED} and not earlier:
        return LetterKind.APPROVAL
    if live & GRANTED:
        return LetterKind.PARTIAL
    if REFUSED in live:
        return LetterKind.REFUSAL
    return LetterKind.PENDED if live else LetterKind.WITHDRAWAL
