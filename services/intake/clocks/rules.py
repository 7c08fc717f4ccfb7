"""The table of clock rules: read from data, checked once, never changed."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.clocks.appeals import AppealRule
from services.intake.clocks.calendar import Holidays
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.zones import Zones, packaged_zone
from shared.errors import Malformed
from shared.events.clocks.duties import ClockKind
from shared.events.request import Urgency

MOST_PLANS = 4_096
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
__all__ = ["ClockRule", "RuleTable", "parse"]


class RuleTable(BaseModel):
    """All rules with the table's version, in the order that settles ties; where and on which days
    time is counted; how long refusals may be appealed. `zone_rules` are the rules of its zones
    (TZif), by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    zones: Zones = Zones()
    rules: Annotated[tuple[ClockRule, ...], Field(min_length=1)]
    holidays: dict[str, Holidays] = {}
    appeals: tuple[AppealRule, ...] = ()
    zone_rules: Annotated[dict[str, bytes], Field(repr=False)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        ids = [*(rule.id for rule in self.rules), *(rule.id for rule in self.appeals)]
        if len(set(ids)) != len(ids):
            raise ValueError("two rules have the same id")
        for rule in self.rules:
            if rule.holidays is not None and rule.holidays not in self.holidays:
                raise ValueError(f"rule {rule.id} counts by holidays that the table does not have")
        for urgency in (Urgency.STANDARD, Urgency.EXPEDITED):
            if not any(
                rule.unconditional for rule in self.running(ClockKind.DETERMINATION, urgency)
            ):
                raise ValueError(f"no rule binds every {urgency} request of some plan")
        return self

    @model_validator(mode="after")
    def _tells_time(self) -> Self:
        for name in self.zones.names:
            try:
                self.zone(name)
            except (KeyError, ValueError, struct.error):
                raise ValueError(f"the rules of the time zone {name} cannot be read") from None
        return self

    def rule(self, ident: str) -> ClockRule | None:
        """The rule of a name, if the table has it."""
        return self._by_id.get(ident)

    def running(self, kind: ClockKind, urgency: Urgency) -> tuple[ClockRule, ...]:
        """The rules of a kind that may bind a request of this urgency, in the table's order. An
        emergency counts as expedited.
        """
        return self._running.get((kind, urgency is Urgency.STANDARD), ())

    def zone(self, name: str) -> ZoneInfo:
        """A zone by its name."""
        known = self._zones.get(name)
        if known is None:
            known = ZoneInfo.from_file(BytesIO(self.zone_rules[name]), name)
            self._zones[name] = known
        return known

    def zones_of(self, plan: str | None) -> tuple[ZoneInfo, ...]:
        """Where the days of a plan may be counted: of one that is not named, in every zone."""
        known = self._zones_of.get(plan)
        if known is None:
            if len(self._zones_of) >= MOST_PLANS:
                self._zones_of.clear()
            known = tuple(self.zone(name) for name in self.zones.of(plan))
            self._zones_of[plan] = known
        return known

    def off(self, rule: ClockRule) -> frozenset[date]:
        """The holidays that a rule does not count."""
        return self._off[rule.holidays] if rule.holidays is not None else frozenset()

    def dated(self, rule: ClockRule, *instants: datetime) -> bool:
        """Whether the holidays that a rule does not count are known for the years of instants."""
        if rule.holidays is None:
            return True
        return {at.year for at in instants} <= self._years[rule.holidays]

    @cached_property
    def bound(self) -> dict[tuple[Any, ...], tuple[tuple[ClockRule, tuple[str, ...]], ...]]:
        """Which rules bind requests that are alike, as far as that was asked before."""
        return {}

    @cached_property
    def _zones(self) -> dict[str, ZoneInfo]:
        return {}

    @cached_property
    def _zones_of(self) -> dict[str | None, tuple[ZoneInfo, ...]]:
        return {}

    @cached_property
    def _off(self) -> dict[str, frozenset[date]]:
        return {name: table.dates for name, table in self.holidays.items()}

    @cached_property
    def _years(self) -> dict[str, frozenset[int]]:
        return {name: frozenset(day.year for day in off) for name, off in self._off.items()}

    @cached_property
    def _by_id(self) -> dict[str, ClockRule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def _running(self) -> dict[tuple[ClockKind, bool], tuple[ClockRule, ...]]:
        return {
            (kind, standard): tuple(
                rule
                for rule in self.rules
                if rule.kind is kind
                and (rule.urgency is None or (rule.urgency is Urgency.STANDARD) is standard)
            )
            for kind in ClockKind
            for standard in (True, False)
        }


@lru_cache(8)
def written(text: str) -> dict[str, Any]:
    """A table as YAML says it; raises `ValueError` for what is no table."""
    try:
        content: Any = yaml.load(text, LOADER)  # noqa: S506 - builds plain values only
    except yaml.YAMLError as problem:
        raise ValueError(str(problem)) from None
    if not isinstance(content, dict):
        raise ValueError("it is no mapping")  # noqa: TRY004 - of what a text says, not of a type
    return content


def parse(text: str, zone_rules: Mapping[str, bytes] | None = None) -> RuleTable:
    """The table written in `text` (YAML), on the clocks of these zones, or of the package `tzdata`;
    `Malformed` when it is none.
    """
    try:
        content = written(text)
        if zone_rules is None:
            zones = Zones.model_validate(content.get("zones", {}))
            zone_rules = {name: packaged_zone(name) for name in zones.names}
        return RuleTable.model_validate({**content, "zone_rules": dict(zone_rules)})
    except ValueError as problem:
        raise Malformed(
            f"The clock rules cannot be read: {problem}", code="clock_rules"
        ) from problem
