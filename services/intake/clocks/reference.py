"""Intake's reference data: the table of clock rules, and the time zones that it counts days in."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from services.intake.clocks.rules import RuleTable, parse, written
from services.intake.clocks.zones import Zones, packaged_zone
from shared.errors import Impossible, Malformed
from shared.lanes.state.reference import ReferenceItem

CLOCK_RULES, ZONE = "clock-rules", "zone"
KINDS = frozenset({CLOCK_RULES, ZONE})


@dataclass(frozen=True, slots=True)
class ClockReference:
    """The clock rules in force, and the items that they were read from."""

    rules: RuleTable
    items: tuple[ReferenceItem, ...]


@cache
def packaged() -> tuple[ReferenceItem, ...]:
    """The table that comes with the service, and its zones from the package `tzdata`: the same on
    every machine and in ten years.
    """
    text = (resources.files("services.intake") / "clock_rules.yaml").read_bytes()
    zones = Zones.model_validate(written(text.decode())["zones"])
    return (
        ReferenceItem(CLOCK_RULES, CLOCK_RULES, text),
        *(ReferenceItem(ZONE, name, b64encode(packaged_zone(name))) for name in zones.names),
    )


@lru_cache(8)
def clock_reference(items: tuple[ReferenceItem, ...]) -> ClockReference:
    """The rules of a set of items; raises `Malformed` where they cannot be read."""
    tables = [item for item in items if item.kind == CLOCK_RULES]
    if [item.id for item in tables] != [CLOCK_RULES]:
        raise Impossible(f"There is one table, named {CLOCK_RULES}.", code="item_name")
    try:
        zones = {
            item.id: b64decode(item.content, validate=True) for item in items if item.kind == ZONE
        }
    except ValueError:
        raise Malformed("The rules of a time zone are not base64.", code="clock_rules") from None
    return ClockReference(parse(tables[0].content.decode(), zones), items)


def clock_rules() -> RuleTable:
    """The rules that come with the service."""
    return clock_reference(packaged()).rules
