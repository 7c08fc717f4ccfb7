"""What the member reads: short sentences, no codes, what it means and what to do."""

from __future__ import annotations

from services.letters.content.appeal import appeal
from services.letters.content.catalogue import Catalogue, Plan
from services.letters.content.notice import (
    Notice,
    capital,
    items,
    policy_name,
    section,
    service,
    text,
)
from services.letters.content.text import day, visible
from services.letters.model import Section
from shared.events.criteria import Determination, LineSummary


def opening(notice: Notice, language: Catalogue) -> list[str]:
    """The greeting and the decision."""
    name = notice.request.member.name
    hello = (
        language["member.greeting"].format(name=visible(name))
        if name
        else language["member.greeting_unnamed"]
    )
    return [hello, language[f"member.{notice.matter.kind.value}.opening"]]


def sections(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """The sections of the member's letter, for whatever mixture of determinations the lines
    have.
    """
    made = [
        *_approved(notice, language),
        *_refused(notice, language),
        *_pended(notice, language),
        *_withdrawn(notice, language),
        *appeal(notice, language, plan),
    ]
    call = language["help.call"].format(
        plan=plan.name, phone=plan.phone, tty=plan.tty, hours=plan.hours[language.language]
    )
    return [*made, section(language["help.heading"], text(call), text(language["help.language"]))]


def _approved(notice: Notice, language: Catalogue) -> list[Section]:
    """What was approved, why, and what it means."""
    lines = notice.lines(Determination.APPROVED, Determination.MODIFIED)
    if not lines:
        return []
    policies = dict.fromkeys(
        policy_name(line.policy)
        for line in lines
        if line.policy and line.determination is Determination.APPROVED
    )
    why = (
        language["member.why"].format(policies="; ".join(policies))
        if policies
        else language["member.why_unnamed"]
    )
    return [
        section(
            language["member.approved_heading"], items([_granted(line, language) for line in lines])
        ),
        section(language["member.why_heading"], text(why)),
        section(
            language["member.meaning_heading"],
            text(language["member.meaning_approved"]),
            text(language["member.meaning_cost"]),
        ),
    ]


def _granted(line: LineSummary, language: Catalogue) -> str:
    """An approved line with its authorization number and the days it is good for."""
    grant, what = line.authorization, capital(service(language, line))
    if grant is None:
        return language["member.approved_plain"].format(service=what)
    start, end = day(language, grant.valid_from), day(language, grant.valid_to)
    return language["member.approved_item"].format(
        service=what, number=visible(grant.number), start=start, end=end
    )


def _refused(notice: Notice, language: Catalogue) -> list[Section]:
    """What a clinician did not approve as asked: the reason, the rule, and who decided."""
    blocks = []
    for line, ground in notice.refused():
        what, decision = (
            capital(service(language, line)),
            language[f"decisions.{line.determination.value}"],
        )
        policy = policy_name(line.policy) if line.policy else visible(ground.criterion)
        sentences = [
            language["member.refused_item"].format(service=what, decision=decision),
            language["member.refused_reason"].format(reason=visible(ground.reason)),
            language["member.refused_rule"].format(
                criterion=visible(ground.criterion), policy=policy
            ),
            language["member.refused_by"].format(
                name=visible(ground.reviewer.name), specialty=visible(ground.reviewer.specialty)
            ),
        ]
        blocks.append(items(sentences))
    return [section(language["member.refused_heading"], *blocks)] if blocks else []


def _pended(notice: Notice, language: Catalogue) -> list[Section]:
    """What is not decided yet, what happens next and by when."""
    lines = notice.lines(Determination.PENDED)
    if not lines:
        return []
    waiting = items(
        [
            language["member.pended_item"].format(service=capital(service(language, line)))
            for line in lines
        ]
    )
    steps = [
        language["member.next_questions" if notice.determined.questions else "member.next_review"]
    ]
    if notice.matter.due_at is not None:
        steps.append(
            language["member.next_due"].format(date=day(language, notice.matter.due_at.date()))
        )
    steps.append(language["member.next_urgent"])
    return [
        section(language["member.pended_heading"], waiting),
        section(language["member.next_heading"], *map(text, steps)),
    ]


def _withdrawn(notice: Notice, language: Catalogue) -> list[Section]:
    """What the sender took back, and that nothing is lost by it."""
    lines = notice.lines(Determination.CANCELLED)
    if not lines:
        return []
    gone = items(
        [
            language["member.withdrawn_item"].format(service=capital(service(language, line)))
            for line in lines
        ]
    )
    return [
        section(language["member.withdrawn_heading"], gone, text(language["member.withdrawn_next"]))
    ]
