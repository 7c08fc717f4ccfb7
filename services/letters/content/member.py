"""What the member reads: short sentences, no codes, what it means and what to do."""

from __future__ import annotations

from services.letters.content.appeal import appeal, noticed_before
from services.letters.content.asking import of_member, questions_of
from services.letters.content.catalogue import Catalogue
from services.letters.content.changes import changes
from services.letters.content.help import every_language, member_help, own_language
from services.letters.content.mixture import LineOutcome
from services.letters.content.notice import (
    Notice,
    capital,
    criterion,
    items,
    lead,
    policy_name,
    quote,
    section,
    service,
    text,
)
from services.letters.content.plan import Plan
from services.letters.content.text import day, visible
from services.letters.model import ClinicianDecision, RequestView
from services.letters.wording import Block, Section
from shared.events.criteria import LineSummary
from shared.events.letters import Audience
from shared.events.reviews import EXTERNAL_KINDS


def opening(notice: Notice, language: Catalogue) -> list[str]:
    """The greeting and the decision."""
    return [greeting(notice.request, language), lead(notice, language)]


def greeting(request: RequestView, language: Catalogue) -> str:
    """The member, by name where it is known."""
    name = request.member.name
    if not name:
        return language["member.greeting_unnamed"]
    return language["member.greeting"].format(name=visible(name))


def sections(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """The sections of the member's letter, for whatever mixture of determinations the lines
    have.
    """
    return [
        *own_language(notice.request, language, plan),
        *_approved(notice, language),
        *_refused(notice, language),
        *_by_law(notice, language),
        *_pended(notice, language),
        *_next(notice, language, plan),
        *_notified(notice, language),
        *_withdrawn(notice, language),
        *_other(notice, language),
        *noticed_before(notice, language, plan),
        *appeal(notice, language, plan),
        member_help(language, plan),
        *every_language(notice.request, language, plan),
    ]


def _approved(notice: Notice, language: Catalogue) -> list[Section]:
    """What was approved, why, and what it means."""
    lines = notice.lines(LineOutcome.APPROVED, LineOutcome.CHANGED)
    if not lines:
        return []
    why = _why(notice, language)
    bring = [language["member.meaning_bring"]] if any(one.authorization for one in lines) else []
    meaning = " ".join([language["member.meaning_approved"], *bring])
    return [
        section(
            language["member.approved_heading"], items([_granted(line, language) for line in lines])
        ),
        *([section(language["member.why_heading"], *map(text, why))] if why else []),
        section(
            language["member.meaning_heading"], text(meaning), text(language["member.meaning_cost"])
        ),
    ]


def _why(notice: Notice, language: Catalogue) -> list[str]:
    """Why lines were approved as asked: by the rules, or by a clinician; of a changed line the
    clinician's reason is told.
    """
    lines = notice.lines(LineOutcome.APPROVED)
    ruled = [line for line in lines if not notice.ground(line)]
    policies = dict.fromkeys(policy_name(line.policy) for line in ruled if line.policy)
    sentences = []
    if policies:
        sentences.append(language["member.why"].format(policies="; ".join(policies)))
    elif ruled:
        sentences.append(language["member.why_unnamed"])
    return [*sentences, language["member.why_clinician"]] if len(ruled) < len(lines) else sentences


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
    blocks = [
        section(
            capital(service(language, line)), *_reasons(line, ground, notice, language), level=2
        )
        for line, ground in notice.refused()
    ]
    return [section(language["member.refused_heading"]), *blocks] if blocks else []


def _reasons(
    line: LineSummary, ground: ClinicianDecision, notice: Notice, language: Catalogue
) -> list[Block]:
    """The decision on a line: what was changed, the clinician's own words, the rule in words, and
    who decided.
    """
    decision = language[f"decisions.{line.determination.value}"]
    by = language["member.refused_by"].format(
        name=visible(ground.reviewer.name), specialty=visible(ground.reviewer.specialty)
    )
    return [
        text(language["member.refused_decision"].format(decision=decision)),
        *changes(line, notice, language),
        text(language["member.refused_reason"]),
        quote(ground.reason, language),
        text(_rule(line, ground, language)),
        text(by),
        *former([line], language),
    ]


def _rule(line: LineSummary, ground: ClinicianDecision, language: Catalogue) -> str:
    """The rule in words; one that is no policy of the plan's is part of none."""
    about = criterion(language, ground.criterion)
    if ground.criterion in EXTERNAL_KINDS:
        return language["member.refused_rule_external"].format(criterion=about)
    if line.policy is None:
        return language["member.refused_rule_unnamed"].format(criterion=about)
    named = policy_name(line.policy)
    return language["member.refused_rule"].format(criterion=about, policy=named)


def former(lines: list[LineSummary], language: Catalogue) -> list[Block]:
    """What was approved before a line was changed, and stays so."""
    return [
        text(
            language["member.former"].format(
                number=visible(grant.number),
                start=day(language, grant.valid_from),
                end=day(language, grant.valid_to),
            )
        )
        for line in lines
        for grant in line.former
    ]


def _by_law(notice: Notice, language: Catalogue) -> list[Section]:
    """What nobody decided in time and the law has approved, and that a question takes nothing
    back.
    """
    lines = notice.lines(LineOutcome.BY_LAW)
    if not lines:
        return []
    means = text(language["member.by_law_next"])
    blocks = [_named(lines, language), means, *former(lines, language)]
    return [section(language["member.by_law_heading"], *blocks)]


def _pended(notice: Notice, language: Catalogue) -> list[Section]:
    """What is not decided yet."""
    lines = notice.lines(LineOutcome.OPEN)
    if not lines:
        return []
    blocks = [_named(lines, language), *former(lines, language)]
    return [section(language["member.pended_heading"], *blocks)]


def _next(notice: Notice, language: Catalogue, plan: Plan) -> list[Section]:
    """What is asked of the member, what happens next, and by when what is open must be decided."""
    if not notice.lines(LineOutcome.OPEN, LineOutcome.BY_LAW):
        return []
    asked = of_member(notice, language)
    alone = language["member.next_asked" if asked else "member.next_review"]
    of_others = questions_of(notice, Audience.PROVIDER)
    steps = [language["member.next_questions"] if of_others else alone]
    if notice.request.may_be_appeal:
        steps.append(language["member.next_like"])
    if notice.matter.due_at is not None and notice.lines(LineOutcome.OPEN):
        due = plan.last_day(notice.matter.due_at)
        steps.append(language["member.next_due"].format(date=day(language, due)))
    steps.append(language["member.next_urgent"])
    return [*asked, section(language["member.next_heading"], *map(text, steps))]


def _notified(notice: Notice, language: Catalogue) -> list[Section]:
    """What is for a declared emergency, and that nobody waits for an approval."""
    keys = ("member.notified_heading", "member.notified_next")
    return _under(notice, language, LineOutcome.NOTIFIED, keys)


def _withdrawn(notice: Notice, language: Catalogue) -> list[Section]:
    """What the sender took back, and that nothing is lost by it."""
    keys = ("member.withdrawn_heading", "member.withdrawn_next")
    return _under(notice, language, LineOutcome.WITHDRAWN, keys)


def _other(notice: Notice, language: Catalogue) -> list[Section]:
    """Lines of which a letter has no words for what became of them, and whom to ask."""
    keys = ("member.other_heading", "member.other_next")
    return _under(notice, language, LineOutcome.OTHER, keys)


def _under(
    notice: Notice, language: Catalogue, outcome: LineOutcome, keys: tuple[str, str]
) -> list[Section]:
    """The lines with an outcome under a heading, and what comes next."""
    lines = notice.lines(outcome)
    if not lines:
        return []
    heading, rest = keys
    return [section(language[heading], _named(lines, language), text(language[rest]))]


def _named(lines: list[LineSummary], language: Catalogue) -> Block:
    """What lines ask for, one an item."""
    return items([f"{capital(service(language, line))}." for line in lines])
