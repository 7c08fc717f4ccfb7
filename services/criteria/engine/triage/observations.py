"""What observations of one fact of one subject say of a finding, read with suspicion: what may be
counts, and only a newer confirmed "no" takes it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from services.criteria.engine.language.vocabulary import VocabularyEntry
from services.criteria.engine.logic.comparisons import Test
from services.criteria.engine.logic.values import MET, NOT_MET
from services.criteria.engine.runtime.fact_parsing import parsed
from shared.body.spine import Segment, level
from shared.events.request import Certainty, Fact

FIRST_YEAR, LAST_YEAR = 1901, 9_998
"""Years outside of these stand for an unknown date."""
PLAIN: Final = (bool, str)
SCALARS: Final = (bool, str, int, float)


CONFIRMED, PROBABLE, POSSIBLE = "confirmed", "probable", "possible"
UNCLEAR, UNCONFIRMED_ABSENCE = "unclear", "unconfirmed_absence"
CONFLICTING, ILLEGIBLE, NEAR_NAME = "conflicting", "illegible", "near_name"
STATES = (
    CONFIRMED,
    PROBABLE,
    POSSIBLE,
    UNCLEAR,
    UNCONFIRMED_ABSENCE,
    CONFLICTING,
    ILLEGIBLE,
    NEAR_NAME,
)
"""Why a finding counts, the best reason first."""
SURE = Certainty.CONFIRMED


class Sign(NamedTuple):
    """Where a finding stands: the path (`diagnosis` for a code), of whom, and why it counts."""

    finding: int
    path: str
    subject: str
    state: str


class Noted(NamedTuple):
    """What one confirmed value says: bits of the findings that are there or denied, and signs."""

    there: int
    denied: int
    signs: tuple[Sign, ...]


class Observation(NamedTuple):
    """One observation: `word` is why it counts, None for a confirmed "no"; `at` is None where it
    has no date.
    """

    word: str | None
    at: date | None


@dataclass(frozen=True, slots=True)
class SignCondition:
    """A fact that may be the finding of this number; `test` is of its value (`plain` its results
    for the values of a yes-no fact or a choice), `levels` of its subject.
    """

    finding: int
    entry: VocabularyEntry
    test: Test
    plain: dict[Any, int]
    levels: Segment | None
    lasting: bool

    def of_subject(self, subject: str) -> bool:
        """Whether the subject may lie between the levels; one without a level may lie anywhere."""
        if self.levels is None:
            return True
        at = level(subject.partition(":")[2].partition("/")[0])
        return at is None or self.levels.holds(at)

    def seen(self, fact: Fact, latest: date) -> Observation:
        """What one observation says; nobody has seen what is dated after `latest`."""
        value, at = fact.value, fact.observed_at
        state = self.plain.get(value) if type(value) in PLAIN and fact.unit is None else None
        if state is None:
            possible = parsed(self.entry, fact).value
            state = None if possible is None else self.test(possible)
        if at is not None and not FIRST_YEAR <= at.year <= LAST_YEAR:
            at = None
        ahead = at is not None and day_of(at) > latest
        return Observation(_word(state, fact.certainty, ahead=ahead), at)


def _word(state: int | None, certainty: Certainty, *, ahead: bool) -> str | None:
    if state is None or ahead:
        return ILLEGIBLE
    if state == NOT_MET:
        return None if certainty is SURE else UNCONFIRMED_ABSENCE
    if certainty is not SURE:
        return certainty.value
    return CONFIRMED if state == MET else UNCLEAR


def day_of(at: date) -> date:
    """The day of a day or an instant."""
    return at.date() if isinstance(at, datetime) else at


def newer(one: date, other: date) -> bool:
    """Whether an observation is surely newer than another: instants are compared as instants, days
    as days.
    """
    if isinstance(one, datetime) and isinstance(other, datetime):
        if one.tzinfo is not None and other.tzinfo is not None:
            return one > other
        return one.date() > other.date()
    return day_of(one) > day_of(other)


def standing(observations: Sequence[Observation], oldest: date | None) -> str | None:
    """Why the finding counts, by the observation that speaks for it best; None if none does.

    One that is older than `oldest` does not, nor does one that a newer confirmed "no" answers: an
    undated "no" may be the older of the two, and so leaves a contradiction.
    """
    if len(observations) == 1:
        word, at = observations[0]
        return word if at is None or oldest is None or day_of(at) >= oldest else None
    denials = [at for word, at in observations if word is None]
    words = [
        word if all(_older(no, at) for no in denials) else CONFLICTING
        for word, at in observations
        if word is not None
        and (oldest is None or at is None or day_of(at) >= oldest)
        and not any(_older(at, no) for no in denials)
    ]
    return min(words, key=STATES.index, default=None)


def _older(one: date | None, other: date | None) -> bool:
    """Whether an observation is surely older than another; without a day, nobody knows."""
    return one is not None and other is not None and newer(other, one)


def noted(conditions: Iterable[SignCondition], fact: Fact) -> Noted | None:
    """What a confirmed fact without a date says; None where its value cannot be read, or may be
    either.
    """
    there, denied, signs = 0, 0, list[Sign]()
    for one in conditions:
        if not one.of_subject(fact.subject):
            continue
        word = one.seen(fact, date.max).word
        bit = 1 << one.finding
        if word is None:
            denied |= bit
        elif word == CONFIRMED:
            there |= bit
            signs.append(Sign(one.finding, one.entry.path, fact.subject, CONFIRMED))
        else:
            return None
    return Noted(there, denied, tuple(signs))
