"""Intake's reference data: the table of clock rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from services.intake.clocks.rules import RuleTable, parse
from shared.errors import Impossible
from shared.lanes.state.reference import ReferenceItem

CLOCK_RULES = "clock-rules"
KINDS = frozenset({CLOCK_RULES})


@dataclass(frozen=True, slots=True)
class ClockReference:
    """The clock rules in force, and the items that they were read from."""

    rules: RuleTable
    items: tuple[ReferenceItem, ...]


@cache
def packaged() -> tuple[ReferenceItem, ...]:
    """The table that comes with the service."""
    text = (resources.files("services.intake") / "clock_rules.yaml").read_bytes()
    return (ReferenceItem(CLOCK_RULES, CLOCK_RULES, text),)


@lru_cache(8)
def clock_reference(items: tuple[ReferenceItem, ...]) -> ClockReference:
    """The rules of a set of items; raises `Malformed` where they cannot be read."""
    tables = [item for item in items if item.kind == CLOCK_RULES]
    if [item.id for item in tables] != [CLOCK_RULES]:
        raise Impossible(f"There is one table, named {CLOCK_RULES}.", code="item_name")
    return ClockReference(parse(tables[0].content.decode()), items)


def clock_rules() -> RuleTable:
    """The rules that come with the service."""
    return clock_reference(packaged()).rules
