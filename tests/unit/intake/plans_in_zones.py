"""The rules that ship, with a plan in each of some zones."""

from __future__ import annotations

from services.intake.clocks.reference import clock_rules
from services.intake.clocks.rules import RuleTable
from services.intake.clocks.zones import packaged_zone

ZONES = {
    "NY": "America/New_York",
    "CHI": "America/Chicago",
    "PHX": "America/Phoenix",
    "DEN": "America/Denver",
    "LA": "America/Los_Angeles",
    "GUM": "Pacific/Guam",
    "UTC": "UTC",
}


def _table() -> RuleTable:
    content = clock_rules().model_dump(by_alias=True) | {
        "zones": {"default": ZONES["CHI"], "plans": ZONES},
        "zone_rules": {name: packaged_zone(name) for name in ZONES.values()},
    }
    return RuleTable.model_validate(content)


TABLE = _table()
