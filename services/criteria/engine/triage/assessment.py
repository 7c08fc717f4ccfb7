"""Whether a request may be an emergency: the facts and codes of a request against a triage file."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.criteria.engine.triage.observations import (
    CONFIRMED,
    NEAR_NAME,
    SCALARS,
    SURE,
    Observation,
    Sign,
    SignCondition,
    day_of,
    standing,
)
from services.criteria.engine.triage.protocol import CompiledRule, TriageProtocol
from shared.events.request import AuthorizationRequest, Fact, Interval, ServiceLine

ONE_DAY = timedelta(days=1)
"""How far ahead of our day the sender's may be."""
DIAGNOSIS, LINE = "diagnosis", "line"
"""The path of a finding that a line has by its diagnoses, or by anything else of it."""
Grouped = dict[tuple[str, str], list[tuple[Fact, bool]]]
"""Facts that triage reads, by path and subject; each with whether its name is only nearly right."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """The gravest rule that fires, and those of its signs that are there."""

    protocol: TriageProtocol
    rule: CompiledRule
    signs: tuple[Sign, ...]


class Findings:
    """The findings of a request: bits of those that are there and of those that are denied, and
    where each stands; `of_lines` are the bits that a line has, with how and which line.
    """

    __slots__ = ("denied", "of_lines", "signs", "there")

    def __init__(self) -> None:
        self.there, self.denied = 0, 0
        self.signs: list[Sign] = []
        self.of_lines: list[tuple[int, str, int]] = []

    def named(self, bits: int) -> tuple[Sign, ...]:
        """Where these findings stand, in an order of their own: it is no news that facts came in
        another one.
        """
        signs = {one for one in self.signs if bits >> one[0] & 1}
        for of_line, path, sequence in self.of_lines:
            rest = of_line & bits
            while rest:
                low = rest & -rest
                rest ^= low
                signs.add(Sign(low.bit_length() - 1, path, f"line:{sequence}", CONFIRMED))
        return tuple(sorted(signs))


def assess(
    protocol: TriageProtocol,
    request: AuthorizationRequest,
    lines: Sequence[ServiceLine],
    received: date,
) -> Assessment | None:
    """What these lines of the request may be an emergency by, if anything."""
    found = findings_of(protocol, request, lines, received)
    if not found.there & protocol.shown:
        return None
    rule = gravest(protocol, found.there, found.denied)
    if rule is None:
        return None
    return Assessment(protocol, rule, found.named(rule.reads & protocol.shown))


def findings_of(
    protocol: TriageProtocol,
    request: AuthorizationRequest,
    lines: Sequence[ServiceLine],
    received: date,
) -> Findings:
    """Every finding of the request and of these lines of it."""
    found = Findings()
    if facts := grouped(protocol, request.facts):
        _read(protocol, facts, received, found)
    for line in lines:
        diagnosed, others = protocol.of_line(line)
        found.there |= diagnosed | others
        found.of_lines += ((diagnosed, DIAGNOSIS, line.sequence), (others, LINE, line.sequence))
    found.denied &= ~found.there
    return found


def gravest(protocol: TriageProtocol, there: int, denied: int) -> CompiledRule | None:
    """The rule that fires and leaves the least time; of several, the first in the file."""
    for bit, check in protocol.definitions:
        if check(there, denied):
            there |= bit
    for rule in protocol.rules:
        if rule.check(there, denied):
            return rule
    return None


def grouped(protocol: TriageProtocol, facts: Iterable[Fact]) -> Grouped:
    """The facts that triage reads, under a name that is nearly right too; a name that means
    something else in some vocabulary is never taken for a slip.
    """
    read, known = protocol.by_path, protocol.known
    found: Grouped = {}
    for fact in facts:
        path = fact.path
        if path in read:
            found.setdefault((path, fact.subject), []).append((fact, False))
        elif path not in known and (meant := protocol.near.meant(path)) is not None:
            found.setdefault((meant, fact.subject), []).append((fact, True))
    return found


def _read(protocol: TriageProtocol, facts: Grouped, received: date, found: Findings) -> None:
    """Notes the findings of facts; old ones only count where a deficit that gets worse is a recent
    finding itself.
    """
    unclear = [key for key, observed in facts.items() if not _clear(protocol, observed, found)]
    oldest = received - timedelta(days=min(protocol.spec.days, (received - date.min).days))
    latest = received + ONE_DAY if received < date.max else received
    seen = [
        (condition, key, _observations(condition, facts[key], latest))
        for key in unclear
        for condition in protocol.by_path[key[0]]
        if condition.of_subject(key[1])
    ]
    worse = found.there & protocol.progressive or any(
        1 << condition.finding == protocol.progressive and standing(told, oldest) is not None
        for condition, _, told in seen
    )
    for condition, (path, subject), told in seen:
        state = standing(told, None if worse or condition.lasting else oldest)
        if state is not None:
            found.there |= 1 << condition.finding
            found.signs.append(Sign(condition.finding, path, subject, state))
        elif any(one.word is None and _recent(one.at, oldest) for one in told):
            found.denied |= 1 << condition.finding


def _clear(protocol: TriageProtocol, observed: list[tuple[Fact, bool]], found: Findings) -> bool:
    """The common case, noted at once: one confirmed observation without a date, whose value leaves
    no doubt.
    """
    fact, nearly = observed[0]
    if (
        len(observed) > 1
        or nearly
        or fact.certainty is not SURE
        or fact.observed_at is not None
        or fact.unit is not None
    ):
        return False
    value: Hashable = fact.value
    kind = type(value)
    if isinstance(value, Interval):
        value = (value.low, value.high, value.low_open, value.high_open)
    elif kind not in SCALARS:
        return False
    # Of equal numbers and truths, `True` and 1, the kind tells which is meant.
    key = (fact.path, fact.subject, kind, value)
    noted = protocol.noted.get(key) or protocol.note(key, fact)
    if noted is None:
        return False
    found.there |= noted.there
    found.denied |= noted.denied
    found.signs += noted.signs
    return True


def _observations(
    condition: SignCondition, observed: Iterable[tuple[Fact, bool]], latest: date
) -> list[Observation]:
    """What each fact says; a "no" under a name that is only nearly right answers nothing."""
    told = list[Observation]()
    for fact, nearly in observed:
        one = condition.seen(fact, latest)
        if not nearly:
            told.append(one)
        elif one.word is not None:
            told.append(Observation(NEAR_NAME, one.at))
    return told


def _recent(at: date | None, oldest: date) -> bool:
    return at is None or day_of(at) >= oldest
