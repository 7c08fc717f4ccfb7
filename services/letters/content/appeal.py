"""The appeal notice that comes with every line which was not approved as asked (42 CFR 422.568(e),
29 CFR 2560.503-1(g)), once for each decision.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.letters.content.catalogue import Catalogue
from services.letters.content.notice import Notice, capital, items, section, service, text
from services.letters.content.plan import Plan
from services.letters.content.text import day
from services.letters.model import Noticed, RequestView
from services.letters.wording import Section
from shared.events.criteria import LineSummary


def appeal_by(request: RequestView, plan: Plan, noticed_at: datetime) -> date:
    """The last day to appeal: calendar days from the date of the notice, by line of business."""
    return plan.day(noticed_at) + timedelta(days=plan.appeal_days[request.member.line_of_business])


def appeal(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """The appeal section, when the reader is told of a refusal or change for the first time."""
    if not notice.refused():
        return []
    by = appeal_by(notice.request, plan, notice.matter.at)
    days = plan.appeal_days[notice.request.member.line_of_business]
    deadline = language["appeal.deadline"].format(date=day(language, by), days=days)
    rest = [
        language["appeal.fast"],
        language["appeal.share"],
        language["appeal.papers"],
    ]
    return [
        section(language["appeal.heading"], text(deadline), items([how(language, plan), *rest]))
    ]


def how(language: Catalogue, plan: Plan) -> str:
    """Who can ask for an appeal, and where."""
    return language["appeal.how"].format(phone=plan.phone, address=", ".join(plan.address))


def noticed_before(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """What was refused or changed and told by an earlier letter: which letter, and until when an
    appeal is possible if it still is.
    """
    sentences = [
        _earlier_notice(line, earlier, notice, language, plan)
        for line, earlier in notice.noticed_before()
    ]
    return [section(language["appeal.told_heading"], items(sentences))] if sentences else []


def _earlier_notice(
    line: LineSummary, earlier: Noticed, notice: Notice, language: Catalogue, plan: Plan
) -> str:
    by = appeal_by(notice.request, plan, earlier.at)
    sentences = language["appeal.told_item"].format(
        service=capital(service(language, line)),
        decision=language[f"decisions.{line.determination.value}"],
        date=day(language, plan.day(earlier.at)),
    )
    still = language["appeal.told_open"].format(date=day(language, by))
    return f"{sentences} {still}" if plan.day(notice.matter.at) <= by else sentences
