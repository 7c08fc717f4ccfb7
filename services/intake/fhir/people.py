"""Whom a bundle speaks of: the member and who asks. Of an element that repeats, its type, its use
and its time say which one is meant, never its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from services.intake.fhir import codes, particulars
from services.intake.fhir.datatypes import Dated, Identifier, Reference
from services.intake.fhir.faults import fault
from services.intake.fhir.graph import Graph, typed
from services.intake.fhir.lines import full_date
from services.intake.fhir.references import Resource
from services.intake.fhir.resources import Coverage, HumanName, Patient, Requester
from shared.errors import Malformed

D = TypeVar("D", bound=Dated)
PARTIES = ("Organization", "Practitioner", "PractitionerRole")
NAMES = ("official", "usual", "", "temp", "nickname", "anonymous")
"""Uses of a name that a letter may go to, the best first: never an old one or the maiden name."""
ADDRESSES = ("home", "", "temp", "billing", "work")
"""Uses of an address, beginning with where somebody lives."""
PHONES = ("work", "", "mobile", "temp")
"""Uses of a telephone at which a provider is called back; nobody is called at home."""
NPI_LENGTH = 10


def in_use(several: Iterable[D], uses: tuple[str, ...], day: str) -> list[D]:
    """Those that are in use on a day, in the order of their uses; others are left out."""
    found = [one for one in several if one.use in uses and one.lasts(day)]
    return sorted(found, key=lambda one: uses.index(one.use))


def member_number(patient: Patient, coverage: Coverage, day: str) -> str:
    """The patient's member number, else the coverage's, else an identifier of the patient of no
    known type, else the subscriber's number; `no_member` without any. A Social Security number is
    none of them, whatever it is called, nor is a number that another party gave.
    """
    secret = {_plain(one.value) for one in patient.identifier if _is_of(one, codes.SOCIAL_SECURITY)}
    named = [
        *_valued(patient.identifier, codes.MEMBER_NUMBER, day),
        *_valued(coverage.identifier, codes.MEMBER_NUMBER, day),
        *_valued(patient.identifier, codes.UNTYPED, day),
        coverage.subscriber_id,
    ]
    found = next((one for one in named if one and _plain(one) not in secret), "")
    if not found:
        raise fault(
            "no_member",
            "Neither the Patient nor the Coverage carries a member number.",
            "Patient.identifier",
        )
    return found


def _plain(number: str) -> str:
    """A number as it is compared, without what groups its digits."""
    return number.replace("-", "").replace(" ", "")


def _valued(identifiers: Iterable[Identifier], types: frozenset[str], day: str) -> Iterator[str]:
    """The values in use of identifiers of these types."""
    return (one.value for one in identifiers if one.lasts(day) and _is_of(one, types))


def _is_of(one: Identifier, types: frozenset[str]) -> bool:
    """Whether an identifier is of one of these types."""
    return bool(types & codes.identifier_types(one.type, one.system))


def member(patient: Patient, coverage: Coverage, number: str, day: str) -> dict[str, Any]:
    """The member, with the kind of plan left unknown unless the coverage is certain about it."""
    addresses = in_use(patient.address, ADDRESSES, day)
    return {
        "id": number,
        "name": _name(patient.name, day),
        "birth_date": full_date(patient.birth_date),
        "line_of_business": codes.line_of_business(coverage.type),
        "state": next((one.state for one in addresses if particulars.is_state(one.state)), None),
        **particulars.stated(
            {
                "funding": codes.funding(coverage.type),
                "sex": particulars.sex(patient.gender),
                "address": particulars.address(addresses),
                "plan": particulars.plan(coverage),
                "medicare_number": particulars.medicare_number(
                    [*patient.identifier, *coverage.identifier], day
                ),
            }
        ),
    }


def requester(bundle: Graph, day: str) -> dict[str, Any]:
    """NPI, name and telephone of who asks."""
    return _provider(bundle, bundle.claim.provider, "Claim.provider", bundle.at, day)


def primary_care(bundle: Graph, patient: Patient, at: Resource, day: str) -> dict[str, Any] | None:
    """Who treats the member day by day, as the Patient that stands `at` says; of several, nobody
    says which one it is. One who cannot be read keeps no request back.
    """
    if len(patient.general_practitioner) != 1:
        return None
    element, (one,) = "Patient.generalPractitioner", patient.general_practitioner
    try:
        found = _provider(bundle, one, element, at, day)
    except Malformed:
        return None
    return found if any(found.values()) else None


def _provider(
    bundle: Graph, reference: Reference, element: str, at: Resource, day: str
) -> dict[str, Any]:
    """NPI, name and telephone of a provider; a PractitionerRole leads to its organization or its
    practitioner, and its own telephone comes first.
    """
    found, at = _party(bundle, reference, element, at)
    phones = [*in_use(found.telecom, PHONES, day)]
    steps = (("organization", found.organization), ("practitioner", found.practitioner))
    for role, step in steps:
        if not _npi(found.identifier, day) and (step.reference or step.identifier.value):
            found, at = _party(bundle, step, f"PractitionerRole.{role}", at)
            phones += in_use(found.telecom, PHONES, day)
    name = _name(found.name, day) if isinstance(found.name, tuple) else found.name
    npi = _npi(found.identifier, day)
    if npi is None and any(one.system == codes.NPI and one.value for one in found.identifier):
        raise fault("npi", "The provider's NPI is not ten digits.", element)
    phone = particulars.stated({"phone": particulars.phone(phones)})
    return {"npi": npi, "name": name or None, **phone}


def _party(
    bundle: Graph, reference: Reference, element: str, at: Resource
) -> tuple[Requester, Resource]:
    """Who is referred to, and where that resource stands; a reference without a resource names
    somebody by identifier alone.
    """
    if not reference.reference and reference.identifier.value:
        return Requester(identifier=(reference.identifier,), name=reference.display), at
    found = bundle.follow(reference, element, PARTIES, at)
    return typed(Requester, found.content, found.kind), found


def _name(names: Iterable[HumanName], day: str) -> str | None:
    """The name that a letter is addressed to, if there is one."""
    return next((one.full for one in in_use(names, NAMES, day) if one.full), None)


def _npi(identifiers: Iterable[Identifier], day: str) -> str | None:
    """The National Provider Identifier among identifiers, if it has the shape of one."""
    return next(
        (
            one.value
            for one in identifiers
            if one.system == codes.NPI
            and one.lasts(day)
            and one.value.isascii()
            and one.value.isdigit()
            and len(one.value) == NPI_LENGTH
        ),
        None,
    )
