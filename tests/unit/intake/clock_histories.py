"""Random histories of a case's clocks, and what must hold of them, worked out a second time from
what happened and not from what the code remembers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.intake.clocks.due import determinations
from services.intake.clocks.record import RunningClock
from services.intake.clocks.reference import clock_rules
from services.intake.clocks.running import clock_of, timer_of
from shared.events.clocks.acts import ClockActDeclined, ClockActRecorded, ClockActSubmitted
from shared.events.clocks.duties import (
    ClockBreached,
    ClockExtended,
    ClockKind,
    DutyFact,
    ExpediteRefused,
)
from shared.events.criteria import CaseDetermined, Determination
from shared.events.letters import Audience, LetterIssued, LetterKind
from shared.events.model import EventData
from shared.lanes.outcome import Outcome, Received, TimerDue
from tests.unit.intake.given import (
    RECEIVED_AT,
    case_of,
    line,
    request,
    submitted,
    told,
    when,
)

TELLING = (LetterKind.APPROVAL, LetterKind.PARTIAL, LetterKind.REFUSAL)
OF_ONE = (ClockKind.WRITTEN_NOTICE, ClockKind.DECISION_NOTICE)
"""Clocks that are of one determination from the start."""
WRITING = (DutyFact.WRITING_HANDED_OVER, DutyFact.WRITING_MAILED)


class Stood(NamedTuple):
    """What was decided for good: of which contents, how, and since when it stands."""

    contents: tuple[str, ...]
    outcomes: tuple[Determination, ...]
    since: datetime

    def same(self, contents: tuple[str, ...], outcomes: tuple[Determination, ...]) -> bool:
        return (self.contents, self.outcomes) == (contents, outcomes)


@dataclass
class Sent:
    """A letter, of which determination it tells, and what became of it."""

    issued: LetterIssued
    contents: tuple[str, ...]
    outcomes: tuple[Determination, ...]
    handed_over_at: datetime | None = None
    mailed_at: datetime | None = None


class Spoken(NamedTuple):
    addressee: str
    at: datetime
    stood: Stood


@dataclass
class History:
    """A case, the world around it, and what is known of it; while it is `cut` off nothing arrives,
    and no timer fires.
    """

    member: dict[str, Any]
    changed: dict[str, Any]
    now: datetime = RECEIVED_AT
    cut: bool = False
    contents: tuple[str, ...] = ("a", "a")
    outcomes: tuple[Determination | None, ...] = (None, None)
    stood: Stood | None = None
    stands: list[tuple[datetime, Stood | None]] = field(default_factory=list)
    determined: list[tuple[CaseDetermined, tuple[str, ...]]] = field(default_factory=list)
    letters: list[Sent] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    timers: dict[str, datetime] = field(default_factory=dict)
    queue: list[Callable[[], None]] = field(default_factory=list)
    measured_by: dict[int, Stood | None] = field(default_factory=dict)
    extended: Counter[tuple[int, bool]] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    last: ClockActSubmitted | None = None
    version: int = 1
    contents_of: dict[int, tuple[str, ...]] = field(default_factory=lambda: {1: ("a", "a")})

    def __post_init__(self) -> None:
        self.state = case_of(when(None, submitted(self.request(self.contents))))
        self.timers = {timer_of(one.kind, one.slot): one.due_at for one in self.state.clocks}

    def request(self, contents: tuple[str, ...], **more: Any) -> dict[str, Any]:
        lines = [line(n, segment=one) for n, one in enumerate(contents, start=1)]
        return request(member=self.member, lines=lines, **self.changed, **more)

    def do(self, step: Callable[[History], None]) -> None:
        """One step, a little later, and whatever is due then."""
        self.now += timedelta(minutes=7)
        step(self)
        self.arrive()

    def arrive(self) -> None:
        """What is on its way arrives, and then, not before, the timers that are due go off."""
        if self.cut:
            return
        while self.queue:
            self.queue.pop(0)()
        while due := sorted((at, kind) for kind, at in self.timers.items() if at <= self.now):
            at, kind = due[0]
            del self.timers[kind]
            if clock_of(kind) is not None:
                self.take(when(self.state, told(TimerDue(kind, at), at=at)))
        self.holds()

    def send(
        self,
        received: Received,
        known: Callable[[], None] | None = None,
        where: type[EventData] | None = None,
    ) -> None:
        """Something on its way, and what is known once it has arrived, where it is answered so."""

        def arrives() -> None:
            outcome = when(self.state, received)
            answers = [emit.data for emit in outcome.events]
            if known and (where is None or any(isinstance(one, where) for one in answers)):
                known()
            self.take(outcome)

        self.queue.append(arrives)

    def act(self, act: ClockActSubmitted, known: Callable[[], None] | None = None) -> None:
        """An act on its way; what it tells of is known where it is taken."""
        self.last = act
        self.send(told(act, at=self.now), known, ClockActRecorded)

    def stand(self, stood: Stood | None, at: datetime) -> None:
        """What stands since an instant; nothing where a line is open."""
        self.stood = stood
        self.stands.append((at, stood))

    def stood_at(self, at: datetime) -> Stood | None:
        """What stood at an instant."""
        return next((one for since, one in reversed(self.stands) if since <= at), None)

    def amended(self, contents: tuple[str, ...], at: datetime) -> None:
        """A newer version is known: what is asked for otherwise is open again."""
        self.version += 1
        self.contents_of[self.version] = contents
        self.outcomes = tuple(
            one if old == new else None
            for one, old, new in zip(self.outcomes, self.contents, contents, strict=True)
        )
        self.contents = contents
        if None in self.outcomes:
            self.stand(None, at)

    def take(self, outcome: Outcome[Any]) -> None:
        """The outcome, as far as it can be judged by what happened."""
        before, self.state = self.state, case_of(outcome)
        for kind, at in outcome.timers:
            self.timers.pop(kind, None)
            if at is not None:
                self.timers[kind] = at
        events = [emit.data for emit in outcome.events]
        for event in events:
            self.hear(event)
        longer = any(isinstance(one, ClockExtended | ExpediteRefused) for one in events)
        self.compare(before.clocks, longer=longer)

    def compare(self, before: tuple[RunningClock, ...], *, longer: bool) -> None:
        """No clock comes due later, but where an event says so; what ended is known."""
        for old, new in zip(before, self.state.clocks, strict=False):
            assert new.due_at <= old.due_at or (longer and old.running), "a clock became longer"
            if old.running and new.kind in OF_ONE:
                self.to_be_written(new, self.measured_by[self.place(new)])
            elif old.running and not new.running:
                self.measured_by.setdefault(self.place(new), self.stood)
        for new in self.state.clocks[len(before) :]:
            if new.kind is ClockKind.WRITTEN_NOTICE:
                self.to_be_written(new, self.spoken[-1].stood)
            elif new.kind is ClockKind.DECISION_NOTICE:
                self.to_be_written(new, self.stood)
            elif not new.running:
                self.measured_by[self.place(new)] = self.stood

    def to_be_written(self, clock: RunningClock, told: Stood | None) -> None:
        """What is owed in writing: what the member was told, or what stands instead by now."""
        if self.stood and self.met(clock, told) is None and told and not self.stood.same(*told[:2]):
            told = self.stood
        self.measured_by[self.place(clock)] = told

    def hear(self, event: EventData) -> None:
        """An event of intake, each act answered and each clock extended once."""
        if isinstance(event, ClockActRecorded | ClockActDeclined):
            self.answers[event.idempotency_key] += 1
        if isinstance(event, ClockExtended):
            clock = self.state.clock_of(event.kind, event.slot)
            assert clock is not None
            self.extended[self.place(clock), event.tolled] += 1
        if isinstance(event, ClockBreached):
            self.missed(event)

    def missed(self, event: ClockBreached) -> None:
        """Nothing that arrived had met the duty in time."""
        clock = self.state.clock_of(event.kind, event.slot)
        assert clock is not None
        rule, met = clock_rules().rule(clock.rule), self.met(clock, self.measured(clock))
        assert rule is not None
        ended = rule.hours is None and met == event.due_at
        assert met is None or met > event.due_at or ended, "a breach of a duty that was met"

    def place(self, clock: RunningClock) -> int:
        return next(n for n, one in enumerate(self.state.clocks) if one is clock)

    def measured(self, clock: RunningClock) -> Stood | None:
        """The determination that a clock is measured by: what it ended with, or wants in writing,
        or the one that stands.
        """
        return self.measured_by.get(self.place(clock), self.stood)

    def met(self, clock: RunningClock, stood: Stood | None) -> datetime | None:
        """When the duty of a clock was met, if it was."""
        rule = clock_rules().rule(clock.rule)
        assert rule is not None
        found = []
        for alternative in rule.meets:
            since = [self.since(fact, stood, clock.kind) for fact in alternative]
            if all(since):
                found.append(max(one for one in since if one is not None))
        return max(min(found), clock.started_at) if found else None

    def since(self, fact: DutyFact, stood: Stood | None, kind: ClockKind) -> datetime | None:
        """Since when a fact is true."""
        if fact is DutyFact.INFORMATION_ASKED:
            provider = "noncontract_provider"
            all_ = kind is not ClockKind.INFORMATION_REQUEST
            return min((at for of, at in self.asked if all_ or of == provider), default=None)
        if stood is None:
            return None
        sent = [
            one
            for one in self.letters
            if one.handed_over_at
            and one.issued.kind in TELLING
            and stood.same(one.contents, one.outcomes)
        ]
        to_member = [one for one in sent if one.issued.audience is Audience.MEMBER]
        to_provider = [one for one in sent if one.issued.audience is Audience.PROVIDER]
        heard = [one for one in self.spoken if stood.same(one.stood.contents, one.stood.outcomes)]
        found: list[datetime | None] = []
        if fact is DutyFact.DECIDED:
            found = [stood.since]
        elif fact in WRITING:
            found = [one.mailed_at or one.handed_over_at for one in to_member]
        elif fact is DutyFact.WRITING_ELECTRONIC and self.member.get("electronic_delivery"):
            found = [one.handed_over_at for one in to_member]
        elif fact is DutyFact.MEMBER_NOTIFIED_ORALLY:
            found = [one.at for one in heard if one.addressee != "provider"]
        elif fact is DutyFact.PROVIDER_NOTIFIED:
            found = [one.handed_over_at for one in to_provider]
            found += [one.at for one in heard if one.addressee == "provider"]
        return min((one for one in found if one is not None), default=None)

    def holds(self) -> None:
        """What must hold whenever all that was on its way has arrived."""
        assert all(count == 1 for count in self.extended.values()), "extended twice"
        assert all(count == 1 for count in self.answers.values()), "answered twice"
        for clock in self.state.clocks:
            assert clock.target_at <= clock.due_at
            if self.state.cancelled:
                assert not clock.running
                continue
            met = self.met(clock, self.measured(clock))
            assert clock.stopped_at == met, "stopped by the wrong facts"
            if clock.running and not clock.breached:
                assert self.timers[timer_of(clock.kind, clock.slot)] == clock.due_at
        waiting = [one for one in self.state.clocks if one.running]
        places = {(one.kind, one.slot) for one in waiting}
        assert len(places) == len(waiting), "two clocks run in one place"
        if self.state.clock.running:
            self.all_owed()

    def all_owed(self) -> None:
        """What federal law wants of the request is wanted by a clock that no state's stands for."""
        rules = [clock_rules().rule(one.rule) for one in self.state.clocks if one.determines]
        kept = {one.on_expiry for one in rules if one is not None and not one.states}
        for one in determinations(clock_rules(), self.state.clocked, self.state.clock.started_at):
            assert one.rule.states or one.rule.on_expiry in kept, "a federal duty vanished"
