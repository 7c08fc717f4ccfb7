"""A bundle as a set of resources that point at each other, with a named refusal for every way in
which it is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from services.intake.fhir.datatypes import Element, Reference
from services.intake.fhir.elements import implicit_rules, marked, not_understood
from services.intake.fhir.faults import fault, misfitting, refusal
from services.intake.fhir.references import ReferenceIndex, Resource, held
from services.intake.fhir.resources import BundleEntry, Claim, Parameters, PasBundle
from shared.errors import Malformed

E = TypeVar("E", bound=Element)
PARAMETER = "resource"


@dataclass(frozen=True, slots=True)
class Graph:
    """The resources of a bundle, and the claim that comes first; `at` is where it stands."""

    content: dict[str, Any]
    profiles: tuple[str, ...]
    claim: Claim
    at: Resource
    entries: tuple[BundleEntry, ...]
    references: ReferenceIndex

    def follow(
        self, reference: Reference, element: str, kinds: tuple[str, ...], at: Resource | None = None
    ) -> Resource:
        """The resource that an element points at, of one of these types; `required` where it points
        nowhere, `dangling_reference` when the bundle lacks it, `modifier_extension` and
        `implicit_rules` where it must not be read.
        """
        if not reference.reference:
            raise fault("required", f"{element} is required, with a reference.", element)
        found = self.references.find(reference.reference, at or self.at, element)
        if found is None:
            raise dangling(element)
        if found.kind not in kinds:
            raise fault("wrong_type", f"{element} points at no {' or '.join(kinds)}.", element)
        strange = tuple(not_understood(found, marked(found.content)))
        if strange:
            raise refusal(strange)
        return found

    def address(self, reference: Reference, element: str) -> str | None:
        """The full address of the resource that a reference points at, if the bundle holds it."""
        if not reference.reference:
            return None
        found = self.references.find(reference.reference, self.at, element)
        return None if found is None else found.url


def dangling(element: str) -> Malformed:
    """The refusal of a reference to what is not there."""
    return fault(
        "dangling_reference",
        f"{element} points at a resource that the bundle does not hold.",
        element,
    )


def typed(model: type[E], content: Any, name: str = "") -> E:
    """The content as a resource; `schema` with element paths, without values."""
    try:
        return model.model_validate(content)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_input=False)
        raise misfitting(name or model.__name__, errors) from None


def unwrapped(content: dict[str, Any]) -> dict[str, Any]:
    """The bundle in the parameters of an operation; what is no Parameters stays as it is."""
    if content.get("resourceType") != "Parameters":
        return content
    if content.get("implicitRules"):
        raise refusal((implicit_rules("Parameters"),))
    parameters = typed(Parameters, content).parameter
    found = [one.resource for one in parameters if one.name == PARAMETER]
    if len(found) != 1 or found[0] is None:
        raise fault(
            "not_a_bundle",
            "The Parameters do not hold one parameter `resource` with a Bundle.",
            "Parameters.parameter",
        )
    return found[0]


def read(content: dict[str, Any]) -> Graph:
    """The graph of a request bundle, bare or in Parameters; refuses inquiries, foreign versions,
    empty, doubled and claimless bundles, each by its own code.
    """
    content = unwrapped(content)
    if content.get("resourceType") != "Bundle":
        raise fault("not_a_bundle", "The submission is not a FHIR Bundle.")
    bundle = typed(PasBundle, content, "Bundle")
    _check_profiles(bundle.meta.profile, "Bundle.meta.profile")
    if not bundle.entry:
        raise fault("no_entries", "The bundle has no entries.", "Bundle.entry")
    first = bundle.entry[0]
    if first.resource.get("resourceType") != "Claim":
        raise fault(
            "claim_not_first", "The bundle's first entry is not a Claim.", "Bundle.entry[0]"
        )
    claim = typed(Claim, first.resource)
    _check_profiles(claim.meta.profile, "Claim.meta.profile")
    return Graph(
        content, bundle.meta.profile, claim, held(first), bundle.entry, ReferenceIndex(bundle.entry)
    )


def _check_profiles(profiles: tuple[str, ...], place: str) -> None:
    """Refuses an inquiry, and a profile pinned to a version of the guide other than 2.2; an
    unpinned profile is read as 2.2.
    """
    for profile in profiles:
        address, _, version = profile.partition("|")
        if "inquir" in address:
            raise fault("inquiry", "This is an inquiry, not a request.", place)
        if "davinci-pas" in address and version and not version.startswith("2.2"):
            raise fault(
                "unsupported_version",
                "The bundle follows another version of the implementation guide than 2.2.",
                place,
            )
