"""What is wrong with a claim and its envelope, and which claim it updates: before anybody reads who
and what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from services.intake.fhir import codes
from services.intake.fhir.elements import implicit_rules, marked, not_understood, pointers
from services.intake.fhir.faults import fault
from services.intake.fhir.graph import Graph, dangling
from shared.errors import Fault, Malformed

PRIOR = "prior"
"""How a claim is related to the one that it updates; relationships by nothing else, it is meant."""


def findings(bundle: Graph) -> Iterator[Fault]:
    """Everything that forbids to take the claim as it is written."""
    claim = bundle.claim
    if claim.status != "active":
        text = "The Claim is not active (a draft, perhaps)."
        yield Fault("claim_not_active", text, "Claim.status")
    if claim.use != "preauthorization":
        text = "The Claim is not a prior authorization request."
        yield Fault("not_preauthorization", text, "Claim.use")
    yield from _missing(bundle)
    if bundle.content.get("implicitRules"):
        yield implicit_rules("Bundle")
    elements = marked(bundle.at.content)
    yield from not_understood(bundle.at, elements)
    for element, reference in pointers(bundle.at, elements):
        # A claim that this one updates has a refusal of its own.
        if not element.startswith("Claim.related"):
            yield from _unresolved(bundle, element, reference)


def _missing(bundle: Graph) -> Iterator[Fault]:
    """What the profile demands and the answer repeats."""
    asked = any(one.startswith(codes.REQUEST_PROFILE) for one in bundle.profiles)
    insurer = bundle.claim.insurer
    there = {
        "Bundle.identifier": bundle.content.get("identifier") or not asked,
        "Claim.type": bundle.at.content.get("type"),
        "Claim.insurer": insurer.reference or insurer.identifier.value,
    }
    for element, found in there.items():
        if not found:
            yield Fault("required", f"{element} is required.", element)


def _unresolved(bundle: Graph, element: str, reference: str) -> Iterator[Fault]:
    try:
        if bundle.references.find(reference, bundle.at, element) is None:
            yield from dangling(element).faults
    except Malformed as ambiguous:
        yield from ambiguous.faults


def prior_claim(bundle: Graph) -> str:
    """The full address of the claim that this one updates, empty where there is none;
    `prior_claim_missing` where the bundle does not hold it.
    """
    related, place = bundle.claim.related, "Claim.related"
    for one in related:
        relationships = {coding.code for coding in one.relationship.coding if coding.code}
        if relationships and PRIOR not in relationships:
            raise fault(
                "unsupported_relationship",
                "The Claim is related to another one otherwise than as its update.",
                place,
            )
    named = [one.claim for one in related if one.claim.reference]
    if len(named) < len(related):
        raise _prior_missing("The Claim that this one updates is not referenced")
    if not named:
        _check_opens(bundle)
        return ""
    if len(named) > 1:
        raise fault("several_prior_claims", "The Claim updates more than one claim.", place)
    address = bundle.address(named[0], place)
    if not address:
        raise _prior_missing("The bundle lacks the Claim that it updates")
    return address


def _check_opens(bundle: Graph) -> None:
    """Refuses a claim that says that it is an update, and of what it does not say."""
    if any(profile.startswith(codes.CLAIM_UPDATE) for profile in bundle.claim.meta.profile):
        raise _prior_missing("A claim update names no claim that it updates")


def _prior_missing(why: str) -> Malformed:
    return fault("prior_claim_missing", f"{why}, so it cannot be found.", "Claim.related.claim")
