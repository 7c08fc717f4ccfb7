"""A clock as the case shows it: what is owed by which rule, by when, and what has met it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.intake.clocks.record import RunningClock
from shared.events.clocks.duties import ClockKind, DutyFact, OnExpiry
from shared.events.request import Urgency


class MetBy(BaseModel):
    """A fact that the duty was done by, and since when it stands."""

    model_config = ConfigDict(from_attributes=True)

    fact: DutyFact
    at: datetime


class CaseClock(BaseModel):
    """A clock of a case: work is listed by `target_at`, the law measures by `due_at`. `runners_up`
    bind too and come due later; `unknown` was not said and was taken at its strictest. `on_expiry`
    is what the law makes of a determination that does not come in time.
    """

    model_config = ConfigDict(from_attributes=True)

    kind: ClockKind
    rule: str
    citation: str
    urgency: Urgency
    started_at: datetime
    target_at: datetime
    due_at: datetime
    runners_up: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    assumed_line_of_business: bool = False
    on_expiry: OnExpiry = OnExpiry.NONE
    extended: bool = False
    tolled: bool = False
    breached: bool = False
    expired: bool = False
    stopped_at: datetime | None = None
    in_time: bool | None = None
    met_by: tuple[MetBy, ...] = ()


def case_clocks(clocks: Iterable[RunningClock]) -> tuple[CaseClock, ...]:
    """The clocks of a case for a reader."""
    return tuple(CaseClock.model_validate(one) for one in clocks)
