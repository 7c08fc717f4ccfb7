"""What a request does not say, and who needs it. Nothing waits for it: a clock runs by the
strictest that may apply, a letter and a report go without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from shared.events.request import AuthorizationRequest, LineOfBusiness, Member, ServiceLine, Sex

UNKNOWN = (None, "unknown", "other")
MEDICARE = frozenset({LineOfBusiness.MEDICARE_ADVANTAGE, LineOfBusiness.UNKNOWN})
EMPLOYERS = frozenset({LineOfBusiness.ERISA, LineOfBusiness.UNKNOWN})


class Need(StrEnum):
    """Who needs a field: the rule of a clock, a letter, whoever calls back, a report."""

    CLOCK_RULE = "clock_rule"
    LETTER = "letter"
    CALL = "call"
    REPORT = "report"


class Missing(NamedTuple):
    """A field by its path in a request (`lines[1].item`: of the line with sequence 1), and who
    needs it.
    """

    field: str
    needed_by: tuple[Need, ...]


NEEDED_BY: dict[str, tuple[Need, ...]] = {
    "member.line_of_business": (Need.CLOCK_RULE, Need.LETTER, Need.REPORT),
    "member.state": (Need.CLOCK_RULE, Need.LETTER),
    "member.funding": (Need.CLOCK_RULE,),
    "member.contract": (Need.REPORT,),
    "member.plan": (Need.CLOCK_RULE, Need.REPORT),
    "member.medicare_number": (Need.REPORT,),
    "member.sex": (Need.REPORT,),
    "member.address": (Need.LETTER,),
    "member.address.zip": (Need.LETTER, Need.REPORT),
    "member.address.county": (Need.LETTER,),
    "member.electronic_delivery": (Need.LETTER,),
    "member.primary_care": (Need.REPORT,),
    "requester.phone": (Need.CALL,),
    "asker": (Need.CLOCK_RULE, Need.REPORT),
    "item": (Need.CLOCK_RULE,),
    "care_ends_at": (Need.CLOCK_RULE,),
}
"""By field: who needs it. The plan tells in which time zone days are counted; who asks, whether a
provider without a contract must be asked for information (42 CFR 422.572(d)); ZIP codes are what
Maryland's report counts by; the others of the reports are columns of CMS-10717.
"""


def missing(request: AuthorizationRequest) -> tuple[Missing, ...]:
    """The fields that the request does not say and somebody needs, in a fixed order. Funding is an
    employer's, contract and Medicare number are Medicare's: of others they are not asked.
    """
    return needs(unsaid(request))


def unsaid(request: AuthorizationRequest) -> tuple[str, ...]:
    """The fields alone, as a case keeps them."""
    return (*_of_member(request.member), *_of_request(request), *_of_lines(request.lines))


def needs(fields: Iterable[str]) -> tuple[Missing, ...]:
    """The fields with who needs each."""
    return tuple(Missing(one, NEEDED_BY[one.partition("].")[2] or one]) for one in fields)


def _of_member(member: Member) -> Iterator[str]:
    asked = ["line_of_business", "state", "plan", "electronic_delivery", "primary_care"]
    if member.line_of_business in EMPLOYERS:
        asked.append("funding")
    if member.line_of_business in MEDICARE:
        asked += ["contract", "medicare_number"]
    yield from (f"member.{name}" for name in asked if getattr(member, name) in UNKNOWN)
    if member.sex is Sex.UNKNOWN:
        yield "member.sex"
    if member.address is None:
        yield "member.address"
        return
    for name in ("zip", "county"):
        if getattr(member.address, name) is None:
            yield f"member.address.{name}"


def _of_request(request: AuthorizationRequest) -> Iterator[str]:
    if request.requester.phone is None:
        yield "requester.phone"
    if request.asker in UNKNOWN:
        yield "asker"


def _of_lines(lines: Iterable[ServiceLine]) -> Iterator[str]:
    """Of the lines that stand. The end of care under way is asked where a line continues some."""
    for line in lines:
        if line.cancelled:
            continue
        if line.item in UNKNOWN:
            yield f"lines[{line.sequence}].item"
        if line.start_of_care is not None and line.care_ends_at is None:
            yield f"lines[{line.sequence}].care_ends_at"
