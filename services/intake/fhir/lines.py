"""Claim items as service lines, and what the claim says of its urgency."""

from __future__ import annotations

import math
from typing import Any

from services.intake.fhir import codes
from services.intake.fhir.resources import Claim, ClaimItem
from shared.errors import Malformed
from shared.events.request import Urgency

FULL_DATE = 10


def service_lines(claim: Claim) -> list[dict[str, Any]]:
    """The claim's items as service lines, keeping their sequences; `no_items` and
    `duplicate_sequence` are refused.
    """
    if not claim.item:
        raise Malformed("The Claim has no items.", code="no_items")
    if len({item.sequence for item in claim.item}) != len(claim.item):
        raise Malformed("Two items of the Claim have the same sequence.", code="duplicate_sequence")
    diagnoses = {
        one.sequence: one.concept.first.code for one in claim.diagnosis if one.concept.first.code
    }
    return [_line(item, diagnoses) for item in claim.item]


def urgency(claim: Claim) -> Urgency:
    """How urgent the sender calls it: the level of service (X12 1338) or the priority, whichever is
    faster.
    """
    levels = {
        claim.coded(codes.LEVEL_OF_SERVICE),
        *(item.coded(codes.LEVEL_OF_SERVICE) for item in claim.item),
    }
    if codes.EMERGENCY in levels:
        return Urgency.EMERGENCY
    stat = any(coding.code == codes.STAT for coding in claim.priority.coding)
    return Urgency.EXPEDITED if codes.URGENT in levels or stat else Urgency.STANDARD


def changed(claim: Claim) -> tuple[int, ...]:
    """Sequences of the items marked as changed or added since the version before."""
    return tuple(sorted(item.sequence for item in claim.item if item.coded(codes.INFO_CHANGED)))


def _line(item: ClaimItem, diagnoses: dict[int, str]) -> dict[str, Any]:
    """One item as a service line, in the request's own JSON form."""
    wanted = item.diagnosis_sequence or tuple(diagnoses)
    return {
        "sequence": item.sequence,
        "codes": [
            {
                "system": codes.code_system(one.system, one.code),
                "code": one.code,
                "units": _units(item.quantity.value),
            }
            for one in item.product.coding
            if one.code
        ],
        "diagnoses": [diagnoses[sequence] for sequence in wanted if sequence in diagnoses],
        "service_date": full_date(item.date or item.period.start),
        "site": item.place.first.code or None,
        "cancelled": _cancelled(item),
    }


def _cancelled(item: ClaimItem) -> bool:
    """Whether the item is withdrawn: marked so, or of certification type 3."""
    marked = any(one.url == codes.INFO_CANCELLED and one.boolean for one in item.modifiers)
    return marked or item.coded(codes.CERTIFICATION_TYPE) == codes.CANCEL


def _units(amount: float | None) -> int:
    """Whole units, rounded up so that nobody is given less than was asked; one where none is
    named.
    """
    return 1 if amount is None or not math.isfinite(amount) else max(1, math.ceil(amount))


def full_date(text: str) -> str | None:
    """A full date; a year or a month alone is not known to the day."""
    return text[:FULL_DATE] if len(text) >= FULL_DATE else None
