"""Requests whose clocks were computed by hand, for the page of the clocks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.rules import RuleTable
from shared.events.request import ItemKind, LineOfBusiness, PlanFunding, Urgency

NEW_YORK, CHICAGO, GUAM = "America/New_York", "America/Chicago", "Pacific/Guam"
LOS_ANGELES = "America/Los_Angeles"


class Example(NamedTuple):
    """A request in words and as the clocks see it, and when it came, on the wall of a zone."""

    text: str
    request: Clocked
    received: str

    @property
    def zone(self) -> str:
        """Where the plan counts its days: its plan is named by it."""
        return self.request.plan or CHICAGO


def _of(
    zone: str, plan: LineOfBusiness, urgency: Urgency = Urgency.STANDARD, **known: Any
) -> Clocked:
    return Clocked(line_of_business=plan, urgency=urgency, plan=zone, **known)


MA, ERISA = LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.ERISA
FAST = Urgency.EXPEDITED
SERVICE: dict[str, Any] = {"items": (ItemKind.SERVICE,)}
INSURED: dict[str, Any] = {"funding": PlanFunding.INSURED, "state": "CA"}
CALIFORNIA = _of(LOS_ANGELES, ERISA, **INSURED)
EXAMPLES = (
    Example("Medicare, standard", _of(NEW_YORK, MA, **SERVICE), "2026-01-01T00:00"),
    Example("the same, the day before", _of(NEW_YORK, MA, **SERVICE), "2025-12-31T20:00"),
    Example("the same, in Guam", _of(GUAM, MA, **SERVICE), "2026-01-01T08:00"),
    Example("the same, clocks go forward", _of(NEW_YORK, MA, **SERVICE), "2026-03-05T09:00"),
    Example("the same, clocks go back", _of(NEW_YORK, MA, **SERVICE), "2026-10-29T09:00"),
    Example("Medicare, expedited", _of(NEW_YORK, MA, FAST, **SERVICE), "2026-03-08T01:30"),
    Example("Medicare, expedited", _of(NEW_YORK, MA, FAST, **SERVICE), "2026-10-31T12:00"),
    Example(
        "Medicare, a drug",
        _of(NEW_YORK, MA, items=(ItemKind.PART_B_DRUG,)),
        "2026-04-01T10:00",
    ),
    Example("Medicare, it is not said for what", _of(NEW_YORK, MA), "2026-04-01T10:00"),
    Example(
        "Medicare, after an emergency",
        _of(NEW_YORK, MA, FAST, **SERVICE, post_stabilization=True),
        "2026-06-01T10:00",
    ),
    Example(
        "an employer that bears the risk",
        _of(CHICAGO, ERISA, funding=PlanFunding.SELF_FUNDED, state="CA"),
        "2026-02-20T16:00",
    ),
    Example("an employer that is insured, California", CALIFORNIA, "2026-03-06T16:30"),
    Example("the same, over Thanksgiving", CALIFORNIA, "2026-11-19T10:00"),
)


def in_zones(table: RuleTable, rules_of: Callable[[str], bytes]) -> RuleTable:
    """The table with a plan in each zone of the examples, named by it."""
    names = sorted({one.zone for one in EXAMPLES} | {table.zones.default})
    content = table.model_dump(by_alias=True) | {
        "zones": {"default": table.zones.default, "plans": {name: name for name in names}},
        "zone_rules": {name: rules_of(name) for name in names},
    }
    return RuleTable.model_validate(content)
