"""What a request itself says, as facts that criteria can read: read from its own fields, so that
nothing that is sent as a fact can stand in their place. What the request does not say is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from services.criteria.engine.language.request_facts import STATES
from services.criteria.engine.logic.values import HeldValue, choice
from services.criteria.engine.runtime.facts import KnownFact
from services.criteria.engine.runtime.observation_dates import is_placeholder
from shared.body.places import place_of_service
from shared.body.procedures import procedure
from shared.events.request import (
    AuthorizationRequest,
    LineOfBusiness,
    Member,
    ServiceCode,
    ServiceLine,
    Sex,
)


class AskedFor(NamedTuple):
    """A line of a request that was received on a day."""

    request: AuthorizationRequest
    line: ServiceLine
    day: date


Reader = Callable[[AskedFor], Any]
"""The value of a fact; None where the request does not say."""


def known(path: str, asked: AskedFor) -> KnownFact | None:
    """What the request says of one of its facts."""
    value = READERS[path](asked)
    return None if value is None else KnownFact(path, value)


def business_of(member: Member) -> str | None:
    """The member's kind of plan; one that this version does not know is not known."""
    one = member.line_of_business
    return one.value if one.is_known and one is not LineOfBusiness.UNKNOWN else None


def state_of(member: Member) -> str | None:
    """The state whose law protects the member."""
    return member.state if member.state in STATES else None


def age_of(member: Member, day: date) -> int | None:
    """Whole years from birth to this day."""
    born = member.birth_date
    if born is None or born > day or is_placeholder(born):
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def site_of(line: ServiceLine) -> str | None:
    """The place of service, if it is one that policies can tell apart."""
    return None if line.site is None else place_of_service(line.site)


def _sex(asked: AskedFor) -> str | None:
    sex = asked.request.member.sex
    return None if sex is Sex.UNKNOWN else sex.value


def _units(asked: AskedFor) -> Any:
    """The units of each code, never their sum: where codes differ, one of these."""
    return choice(frozenset([one.units for one in asked.line.codes]))


def codes_of(codes: Iterable[ServiceCode]) -> HeldValue | None:
    """The codes in one form; those of other systems may mean the same, so that with one of these
    nothing is ruled out.
    """
    found = [procedure(one.system, one.code) for one in codes]
    whole = all(one is not None for one in found)
    read = frozenset([one.code for one in found if one is not None])
    return HeldValue(read, whole) if found else None


def _modifiers(asked: AskedFor) -> HeldValue | None:
    written = [one.strip().upper() for code in asked.line.codes for one in code.modifiers]
    found = [procedure(one.system, one.code) for one in asked.line.codes]
    behind = [one for code in found if code is not None for one in code.modifiers]
    return HeldValue(frozenset(written + behind), closed=True) if found else None


def _others(asked: AskedFor) -> list[ServiceLine]:
    return [
        one
        for one in asked.request.lines
        if one.sequence != asked.line.sequence and not one.cancelled
    ]


def _other_codes(asked: AskedFor) -> HeldValue:
    """A line without codes may ask for any of them."""
    others = _others(asked)
    found = codes_of(code for one in others for code in one.codes)
    whole = all(one.codes for one in others) and (found is None or found.closed)
    return HeldValue(frozenset() if found is None else found.things, whole)


def _other_services(asked: AskedFor) -> HeldValue:
    """A line of whose services nothing is known may ask for any of them."""
    others = _others(asked)
    things = frozenset([service for one in others for service in one.services])
    return HeldValue(things, all(one.services for one in others))


READERS: dict[str, Reader] = {
    "request.business": lambda asked: business_of(asked.request.member),
    "request.state": lambda asked: state_of(asked.request.member),
    "request.site": lambda asked: site_of(asked.line),
    "member.sex": _sex,
    "member.age": lambda asked: age_of(asked.request.member, asked.day),
    "line.units": _units,
    "line.codes": lambda asked: codes_of(asked.line.codes),
    "line.modifiers": _modifiers,
    "others.codes": _other_codes,
    "others.services": _other_services,
}
"""By path, as `REQUEST_FACTS` describes them."""
