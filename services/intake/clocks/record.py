"""What is on record of a case for its clocks: what was decided for good, who was told, what was
asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.events.clocks.duties import (
    DETERMINATIONS,
    ClockKind,
    DutyFact,
    ExtensionReason,
    OnExpiry,
)
from shared.events.request import Urgency


class Kept(BaseModel):
    """A piece of the stored state."""

    model_config = ConfigDict(frozen=True)


class StandingFact(Kept):
    """A fact that can meet a duty, since when it stands, and the letter that it is about."""

    fact: DutyFact
    at: datetime
    letter_id: UUID | None = None


class Stood(Kept):
    """From when until when (exclusive) a final determination stood; it may stand again later."""

    since: datetime
    until: datetime | None = None


class FinalDetermination(Kept):
    """What every line came to: the determinations (`notices`, by the ids of their events) that say
    the same for the same contents, told apart from others by `signature`.

    `refused` is what it says of each line that is refused in whole or in part, by number; `stood`
    when it was the one that stands, in order.
    """

    signature: str
    refused: dict[int, str]
    notices: tuple[UUID, ...]
    stood: tuple[Stood, ...] = ()

    def standing_since(self, at: datetime) -> datetime | None:
        """Since when it stood at an instant, if it did."""
        spans = (one for one in self.stood if one.until is None or at < one.until)
        return next((one.since for one in spans if one.since <= at), None)

    def stands(self, since: datetime) -> FinalDetermination:
        """The determination as the one that stands since then."""
        return self.model_copy(update={"stood": (*self.stood, Stood(since=since))})

    def fallen(self, at: datetime) -> FinalDetermination:
        """The determination as one that stands no more since then."""
        if not self.stood or self.stood[-1].until is not None:
            return self
        ended = self.stood[-1].model_copy(update={"until": at})
        return self.model_copy(update={"stood": (*self.stood[:-1], ended)})


class RefusedVersion(Kept):
    """A content of the case of which a line was refused in whole or in part, and when."""

    content_sha256: str
    at: datetime


class OralNotice(Kept):
    """Somebody was told by word of mouth what was decided, which is `final` (a signature);
    `recorded` is the id of the event that says so, which the letter that follows names.
    """

    to_member: bool
    at: datetime
    final: str
    recorded: UUID | None = None


def earliest_notices(notices: Iterable[OralNotice]) -> tuple[OralNotice, ...]:
    """Of the notices about a determination, to the member and to others, the one that was put on
    record first and the earliest: no other meets a duty sooner, however often somebody calls.
    """
    about: dict[tuple[str, bool], list[OralNotice]] = {}
    for one in notices:
        about.setdefault((one.final, one.to_member), []).append(one)
    kept = ((each[0], min(each, key=lambda one: one.at)) for each in about.values())
    return tuple(one for first, soonest in kept for one in dict.fromkeys((first, soonest)))


class MissingInformation(Kept):
    """Information that was asked for; `until` ends the time in which the clock stands still for it,
    where the rule says that it does.
    """

    asked_at: datetime
    of_noncontract_provider: bool
    answered_at: datetime | None = None
    until: datetime | None = None


def still_asked(asked: Iterable[MissingInformation]) -> tuple[MissingInformation, ...]:
    """Of what was asked for, in order, what a clock may wait for and the earliest of its kind: of
    all, of what providers without a contract were asked, and of what is open, of which the latest
    too. No other decides anything, however often somebody asks.
    """
    each = tuple(asked)
    noncontract = [one for one in each if one.of_noncontract_provider]
    open_ = [one for one in each if one.answered_at is None]
    kept = [one for one in each if one.until is not None]
    kept += [min(some, key=_asked_at) for some in (each, noncontract, open_) if some]
    kept += [max(open_, key=_asked_at)] if open_ else []
    return tuple(one for one in dict.fromkeys(each) if one in kept)


def _asked_at(one: MissingInformation) -> datetime:
    return one.asked_at


class RunningClock(Kept):
    """A clock of the case; `stopped_at` is the instant of the fact that ended the duty, which the
    facts of `met_by` met together. `due_at` is what the law measures, `target_at` its earliest
    reading, by which work is listed; `of_days`: it is the midnight that ends the last day, and no
    part of that day; `zone` is where days are counted (IANA).

    `counted_from` is what the time counts from where that is not `started_at`; `base_due_at` is
    when it was due before it was extended or stood still, for `stood_still` altogether.
    `extended_for` is the reason for which it was extended. `expiry_announced`: somebody was told,
    or will be, what the law made of its expiry (ADR 10), of which `lines`, as long as they ask for
    the same. `final` is the signature of the determination that ended it, or of the one that it
    wants to be written of, and `decided_at` when that was made. `slot` tells clocks of a kind apart
    that run at once; `version` is the version of the request that began it.
    """

    kind: ClockKind = ClockKind.DETERMINATION
    slot: int = 0
    version: int = 1
    rule: str
    citation: str
    urgency: Urgency
    started_at: datetime
    due_at: datetime
    target_at: datetime
    latest_at: datetime
    of_days: bool = False
    runners_up: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    assumed_line_of_business: bool = False
    on_expiry: OnExpiry = OnExpiry.NONE
    zone: str | None = None
    counted_from: datetime | None = None
    base_due_at: datetime | None = None
    extended: bool = False
    extended_for: ExtensionReason | None = None
    tolled: bool = False
    stood_still: timedelta = timedelta()
    breached: bool = False
    expired: bool = False
    lines: tuple[int, ...] = ()
    expiry_announced: bool = False
    stopped_at: datetime | None = None
    in_time: bool | None = None
    met_by: tuple[StandingFact, ...] = ()
    final: str | None = None
    decided_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether the duty is still owed."""
        return self.stopped_at is None

    @property
    def determines(self) -> bool:
        """Whether it wants the request decided."""
        return self.kind in DETERMINATIONS


def in_time(clock: RunningClock, at: datetime) -> bool:
    """Whether what happened at an instant was before the clock was missed."""
    return at < clock.due_at if clock.of_days else at <= clock.due_at
