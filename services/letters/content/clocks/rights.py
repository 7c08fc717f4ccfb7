"""What a reader can do about a clock, by line of business: complain, appeal, go further."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from services.letters.content.appeal import appeal_by, how
from services.letters.content.catalogue import MONTHS, Catalogue
from services.letters.content.notice import items, section, text
from services.letters.content.plan import Plan
from services.letters.content.text import day
from services.letters.model import ClockNotice
from services.letters.wording import Section
from shared.events.request import LineOfBusiness

FAST_GRIEVANCE = frozenset({LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.UNKNOWN})
"""Whose members may file an expedited grievance, answered in 24 hours, against an extension and
against a refusal to expedite (42 CFR 422.564(f)); an unknown line of business takes the strictest.
"""
GRIEVANCE = frozenset({LineOfBusiness.MEDICAID_MANAGED_CARE})
"""Whose members may file a grievance (42 CFR 438.404(c)(4)(i), 438.402(c)(2)(i))."""
APPEAL_ANSWER_DAYS = {
    LineOfBusiness.MEDICARE_ADVANTAGE: 30,  # 42 CFR 422.590(a)
    LineOfBusiness.MEDICAID_MANAGED_CARE: 30,  # 42 CFR 438.408(b)(2)
}
"""Days within which a standard appeal is answered, where they are the same for everybody."""
REVIEW_MONTHS = 4
"""Months from receipt of the notice in which an external review can be asked for (45 CFR
147.136(d)(2)(i), 29 CFR 2590.715-2719(d)(2)(i)).
"""


def grievance_key(matter: ClockNotice) -> str | None:
    """Which complaint the member has, as the catalogue names it; none where the law knows none."""
    business = matter.request.member.line_of_business
    if business in FAST_GRIEVANCE:
        return "grievance_fast"
    return "grievance" if business in GRIEVANCE else None


def appeal(matter: ClockNotice, language: Catalogue, plan: Plan) -> Section:
    """How to appeal, and until when: counted from this notice."""
    business = matter.request.member.line_of_business
    by = appeal_by(matter.request, plan, matter.at)
    key = "oral_deadline" if matter.oral is not None else "deadline"
    deadline = language[f"clocks.appeal.{key}"].format(
        date=day(language, by), days=plan.appeal_days[business]
    )
    answer = APPEAL_ANSWER_DAYS.get(business)
    ways = [
        how(language, plan),
        *([language["clocks.appeal.answer"].format(days=answer)] if answer else []),
        language["appeal.fast"],
        language["appeal.share"],
        language["appeal.papers"],
    ]
    return section(language["appeal.heading"], text(deadline), items(ways))


def appeal_after(matter: ClockNotice, language: Catalogue, plan: Plan) -> list[Section]:
    """How to appeal what was told by word of mouth: counted from this notice where it is the first
    in writing, else from the one before, while that runs.
    """
    if matter.oral is None or not matter.oral.adverse:
        return []
    if matter.earlier_at is None:
        return [appeal(matter, language, plan)]
    by = appeal_by(matter.request, plan, matter.earlier_at)
    if plan.day(matter.at) > by:
        return []
    still = language["appeal.told_open"].format(date=day(language, by))
    return [section(language["appeal.heading"], text(still), text(how(language, plan)))]


def further(matter: ClockNotice, language: Catalogue, plan: Plan) -> Section:
    """External review and court, where the plan's own appeals count as exhausted (29 CFR
    2560.503-1(l), 45 CFR 147.136(b)(3)(ii)(F)).
    """
    by = day(language, months_later(plan.day(matter.at), REVIEW_MONTHS))
    where = {"phone": plan.phone, "address": ", ".join(plan.address)}
    erisa = matter.request.member.line_of_business is LineOfBusiness.ERISA
    ways = [
        language["clocks.further.review_how"].format(**where),
        language["clocks.further.review_fast"],
        language["clocks.further.court_erisa" if erisa else "clocks.further.court"],
        language["clocks.further.share"],
    ]
    review = text(language["clocks.further.review"].format(date=by))
    return section(language["clocks.further.heading"], review, items(ways))


def months_later(start: date, months: int) -> date:
    """The same day some months later; the first of the next month where that one has no such day
    (45 CFR 147.136(d)(2)(i)).
    """
    year, month = divmod(start.year * MONTHS + start.month - 1 + months, MONTHS)
    if start.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, start.day)
    year, month = divmod(year * MONTHS + month + 1, MONTHS)
    return date(year, month + 1, 1)
