"""A PAS request bundle (`Claim/$submit`) as a submission."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.intake.fhir import codes, graph, lines, people
from services.intake.fhir.claims import findings, prior_claim
from services.intake.fhir.datatypes import Element
from services.intake.fhir.faults import Faults, expression, fault, refusal
from services.intake.fhir.graph import Graph, typed
from services.intake.fhir.language import preferred
from services.intake.fhir.references import Resource
from services.intake.fhir.resources import Coverage, Patient
from services.intake.fhir.sameness import request_hash
from services.intake.model import Submission
from shared.errors import Fault
from shared.events.intake import Channel
from shared.events.request import AuthorizationRequest
from shared.json_text import misfit, names_below, own

SENDER_LENGTH = 200
ELEMENTS = {
    "sequence": "sequence",
    "codes": "productOrService",
    "units": "quantity",
    "modifiers": "modifier",
    "diagnoses": "diagnosisSequence",
    "service_date": "serviced",
    "site": "location",
    "id": "identifier",
    "birth_date": "birthDate",
    "state": "address",
}
"""Elements of the bundle by the field of a request that they become."""


class Parties(NamedTuple):
    """Who has to do with a claim; the Patient stands `at`, `member` is the member's number."""

    patient: Patient
    at: Resource
    coverage: Coverage
    member: str
    requester: dict[str, Any]
    sender: str


def read(content: dict[str, Any], header_sender: str = "") -> Submission:
    """The submission that a bundle makes, bare or in Parameters, or `Malformed` with everything for
    which it is none, each with its code and its element.

    The sender is the `pa_sender` header where the channel gives one, else the NPI of
    `Claim.provider`, else the interchange sender of the transmission identifiers; a bundle without
    any is `no_sender`. An update must come from the same sender as the request that it updates.
    """
    bundle = graph.read(content)
    claim, faults = bundle.claim, Faults()
    faults.add(*findings(bundle))
    parties = _parties(bundle, header_sender, faults)
    prior = faults.tried(lambda: prior_claim(bundle))
    withdrawn = lines.withdrawn(claim)
    if withdrawn and prior == "":
        text = "A cancellation names no request that it cancels."
        faults.add(Fault("cancel_without_prior", text, "Claim.related"))
    request = None if withdrawn else _request(bundle, parties, faults, opens=prior == "")
    who = faults.sure(parties)
    return Submission(
        content=bundle.content,
        channel=Channel.FHIR_PAS,
        sender=who.sender,
        content_sha256=request_hash(bundle),
        request=request,
        member=who.member,
        reference=next((one.value[:200] for one in claim.identifier if one.value), None),
        prior=claim_alias(who.sender, who.member, prior) if prior else None,
        alias=claim_alias(who.sender, who.member, bundle.at.url) if bundle.at.url else None,
        changed=lines.changed(claim),
    )


def names() -> frozenset[str]:
    """The elements of a bundle that are read."""
    return names_below(Element)


def claim_alias(sender: str, member: str, url: str) -> str:
    """The name under which a member's case is found by a claim that belongs to it; it tells neither
    member nor address. No two triples make one name: each part is led by its length.
    """
    parts = b"".join(f"{len(part)}:{part}".encode() for part in (sender, member, url))
    return f"fhir-claim:{hashlib.sha256(parts).hexdigest()}"


def _parties(bundle: Graph, header: str, faults: Faults) -> Parties | None:
    """Who is in the bundle; what cannot be read of them is noted."""
    day = bundle.claim.created[: lines.FULL_DATE]
    found = faults.tried(lambda: _patient(bundle))
    coverage = faults.tried(lambda: _coverage(bundle))
    requester = faults.tried(lambda: people.requester(bundle, day))
    sender = faults.tried(lambda: _sender(bundle, header, requester)) if requester else None
    if found is None or coverage is None:
        return None
    patient, at = found
    member = faults.tried(lambda: people.member_number(patient, coverage, day))
    if member is None or requester is None or sender is None:
        return None
    return Parties(patient, at, coverage, member, requester, sender)


def _request(
    bundle: Graph, parties: Parties | None, faults: Faults, *, opens: bool
) -> AuthorizationRequest | None:
    """The claim in the platform's terms; what does not fit is noted (`schema`), and a new claim
    that cancels all its items (`nothing_requested`).
    """
    service_lines = lines.service_lines(bundle, faults)
    if not service_lines:
        return None
    if opens and all(line["cancelled"] for line in service_lines):
        text = "A new Claim cancels all of its own items."
        faults.add(Fault("nothing_requested", text, "Claim.item"))
    content = {"urgency": lines.urgency(bundle.claim), "lines": service_lines}
    return faults.tried(lambda: _fitting(content | _people(bundle, parties)))


def _people(bundle: Graph, parties: Parties | None) -> dict[str, Any]:
    """The fields of a request that tell of people. Without any, its lines can be read still."""
    if parties is None:
        return {"member": {"id": "-"}}
    day = bundle.claim.created[: lines.FULL_DATE]
    member = people.member(parties.patient, parties.coverage, parties.member, day)
    treating = people.primary_care(bundle, parties.patient, parties.at, day)
    return {
        "member": member | ({"primary_care": treating} if treating else {}),
        "requester": parties.requester,
        "language": preferred(parties.patient),
    }


def _fitting(content: dict[str, Any]) -> AuthorizationRequest:
    """The request, with the elements that do not fit it."""
    try:
        return AuthorizationRequest.model_validate(content)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_input=False)
        found = [(_element(one["loc"]), misfit(one)) for one in own(errors)]
        raise refusal(
            tuple(Fault("schema", f"{at} does not fit: {why}.", at) for at, why in found)
        ) from None


def _element(place: tuple[int | str, ...]) -> str:
    """The element that a field of the request was made of."""
    named = [ELEMENTS[step] for step in place if step in ELEMENTS]
    match place:
        case ("lines", int(at), *_):
            return expression("Claim.item", [at, *named[-1:]])
        case ("member", *_):
            return expression("Patient", named[-1:])
        case ("requester", *_):
            return "Claim.provider"
        case _:
            return "Claim"


def _patient(bundle: Graph) -> tuple[Patient, Resource]:
    """The member, and where the resource stands."""
    found = bundle.follow(bundle.claim.patient, "Claim.patient", ("Patient",))
    return typed(Patient, found.content), found


def _coverage(bundle: Graph) -> Coverage:
    """The coverage in focus, else the first one; an empty one where the claim names none."""
    named = sorted(enumerate(bundle.claim.insurance), key=lambda one: not one[1].focal)
    if not named:
        return Coverage()
    at, insurance = named[0]
    element = f"Claim.insurance[{at}].coverage"
    return typed(Coverage, bundle.follow(insurance.coverage, element, ("Coverage",)).content)


def _sender(bundle: Graph, header: str, requester: dict[str, Any]) -> str:
    """Who sent the bundle, by the first of the three rules that finds somebody."""
    interchange = next(
        (
            part.string
            for one in bundle.claim.extension
            if one.url == codes.TRANSMISSION
            for part in one.extension
            if part.url == "interchangeSenderID"
        ),
        "",
    )
    found = (
        header
        or (f"npi:{requester['npi']}" if requester["npi"] else "")
        or (f"interchange:{interchange}" if interchange else "")
    )
    if not found or len(found) > SENDER_LENGTH:
        raise fault("no_sender", "The bundle does not say who sends it.", "Claim.provider")
    return found
