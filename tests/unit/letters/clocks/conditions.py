"""When each message about a clock is true, written apart from the code: by the kind of notice, the
member's line of business, and what was told by word of mouth.
"""

from __future__ import annotations

from collections.abc import Callable

from services.letters.model import ClockNotice
from shared.events.clocks.duties import ExtensionReason
from shared.events.letters import Audience, LetterKind
from shared.events.request import LineOfBusiness

Truth = Callable[[ClockNotice], bool]
MA, MCO = LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.MEDICAID_MANAGED_CARE
FAST = {MA, LineOfBusiness.UNKNOWN}
WHO = Audience.known()
(
    EXTENDED,
    MISSING,
    SLOWER,
    ADVERSE,
    APPROVED,
    EXHAUSTED,
    SPOKEN,
    WRONG,
) = (
    LetterKind.EXTENSION,
    LetterKind.INFORMATION_MISSING,
    LetterKind.EXPEDITE_REFUSED,
    LetterKind.DEEMED_ADVERSE,
    LetterKind.APPROVED_BY_LAW,
    LetterKind.APPEALS_EXHAUSTED,
    LetterKind.ORAL_FOLLOW_UP,
    LetterKind.EXPIRY_CORRECTED,
)
UNDECIDED = (EXTENDED, MISSING, SLOWER, ADVERSE, EXHAUSTED)


def always(_notice: ClockNotice) -> bool:
    return True


def of(*kinds: LetterKind) -> Truth:
    return lambda notice: notice.kind in kinds


def business(*wanted: LineOfBusiness) -> Truth:
    return lambda notice: notice.request.member.line_of_business in wanted


def both(*truths: Truth) -> Truth:
    return lambda notice: all(truth(notice) for truth in truths)


def either(*truths: Truth) -> Truth:
    return lambda notice: any(truth(notice) for truth in truths)


def because(*reasons: str) -> Truth:
    return both(of(EXTENDED), lambda notice: notice.reason in reasons)


def to(addressee: str) -> Truth:
    return both(of(SPOKEN), lambda n: n.oral is not None and n.oral.addressee == addressee)


def adverse(notice: ClockNotice) -> bool:
    return notice.oral is not None and notice.oral.adverse


def refused(notice: ClockNotice) -> bool:
    return notice.determination.value in {"A3", "A6"} and bool(notice.deciders)


def written_before(notice: ClockNotice) -> bool:
    return notice.earlier_at is not None


def not_written(notice: ClockNotice) -> bool:
    return notice.earlier_at is None


GRIEVANCE = of(EXTENDED, MISSING, SLOWER)
POST_STABILIZATION = both(of(APPROVED), lambda n: n.citation.startswith("42 CFR 422.113(c)"))
FIRST_IN_WRITING = either(of(ADVERSE), both(of(SPOKEN), adverse, not_written))
APPEALABLE = either(of(ADVERSE), both(of(SPOKEN), adverse))
CLOCKS: dict[str, Truth] = {
    "clocks.member.rule": of(APPROVED),
    "clocks.member.limit_rule": of(ADVERSE, EXHAUSTED),
    "clocks.appeal.deadline": of(ADVERSE),
    "clocks.appeal.oral_deadline": both(of(SPOKEN), adverse, not_written),
    "clocks.appeal.answer": both(FIRST_IN_WRITING, business(MA, MCO)),
    **{
        f"clocks.further.{name}": of(EXHAUSTED)
        for name in ("heading", "review", "review_how", "review_fast", "share")
    },
    "clocks.further.court_erisa": both(of(EXHAUSTED), business(LineOfBusiness.ERISA)),
    "clocks.further.court": both(
        of(EXHAUSTED), lambda notice: not business(LineOfBusiness.ERISA)(notice)
    ),
    **{
        f"clocks.{who}.{place}.{kind.value}": of(kind)
        for who in WHO
        for kind in (EXTENDED, MISSING, SLOWER, ADVERSE, APPROVED, EXHAUSTED, WRONG)
        for place in ("title", "opening")
    },
    **{f"clocks.{who}.title.oral_follow_up": of(SPOKEN) for who in WHO},
    **{
        f"clocks.{who}.opening.oral_{addressee}": to(addressee)
        for who in WHO
        for addressee in ("member", "representative", "provider")
        if (who, addressee) != ("member", "provider")
    },
    **{
        f"clocks.{who}.reasons.{reason.value}": because(reason.value)
        for who in WHO
        for reason in ExtensionReason.known()
    },
    "clocks.member.decide_by": both(of(EXTENDED, SLOWER), lambda n: n.due_at is not None),
    "clocks.member.decide_without": both(of(MISSING), lambda n: n.due_at is not None),
    "clocks.member.why_heading": of(EXTENDED),
    "clocks.member.interest": both(of(EXTENDED), business(*FAST, MCO)),
    "clocks.member.circumstances": both(
        of(EXTENDED), lambda notice: not business(*FAST, MCO)(notice)
    ),
    "clocks.member.former_due": both(of(EXTENDED), lambda n: n.former_due_at is not None),
    **{
        f"clocks.member.{name}": of(MISSING)
        for name in ("missing_heading", "missing", "send", "stands_still")
    },
    **{f"clocks.{who}.send_by": both(of(MISSING), lambda n: n.send_by is not None) for who in WHO},
    **{
        f"clocks.member.{name}": of(SLOWER)
        for name in ("not_faster_heading", "not_faster", "counted", "again_heading", "again")
    },
    **{f"clocks.{who}.grievance_heading": both(GRIEVANCE, business(*FAST, MCO)) for who in WHO},
    **{f"clocks.{who}.grievance_fast": both(GRIEVANCE, business(*FAST)) for who in WHO},
    **{f"clocks.{who}.grievance": both(GRIEVANCE, business(MCO)) for who in WHO},
    "clocks.member.grievance_how": both(GRIEVANCE, business(*FAST, MCO)),
    "clocks.member.meanwhile_heading": of(*UNDECIDED),
    "clocks.member.adverse": of(ADVERSE),
    "clocks.member.exhausted": of(EXHAUSTED),
    **{f"clocks.{who}.stays_open": of(ADVERSE, EXHAUSTED) for who in WHO},
    **{
        f"clocks.{who}.{name}": of(APPROVED)
        for who in WHO
        for name in ("approved_heading", "approved")
    },
    **{f"clocks.{who}.responsible": POST_STABILIZATION for who in WHO},
    **{
        f"clocks.{who}.ends.{end}": POST_STABILIZATION
        for who in WHO
        for end in ("plan_physician", "transfer", "agreement", "discharge")
    },
    "clocks.member.asked_heading": of(SPOKEN, WRONG),
    **{f"clocks.{who}.oral_heading": of(SPOKEN) for who in WHO},
    **{f"clocks.{who}.oral_adverse": both(of(SPOKEN), adverse, refused) for who in WHO},
    **{
        f"clocks.{who}.oral_favourable": both(
            of(SPOKEN), lambda n: not adverse(n) and not n.deciders
        )
        for who in WHO
    },
    **{f"clocks.{who}.oral_follows": both(of(SPOKEN), not_written) for who in WHO},
    **{f"clocks.{who}.oral_earlier": both(of(SPOKEN), written_before) for who in WHO},
    "clocks.provider.oral_at": of(SPOKEN),
    **{f"clocks.{who}.corrected": of(WRONG) for who in WHO},
    "clocks.provider.corrected_heading": of(WRONG),
    "clocks.member.corrected_rights": of(WRONG),
    "clocks.provider.lines_heading": always,
    "clocks.provider.due_heading": of(EXTENDED, MISSING, SLOWER),
    "clocks.provider.why_heading": of(EXTENDED),
    "clocks.provider.words": of(EXTENDED, SLOWER),
    "clocks.provider.missing": of(MISSING),
    "clocks.provider.stands_still": of(MISSING),
    "clocks.provider.not_faster_heading": of(SLOWER),
    "clocks.provider.again": of(SLOWER),
    "clocks.provider.missed_heading": of(ADVERSE, EXHAUSTED),
    "clocks.provider.deemed_adverse": of(ADVERSE),
    "clocks.provider.appeals_exhausted": of(EXHAUSTED),
}
"""Messages that only letters about clocks use."""
SHARED: dict[str, Truth] = {
    **{f"{who}.greeting{named}": always for who in WHO for named in ("", "_unnamed")},
    **{f"help.{name}": always for name in ("heading", "call", "language", "clinician")},
    "help.language_heading": always,
    "help.sent": of(MISSING),
    "closing.zone": always,
    "provider.contact_heading": always,
    "provider.questions_heading": of(MISSING),
    "member.pended_heading": of(*UNDECIDED),
    "member.next_urgent": of(*UNDECIDED),
    "member.meaning_heading": of(ADVERSE, EXHAUSTED, APPROVED, WRONG),
    "member.meaning_cost": of(APPROVED),
    "appeal.heading": APPEALABLE,
    "appeal.how": APPEALABLE,
    "appeal.told_open": both(of(SPOKEN), adverse, written_before),
    **{f"appeal.{name}": FIRST_IN_WRITING for name in ("fast", "share", "papers")},
}
"""Messages of letters on determinations that letters about clocks use too."""
