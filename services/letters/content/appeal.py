"""The appeal notice that comes with every line which was not approved as asked (42 CFR 422.568(e),
29 CFR 2560.503-1(g)).
"""

from __future__ import annotations

from datetime import date, timedelta

from services.letters.content.catalogue import Catalogue, Plan
from services.letters.content.notice import Notice, items, section, text
from services.letters.content.text import day
from services.letters.model import Section


def appeal_by(notice: Notice, plan: Plan) -> date:
    """The last day to appeal: calendar days from the date of the notice, by line of business."""
    return notice.matter.at.date() + timedelta(
        days=plan.appeal_days[notice.request.member.line_of_business]
    )


def appeal(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """The appeal section, when a line was refused or changed."""
    if not notice.refused():
        return []
    days = plan.appeal_days[notice.request.member.line_of_business]
    deadline = language["appeal.deadline"].format(
        date=day(language, appeal_by(notice, plan)), days=days
    )
    how = language["appeal.how"].format(phone=plan.phone, address=", ".join(plan.address))
    rest = [how, language["appeal.fast"], language["appeal.share"], language["appeal.papers"]]
    return [section(language["appeal.heading"], text(deadline), items(rest))]
