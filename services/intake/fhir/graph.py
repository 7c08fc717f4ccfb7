"""A bundle as a set of resources that point at each other, with a named refusal for every way in
which it is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from services.intake.fhir.resources import BundleEntry, Claim, Element, PasBundle, Reference
from shared.errors import Malformed
from shared.json_text import misfits

E = TypeVar("E", bound=Element)


@dataclass(frozen=True, slots=True)
class Graph:
    """The resources of a bundle by their addresses (`fullUrl` and `Type/id`), and the claim that
    comes first.
    """

    claim: Claim
    claim_url: str
    entries: tuple[BundleEntry, ...]
    by_address: dict[str, BundleEntry]

    def follow(self, reference: Reference, model: type[E], element: str) -> E:
        """The resource that an element points at; `dangling_reference` when the bundle lacks it."""
        entry = self.by_address.get(reference.reference)
        if entry is None:
            raise Malformed(
                f"{element} points at a resource that the bundle does not hold.",
                code="dangling_reference",
            )
        return typed(model, entry.resource)

    def address(self, reference: Reference) -> str | None:
        """The full address of the resource that a reference points at, if the bundle holds it."""
        entry = self.by_address.get(reference.reference)
        return None if entry is None else _url(entry)


def typed(model: type[E], content: Any) -> E:
    """The content as a resource; `schema` with element paths, without values."""
    try:
        return model.model_validate(content)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_context=False, include_input=False)
        raise Malformed(
            f"The bundle's {model.__name__} cannot be read: {misfits(errors)}.", code="schema"
        ) from None


def read(content: dict[str, Any]) -> Graph:
    """The graph of a request bundle; refuses inquiries, foreign versions, empty, doubled and
    claimless bundles, each by its own code.
    """
    if content.get("resourceType") != "Bundle":
        raise Malformed("The submission is not a FHIR Bundle.", code="not_a_bundle")
    bundle = typed(PasBundle, content)
    _check_profiles(bundle.meta.profile)
    if not bundle.entry:
        raise Malformed("The bundle has no entries.", code="no_entries")
    first = bundle.entry[0]
    if first.resource.get("resourceType") != "Claim":
        raise Malformed("The bundle's first entry is not a Claim.", code="claim_not_first")
    claim = typed(Claim, first.resource)
    _check_profiles(claim.meta.profile)
    return Graph(claim, _url(first), bundle.entry, _addresses(bundle.entry))


def _addresses(entries: tuple[BundleEntry, ...]) -> dict[str, BundleEntry]:
    """Every entry by its full address and by `Type/id`; the same full address twice is
    `duplicate_entry`.
    """
    found: dict[str, BundleEntry] = {}
    for entry in entries:
        if _url(entry) in found:
            raise Malformed("The bundle holds the same resource twice.", code="duplicate_entry")
        found[_url(entry)] = entry
        found.setdefault(_local(entry), entry)
    return found


def _local(entry: BundleEntry) -> str:
    """An entry's `Type/id`."""
    return f"{entry.resource.get('resourceType')}/{entry.resource.get('id')}"


def _url(entry: BundleEntry) -> str:
    """An entry's `fullUrl`, or `Type/id` where it has none."""
    return entry.full_url or _local(entry)


def _check_profiles(profiles: tuple[str, ...]) -> None:
    """Refuses an inquiry, and a profile pinned to a version of the guide other than 2.2; an
    unpinned profile is read as 2.2.
    """
    for profile in profiles:
        address, _, version = profile.partition("|")
        if "inquir" in address:
            raise Malformed("This is an inquiry, not a request.", code="inquiry")
        if "davinci-pas" in address and version and not version.startswith("2.2"):
            raise Malformed(
                "The bundle follows another version of the implementation guide than 2.2.",
                code="unsupported_version",
            )
