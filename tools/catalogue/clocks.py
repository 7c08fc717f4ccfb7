"""`docs/operations/clocks.md`: every rule of the clocks on a line of its own, for whoever checks
them against the law.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.intake.clocks.appeals import AppealRule
from services.intake.clocks.calendar import Holidays
from services.intake.clocks.confidence import Confidence
from services.intake.clocks.due import due
from services.intake.clocks.reference import clock_rules
from services.intake.clocks.rule import ClockRule
from services.intake.clocks.rules import RuleTable
from services.intake.clocks.zones import packaged_zone
from shared.events.clocks.duties import ClockKind, DutyFact, OnExpiry
from shared.events.request import ItemKind
from tools.catalogue.clock_examples import EXAMPLES, Example, in_zones
from tools.catalogue.clock_words import HOW, KINDS, LEFT_OUT, MISTAKES

READ = {
    Confidence.READ: "the law's text",
    Confidence.SECONDARY: "another source †",
    Confidence.GENERAL: "general knowledge ‡",
}
PLANS = {
    "medicare_advantage": "Medicare Advantage",
    "medicaid_managed_care": "Medicaid managed care",
    "medicaid_fee_for_service": "Medicaid fee for service",
    "qhp_ffe": "marketplace plans",
    "erisa": "employers' plans",
}
FACTS = {
    DutyFact.DECIDED: "every line decided",
    DutyFact.PROVIDER_NOTIFIED: "the provider told",
    DutyFact.MEMBER_NOTIFIED_ORALLY: "the member told by word of mouth",
    DutyFact.WRITING_HANDED_OVER: "the member's writing handed over to be sent",
    DutyFact.WRITING_MAILED: "the member's writing mailed",
    DutyFact.WRITING_ELECTRONIC: "the member's writing delivered electronically, as they chose",
    DutyFact.INFORMATION_ASKED: "the information asked for",
    DutyFact.WITHDRAWN: "the request withdrawn",
}
MISSED = {
    OnExpiry.ADVERSE_APPEALABLE: "counts as refused and can be appealed",
    OnExpiry.APPROVED_BY_LAW: "counts as approved",
    OnExpiry.EXHAUSTED: "the plan's own appeals count as exhausted",
    OnExpiry.NONE: "nothing by this rule",
}


def document() -> str:
    """The page as Markdown."""
    table = clock_rules()
    parts = [HOW.format(version=table.version, default=table.zones.default), _examples(table)]
    for kind, (title, text) in KINDS.items():
        rules = [rule for rule in table.rules if rule.kind is kind]
        parts += [f"## {title}\n\n{text}\n", _rules(rules)]
    parts += [_holidays(table), _appeals(table.appeals), LEFT_OUT, MISTAKES]
    return "\n".join(parts)


def _rules(rules: list[ClockRule]) -> str:
    rows = "\n".join(
        f"| `{one.id}` | {_whom(one)} | {_dates(one)} | {_time(one)} | {_meets(one)} "
        f"| {_extension(one)} | {_missed(one)} | {', '.join(one.notices)} | {one.citation} "
        f"| {READ[one.source]} |"
        for one in rules
    )
    head = (
        "| rule | whom it binds | received | time | met by | longer | if missed | letters "
        "| citation | read in |"
    )
    return f"{head}\n|---|---|---|---|---|---|---|---|---|---|\n{rows}\n"


def _whom(rule: ClockRule) -> str:
    """Whom the rule binds, all conditions included."""
    plans = ", ".join(PLANS[plan] for plan in rule.lines_of_business)
    conditions = [
        f"of {', '.join(rule.states)}" if rule.states else "",
        "insured, where it is an employer's plan" if rule.funding else "",
        str(rule.urgency.value) if rule.urgency else "",
        {None: "", True: "electronic", False: "not electronic"}[rule.electronic],
        " or ".join(sorted({_item(one) for one in rule.items})),
        "asked by a provider without a contract" if rule.askers else "",
        "care that goes on" if rule.concurrent else "",
        _before_the_end(rule),
        "care after an emergency" if rule.post_stabilization else "",
        "where information is missing" if rule.when_missing else "",
        "where something is refused in whole or in part" if rule.adverse else "",
    ]
    return "; ".join([plans, *filter(None, conditions)])


def _before_the_end(rule: ClockRule) -> str:
    hours = rule.before_end_hours
    return "" if hours is None else f"asked at least {_counted(hours, 'hour')} before it ends"


def _item(item: ItemKind) -> str:
    return "services and items" if item is ItemKind.SERVICE else "drugs"


def _dates(rule: ClockRule) -> str:
    begun = f"from {rule.since}" if rule.since > date.min else ""
    ended = f"before {rule.until}" if rule.until < date.max else ""
    return f"{begun} {ended}".strip() or "at any time"


def _time(rule: ClockRule) -> str:
    if rule.hours is not None:
        return _counted(rule.hours, "hour")
    if rule.days is not None:
        days = _counted(rule.days, "calendar day")
    else:
        days = _counted(rule.business_days or 0, "business day")
    return f"{days}, without the holidays of {rule.holidays}" if rule.holidays else days


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _meets(rule: ClockRule) -> str:
    """The facts that meet the duty; that every line is decided is named once."""
    decided = [facts[1:] for facts in rule.meets if facts[0] is DutyFact.DECIDED and facts[1:]]
    others = [facts for facts in rule.meets if facts[0] is not DutyFact.DECIDED or not facts[1:]]
    either = " or ".join(_together(facts) for facts in decided)
    first = [f"{FACTS[DutyFact.DECIDED]}, and {either}"] if decided else []
    return "; or ".join([*first, *(_together(facts) for facts in others)])


def _together(facts: tuple[DutyFact, ...]) -> str:
    return " and ".join(FACTS[fact] for fact in facts)


def _extension(rule: ClockRule) -> str:
    parts = []
    if rule.extension_days:
        reasons = ", ".join(one.value.replace("_", " ") for one in rule.extension_reasons)
        parts.append(f"{rule.extension_days} calendar days once: {reasons}")
    if rule.answer_hours is not None:
        parts.append(f"at least {rule.answer_hours} hours to give what is missing")
    if rule.tolls:
        parts.append(f"time stands still for what is missing, at least {rule.answer_days} days")
    if rule.decide_hours is not None:
        parts.append(f"decided within {rule.decide_hours} hours of that")
    return "; ".join(parts) or "never"


def _missed(rule: ClockRule) -> str:
    return MISSED[rule.on_expiry] if rule.kind is ClockKind.DETERMINATION else "a breach"


def _examples(table: RuleTable) -> str:
    whole = in_zones(table, packaged_zone)
    rows = "\n".join(_example(whole, one) for one in EXAMPLES)
    head = "| asked | received | rule | target | by law |\n|---|---|---|---|---|"
    return f"## Examples\n\n{head}\n{rows}\n"


def _example(table: RuleTable, one: Example) -> str:
    zone = table.zone(one.zone)
    received = datetime.fromisoformat(one.received).replace(tzinfo=zone)
    found = due(table, one.request, received)
    ended = found.due_at.astimezone(zone)
    exact = found.rule.hours is not None
    legal = _wall(ended) if exact else f"end of {(ended - timedelta(microseconds=1)):%a %Y-%m-%d}"
    return (
        f"| {one.text} | {_wall(received)} | `{found.rule.id}` "
        f"| {_wall(found.target_at.astimezone(zone))} | {legal} |"
    )


def _wall(at: datetime) -> str:
    return f"{at:%a %Y-%m-%d %H:%M %Z}"


def _holidays(table: RuleTable) -> str:
    parts = ["## Holidays\n", "Each day as it is kept. A year that is not here has none.\n"]
    for name, one in table.holidays.items():
        used = [f"`{rule.id}`" for rule in table.rules if rule.holidays == name]
        parts.append(_kept(name, one, used))
    return "\n".join(parts)


def _kept(name: str, one: Holidays, used: list[str]) -> str:
    rows = "\n".join(
        f"| {holiday} | {', '.join(f'{day:%a %Y-%m-%d}' for day in days)} |"
        for holiday, days in one.days.items()
    )
    by = f"Counted by {', '.join(used)}." if used else "No rule counts by it yet."
    return (
        f"### {one.title} (`{name}`)\n\n{one.citation}; read in {READ[one.source]}. {by}\n\n"
        f"| holiday | kept on |\n|---|---|\n{rows}\n"
    )


def _appeals(rules: tuple[AppealRule, ...]) -> str:
    rows = "\n".join(
        f"| `{one.id}` | {', '.join(PLANS[plan] for plan in one.lines_of_business)} "
        f"| {one.filing_days} calendar days from the date of the notice | {one.standard_days} days "
        f"| {one.expedited_hours} hours | {one.citation} | {READ[one.source]} |"
        for one in rules
    )
    head = (
        "| rule | whom it binds | to appeal | to answer | to answer, expedited | citation "
        "| read in |"
    )
    return f"## Appeals\n\n{head}\n|---|---|---|---|---|---|---|\n{rows}\n"
