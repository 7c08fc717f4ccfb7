"""Claim items as service lines, and what the claim says of its urgency."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from services.intake.fhir import codes
from services.intake.fhir.datatypes import Coding, Concept
from services.intake.fhir.faults import Faults, fault
from services.intake.fhir.graph import Graph, typed
from services.intake.fhir.resources import Claim, ClaimItem, Condition, Diagnosis
from shared.errors import Fault
from shared.events.request import Urgency

FULL_DATE = 10


def service_lines(bundle: Graph, faults: Faults) -> list[dict[str, Any]]:
    """The claim's items as service lines, keeping their sequences; what is wrong with an item is
    noted.
    """
    claim = bundle.claim
    if not claim.item:
        faults.add(Fault("no_items", "The Claim has no items.", "Claim.item"))
    if len({item.sequence for item in claim.item}) != len(claim.item):
        text = "Two items of the Claim have the same sequence."
        faults.add(Fault("duplicate_sequence", text, "Claim.item.sequence"))
    diagnoses = {
        one.sequence: faults.tried(lambda: _diagnosis(bundle, one, at))  # noqa: B023 - at once
        for at, one in enumerate(claim.diagnosis)
    }
    return [
        _line(item, f"Claim.item[{at}]", diagnoses, faults) for at, item in enumerate(claim.item)
    ]


def urgency(claim: Claim) -> Urgency:
    """How urgent the sender calls it: the level of service (X12 1338) or the priority, whichever is
    faster, in whatever coding.
    """
    levels = [
        *claim.codings(codes.LEVEL_OF_SERVICE),
        *(one for item in claim.item for one in item.codings(codes.LEVEL_OF_SERVICE)),
    ]
    if codes.says(levels, codes.EMERGENCY):
        return Urgency.EMERGENCY
    stat = any(coding.code == codes.STAT for coding in claim.priority.coding)
    return Urgency.EXPEDITED if stat or codes.says(levels, codes.URGENT) else Urgency.STANDARD


def changed(claim: Claim) -> tuple[int, ...]:
    """Sequences of the items marked as changed or added since the version before."""
    return tuple(sorted(item.sequence for item in claim.item if item.codings(codes.INFO_CHANGED)))


def withdrawn(element: Claim | ClaimItem) -> bool:
    """Whether a claim or an item is of certification type 3: it is cancelled."""
    return codes.says(element.codings(codes.CERTIFICATION_TYPE), codes.CANCEL)


def _diagnosis(bundle: Graph, one: Diagnosis, at: int) -> str:
    """The ICD-10 code of a diagnosis; other codings of it are translations."""
    element, concept = f"Claim.diagnosis[{at}]", one.concept
    if one.condition.reference:
        element += ".diagnosisReference"
        found = bundle.follow(one.condition, element, ("Condition",))
        concept = typed(Condition, found.content).code
    code = concept.of(codes.ICD_10).code
    if not code:
        raise fault("diagnosis", f"{element} has no coding in ICD-10-CM.", element)
    return code


def _line(
    item: ClaimItem, element: str, diagnoses: dict[int, str | None], faults: Faults
) -> dict[str, Any]:
    """One item as a service line, in the request's own JSON form."""
    code = faults.tried(lambda: _code(item, element))
    for sequence in item.diagnosis_sequence:
        if sequence not in diagnoses:
            place = f"{element}.diagnosisSequence"
            text = f"{place} names a diagnosis that the Claim does not hold."
            faults.add(Fault("diagnosis", text, place))
    wanted = item.diagnosis_sequence or tuple(diagnoses)
    site = item.place.of(codes.PLACE_OF_SERVICE).code or next(_codes(item.place), "")
    return {
        "sequence": item.sequence,
        "codes": [code] if code else [],
        "diagnoses": [found for one in wanted if (found := diagnoses.get(one))],
        "service_date": full_date(item.date or item.period.start),
        "site": site or None,
        "cancelled": _cancelled(item),
    }


def _code(item: ClaimItem, element: str) -> dict[str, Any]:
    """What an item asks for: the code by which it is billed, up to the last one of a range, with
    modifiers, and its translations.
    """
    billed = codes.billed(item.product)
    if not billed.code:
        place = f"{element}.productOrService"
        raise fault("required", f"{place} is required, with a code.", place)
    end = codes.billed(Concept(coding=item.codings(codes.CODE_END)))
    others = [one for one in item.product.coding if one.code and one is not billed]
    found: dict[str, Any] = {**_coded(billed), "units": _units(item, element)}
    if end.code:
        found["through"] = end.code
    if item.code_modifiers:
        found["modifiers"] = list(_modifiers(item, element))
    if others:
        found["translations"] = [_coded(one) for one in others]
    return found


def _coded(one: Coding) -> dict[str, str]:
    return {"system": codes.code_system(one.system, one.code), "code": one.code}


def _codes(concept: Concept) -> Iterator[str]:
    return (one.code for one in concept.coding if one.code)


def _modifiers(item: ClaimItem, element: str) -> Iterator[str]:
    """The modifiers of the code (sides, for instance), each by its first code."""
    for at, modifier in enumerate(item.code_modifiers):
        place = f"{element}.modifier[{at}]"
        code = next(_codes(modifier), "")
        if not code:
            raise fault("required", f"{place} is required to have a code.", place)
        yield code


def _cancelled(item: ClaimItem) -> bool:
    """Whether the item is withdrawn: marked so, or of certification type 3."""
    marked = any(one.url == codes.INFO_CANCELLED and one.boolean for one in item.modifiers)
    return marked or withdrawn(item)


def _units(item: ClaimItem, element: str) -> int:
    """Whole units, rounded up so that nobody is given less than was asked; one where no quantity is
    named.
    """
    if item.quantity is None:
        return 1
    amount, place = item.quantity.value, f"{element}.quantity"
    if amount is None or amount <= 0 or not math.isfinite(amount) or item.quantity.comparator:
        raise fault("quantity", f"{place} (the units asked for) is no number above zero.", place)
    return math.ceil(amount)


def full_date(text: str | None) -> str | None:
    """A full date; a year or a month alone is not known to the day."""
    return text[:FULL_DATE] if text and len(text) >= FULL_DATE else None
