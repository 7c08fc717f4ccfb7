"""Whether a rule binds a request, and on which unknowns that rests."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.intake.clocks.clocked import Clocked
from services.intake.clocks.rule import ClockRule
from shared.events.request import Asker, ItemKind, LineOfBusiness, PlanFunding

CONTRACT_KNOWN = (Asker.CONTRACTED_PROVIDER, Asker.NONCONTRACT_PROVIDER)
UNKNOWN_PLANS = (LineOfBusiness.UNKNOWN, LineOfBusiness.OTHER)
CARE_ENDS_AT = "care_ends_at"
Unknowns = tuple[str, ...]


def binding(rule: ClockRule, request: Clocked, *, any_plan: bool = False) -> Unknowns | None:
    """The names of what is not known and would have to be otherwise for the rule not to bind;
    `None` where it does not bind. With `any_plan` the line of business counts as unknown. Nothing
    here depends on when it was asked.
    """
    plan = request.line_of_business
    unknown_plan = any_plan or plan in UNKNOWN_PLANS
    if not unknown_plan and plan not in rule.lines_of_business:
        return None
    if rule.post_stabilization and not request.post_stabilization:
        return None
    answers = [
        ("line_of_business", None if unknown_plan else True),
        ("funding", _funded(rule, request, unknown_plan=unknown_plan)),
        ("state", _in_state(rule, request)),
        ("channel", _came_so(rule, request)),
        ("item", _asks_for(rule, request)),
        ("asker", _asked_by(rule, request)),
        ("concurrent", not rule.concurrent or request.concurrent),
    ]
    if any(answer is False for _, answer in answers):
        return None
    return tuple(name for name, answer in answers if answer is None)


def in_time(rule: ClockRule, request: Clocked, received_at: datetime) -> bool | None:
    """Whether it was asked so long before the care ends as the rule wants; `None` where that is not
    known.
    """
    if rule.before_end_hours is None:
        return True
    if request.care_ends_at is None:
        return None
    return request.care_ends_at - received_at >= timedelta(hours=rule.before_end_hours)


def _funded(rule: ClockRule, request: Clocked, *, unknown_plan: bool) -> bool | None:
    """Whether the plan bears its risk as the rule asks. That is asked of employers' plans alone:
    all others are insured, or a program.
    """
    others = any(one is not LineOfBusiness.ERISA for one in rule.lines_of_business)
    asked_of = request.line_of_business is LineOfBusiness.ERISA or (unknown_plan and not others)
    if not rule.funding or not asked_of:
        return True
    known = request.funding not in (PlanFunding.UNKNOWN, PlanFunding.OTHER)
    return request.funding in rule.funding if known else None


def _in_state(rule: ClockRule, request: Clocked) -> bool | None:
    """Whether a state's law reaches the request: that of the plan, or of where the member lives,
    which tells nothing of the plan's.
    """
    if not rule.states or request.residence in rule.states:
        return True
    return request.state in rule.states if request.state is not None else None


def _came_so(rule: ClockRule, request: Clocked) -> bool | None:
    if rule.electronic is None:
        return True
    return request.electronic is rule.electronic if request.electronic is not None else None


def _asks_for(rule: ClockRule, request: Clocked) -> bool | None:
    """Whether a line asks for what the rule is about: one is enough."""
    if not rule.items or any(one in rule.items for one in request.items):
        return True
    known = [one for one in request.items if one not in (ItemKind.UNKNOWN, ItemKind.OTHER)]
    return None if len(known) < max(1, len(request.items)) else False


def _asked_by(rule: ClockRule, request: Clocked) -> bool | None:
    """Whether the rule is about who asks. A member's asking does not tell whether their provider
    has a contract.
    """
    if not rule.askers or request.asker in rule.askers:
        return True
    return False if request.asker in CONTRACT_KNOWN else None
