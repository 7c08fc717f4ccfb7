"""What a bundle says beside who is meant: sex, address, plan, numbers and telephones. What the
standard has no place for, or what does not fit, is left unknown: nothing is guessed, and nothing of
it keeps a request back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.intake.fhir import codes
from services.intake.fhir.datatypes import Identifier
from services.intake.fhir.resources import ContactPoint, Coverage, PatientAddress
from shared.events.request import Address, Phone, Sex

UNITED_STATES = frozenset({"", "US", "USA", "840"})
"""How senders write the country of an address that we can write to (ISO 3166)."""
PHYSICAL = "physical"
_MBI = re.compile(
    r"[1-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9][0-9]-?[A-Z]{2}[0-9]{2}", re.ASCII | re.IGNORECASE
)
"""A Medicare Beneficiary Identifier. The number that it replaced was a Social Security number."""
_STATE = re.compile(r"[A-Z]{2}", re.ASCII)
_ZIP = re.compile(r"([0-9]{5})-?([0-9]{4})?", re.ASCII)
_phone: TypeAdapter[str] = TypeAdapter(Phone)
MOST_PLAN = 200


def stated(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of which something is known."""
    return {name: value for name, value in fields.items() if value is not None}


def sex(gender: str) -> str | None:
    """The administrative gender, which has the codes that we have."""
    return gender if gender in set(Sex) else None


def is_state(text: str) -> bool:
    """Whether it is a state or a territory as the post writes it."""
    return _STATE.fullmatch(text) is not None


def address(addresses: Iterable[PatientAddress]) -> dict[str, Any] | None:
    """Where a letter reaches the member: the first address in the United States that is not only a
    place to go to, else the first one. `district` is the county (FHIR R4, Address).
    """
    ours = [one for one in addresses if one.country.strip().upper() in UNITED_STATES and one.line]
    for one in sorted(ours, key=lambda one: one.kind == PHYSICAL):
        found = {
            "lines": one.line,
            "city": one.city or None,
            "state": one.state if is_state(one.state) else None,
            "zip": _zip(one.postal_code),
            "county": one.district or None,
        }
        try:
            Address.model_validate(found)
        except ValidationError:
            continue
        return found
    return None


def _zip(text: str) -> str | None:
    found = _ZIP.fullmatch(text.strip())
    return "-".join(part for part in found.groups() if part) if found else None


def plan(coverage: Coverage) -> str | None:
    """The payer's id of the plan, if the coverage names one plan. A group is an employer's number,
    and no contract.
    """
    named = {
        one.value
        for one in coverage.classes
        if any(
            code.code == "plan" and code.system in codes.COVERAGE_CLASS for code in one.type.coding
        )
    }
    found = next(iter(named)) if len(named) == 1 else ""
    return found if 0 < len(found) <= MOST_PLAN else None


def medicare_number(identifiers: Iterable[Identifier], day: str) -> str | None:
    """The Medicare number in use: called so by its type or its system, and of its shape."""
    return next(
        (
            one.value
            for one in identifiers
            if one.lasts(day) and _is_medicare(one) and _MBI.fullmatch(one.value)
        ),
        None,
    )


def _is_medicare(one: Identifier) -> bool:
    kinds = codes.identifier_types(one.type, one.system)
    return one.system in codes.MEDICARE_NUMBER_SYSTEMS or bool(kinds & codes.MEDICARE_NUMBER)


def phone(points: Iterable[ContactPoint]) -> str | None:
    """The first telephone number that is written as one, as a `tel:` address too."""
    for one in points:
        text = one.value.removeprefix("tel:").replace(".", "-")
        try:
            if one.system == "phone":
                return _phone.validate_python(text)
        except ValidationError:
            continue
    return None
