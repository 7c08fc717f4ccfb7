"""A PAS request bundle (`Claim/$submit`) as a submission."""

from __future__ import annotations

import hashlib
from typing import Any

from pydantic import ValidationError

from services.intake.fhir import codes, graph, lines
from services.intake.fhir.graph import Graph
from services.intake.fhir.language import preferred
from services.intake.fhir.resources import Coverage, HumanName, Identifier, Patient, Requester
from services.intake.fhir.sameness import request_hash
from services.intake.model import Submission
from shared.errors import Malformed
from shared.events.intake import Channel
from shared.events.request import AuthorizationRequest, LineOfBusiness
from shared.json_text import dotted, listed

PRIOR = frozenset({"prior", ""})
"""How a claim is related to the one that it updates; said by nothing else, it is meant."""
MEMBER_NUMBER = "MB"
STATE_LENGTH = 2
SENDER_LENGTH = 200


def read(content: dict[str, Any], header_sender: str = "") -> Submission:
    """The submission that a bundle makes, or `Malformed` with a code for each way in which it is
    none.

    The sender is the `pa_sender` header where the channel gives one, else the NPI of
    `Claim.provider`, else the interchange sender of the transmission identifiers; a bundle without
    any is `no_sender`. An update must come from the same sender as the request that it updates.
    """
    bundle = graph.read(content)
    _check_claim(bundle)
    sha256 = request_hash(bundle)
    requester = _requester(bundle)
    sender = _sender(bundle, header_sender, requester)
    patient = bundle.follow(bundle.claim.patient, Patient, "Claim.patient")
    coverage = _coverage(bundle)
    member = _member_id(patient, coverage)
    prior = _prior(bundle)
    withdrawn = bundle.claim.coded(codes.CERTIFICATION_TYPE) == codes.CANCEL
    if withdrawn and prior is None:
        raise Malformed(
            "A cancellation names no request that it cancels.", code="cancel_without_prior"
        )
    return Submission(
        content=content,
        channel=Channel.FHIR_PAS,
        sender=sender,
        content_sha256=sha256,
        request=None
        if withdrawn
        else _request(
            bundle,
            {
                "member": _member(patient, coverage, member),
                "requester": requester,
                "language": preferred(patient),
            },
            opens=prior is None,
        ),
        member=member,
        reference=next((one.value[:200] for one in bundle.claim.identifier if one.value), None),
        prior=None if prior is None else claim_alias(sender, member, prior),
        alias=claim_alias(sender, member, bundle.claim_url),
        changed=lines.changed(bundle.claim),
    )


def claim_alias(sender: str, member: str, url: str) -> str:
    """The name under which a member's case is found by a claim that belongs to it; it tells neither
    member nor address. No two triples make one name: each part is led by its length.
    """
    parts = b"".join(f"{len(part)}:{part}".encode() for part in (sender, member, url))
    return f"fhir-claim:{hashlib.sha256(parts).hexdigest()}"


def _check_claim(bundle: Graph) -> None:
    """Refuses claims that ask for nothing yet, or for something else than prior authorization."""
    if bundle.claim.status != "active":
        raise Malformed("The Claim is not active (a draft, perhaps).", code="claim_not_active")
    if bundle.claim.use != "preauthorization":
        raise Malformed(
            "The Claim is not a prior authorization request.", code="not_preauthorization"
        )


def _request(bundle: Graph, people: dict[str, Any], *, opens: bool) -> AuthorizationRequest:
    """The claim in the platform's terms, with the fields that tell of `people`; `schema` where a
    value does not fit, `nothing_requested` where a new claim cancels all its items.
    """
    service_lines = lines.service_lines(bundle.claim)
    if opens and all(line["cancelled"] for line in service_lines):
        raise Malformed("A new Claim cancels all of its own items.", code="nothing_requested")
    try:
        return AuthorizationRequest.model_validate(
            {
                **people,
                "urgency": lines.urgency(bundle.claim),
                "lines": service_lines,
            },
        )
    except ValidationError as problem:
        places = sorted({dotted(error["loc"]) for error in problem.errors(include_input=False)})
        raise Malformed(
            f"Values of the bundle do not fit a request: {listed(places)}.", code="schema"
        ) from None


def _prior(bundle: Graph) -> str | None:
    """The full address of the claim that this one updates; `prior_claim_missing` where the bundle
    does not hold it.
    """
    related = bundle.claim.related
    if any(one.relationship.first.code not in PRIOR for one in related):
        raise Malformed(
            "The Claim is related to another one otherwise than as its update.",
            code="unsupported_relationship",
        )
    named = [one.claim for one in related if one.claim.reference]
    if len(named) < len(related):
        raise Malformed(
            "The Claim that this one updates is not referenced, so it cannot be found.",
            code="prior_claim_missing",
        )
    if not named:
        _check_opens(bundle)
        return None
    if len(named) > 1:
        raise Malformed("The Claim updates more than one claim.", code="several_prior_claims")
    address = bundle.address(named[0])
    if address is None:
        raise Malformed("The bundle lacks the Claim that it updates.", code="prior_claim_missing")
    return address


def _check_opens(bundle: Graph) -> None:
    """Refuses a claim that says that it is an update, and of what it does not say."""
    if any(profile.startswith(codes.CLAIM_UPDATE) for profile in bundle.claim.meta.profile):
        raise Malformed(
            "A claim update names no claim that it updates.", code="prior_claim_missing"
        )


def _coverage(bundle: Graph) -> Coverage | None:
    """The coverage in focus, else the first one; none where the claim names none."""
    named = sorted(bundle.claim.insurance, key=lambda one: not one.focal)
    return bundle.follow(named[0].coverage, Coverage, "Claim.insurance.coverage") if named else None


def _member_id(patient: Patient, coverage: Coverage | None) -> str:
    """The patient's member number, else the first identifier, else the subscriber's number;
    `no_member` without any.
    """
    numbered = sorted(
        (one for one in patient.identifier if one.value),
        key=lambda one: one.type.first.code != MEMBER_NUMBER,
    )
    found = numbered[0].value if numbered else (coverage.subscriber_id if coverage else "")
    if not found:
        raise Malformed(
            "Neither the Patient nor the Coverage carries a member number.", code="no_member"
        )
    return found


def _member(patient: Patient, coverage: Coverage | None, number: str) -> dict[str, Any]:
    """The member, with the kind of plan left unknown unless the coverage is certain about it."""
    name = patient.name[0] if patient.name else None
    coding = coverage.type.first if coverage else None
    state = patient.address[0].state if patient.address else ""
    named = len(state) == STATE_LENGTH and state.isascii() and state.isupper()
    return {
        "id": number,
        "name": (_full_name(name) or None) if name else None,
        "birth_date": lines.full_date(patient.birth_date),
        "line_of_business": codes.line_of_business(coding.system, coding.code)
        if coding
        else LineOfBusiness.UNKNOWN,
        "state": state if named else None,
    }


def _requester(bundle: Graph) -> dict[str, Any]:
    """NPI and name of who asks; a PractitionerRole leads to its organization or its
    practitioner.
    """
    found = bundle.follow(bundle.claim.provider, Requester, "Claim.provider")
    for step in (found.organization, found.practitioner):
        if not _npi(found.identifier) and step.reference:
            found = bundle.follow(step, Requester, "PractitionerRole")
    name = (
        found.name
        if isinstance(found.name, str)
        else "".join(_full_name(one) for one in found.name[:1])
    )
    return {"npi": _npi(found.identifier), "name": name or None}


def _full_name(name: HumanName) -> str:
    """A person's name as one text."""
    return name.text or " ".join((*name.given, name.family)).strip()


def _npi(identifiers: tuple[Identifier, ...]) -> str | None:
    """The National Provider Identifier among identifiers, if it has the shape of one."""
    return next(
        (
            one.value
            for one in identifiers
            if one.system == codes.NPI
            and one.value.isascii()
            and one.value.isdigit()
            and len(one.value) == 10  # noqa: PLR2004
        ),
        None,
    )


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
        raise Malformed("The bundle does not say who sends it.", code="no_sender")
    return found
