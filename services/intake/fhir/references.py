"""How the resources of a bundle point at each other: the rules of FHIR R4 for `fullUrl`, relative,
versioned and contained references (https://hl7.org/fhir/R4/bundle.html#references).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.intake.fhir.faults import fault
from services.intake.fhir.resources import BundleEntry

Json = dict[str, Any]
_RESTFUL = re.compile(r"(https?://\S+/)[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}")
"""An address on a server: what is relative beside it is relative to the server's base."""
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:")
_VERSION = "/_history/"


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource where it stands: `url` is its address (`fullUrl`, else `Type/id`; empty without
    either), `entry` the one that holds it, which a contained resource shares with its container.
    """

    url: str
    content: Json
    entry: BundleEntry

    @property
    def kind(self) -> str:
        """The type of the resource."""
        return str(self.content.get("resourceType"))


class ReferenceIndex:
    """The entries of a bundle by their addresses; the same address twice is `duplicate_entry`."""

    def __init__(self, entries: Iterable[BundleEntry]) -> None:
        self._by_url: dict[str, Resource] = {}
        self._by_name: dict[str, list[Resource]] = defaultdict(list)
        self._nowhere: dict[str, list[Resource]] = defaultdict(list)
        for entry in entries:
            self._add(held(entry))

    def _add(self, one: Resource) -> None:
        name, url = local(one.content), one.entry.full_url
        if one.url and one.url in self._by_url:
            raise fault("duplicate_entry", "The bundle holds the same resource twice.", "Bundle")
        if one.url:
            self._by_url[one.url] = one
        if name:
            self._by_name[name].append(one)
            if not _RESTFUL.fullmatch(url):
                self._nowhere[name].append(one)

    def find(self, reference: str, at: Resource, element: str) -> Resource | None:
        """What a reference that `at` makes leads to, if the bundle holds it; `duplicate_entry`
        where it leads to several.
        """
        found = self.candidates(reference, at)
        if len(found) > 1:
            raise fault(
                "duplicate_entry",
                f"{element} points at a resource that the bundle holds more than once.",
                element,
            )
        return found[0] if found else None

    def candidates(self, reference: str, at: Resource) -> list[Resource]:
        """All that a reference can mean."""
        if reference.startswith("#"):
            return list(_contained(reference[1:], at))
        address, _, version = reference.partition(_VERSION)
        return [one for one in self._addressed(address, at) if _is_version(one, version)]

    def _addressed(self, address: str, at: Resource) -> list[Resource]:
        base = _RESTFUL.fullmatch(at.entry.full_url)
        if _ABSOLUTE.match(address):
            found = self._by_url.get(address)
        elif base is None:
            return self._by_name.get(address, [])
        else:
            # Beside the one that makes it; an entry that is on no server may stand for it.
            found = self._by_url.get(base[1] + address)
            nowhere = self._nowhere.get(address, [])
            return [*([found] if found else []), *nowhere]
        return [found] if found else []


def held(entry: BundleEntry) -> Resource:
    """The resource of an entry."""
    return Resource(entry.full_url or local(entry.resource), entry.resource, entry)


def local(content: Json) -> str:
    """A resource's `Type/id`; empty where it has no id."""
    name = content.get("id")
    return f"{content.get('resourceType')}/{name}" if isinstance(name, str) and name else ""


def contained(content: Json) -> list[Json]:
    """The resources that a resource contains."""
    inner = content.get("contained")
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _contained(name: str, at: Resource) -> Iterable[Resource]:
    """The resource of that id within the same container; `#` alone is the container itself."""
    container = held(at.entry)
    if not name:
        yield container
    for one in contained(container.content):
        if one.get("id") == name and name:
            yield Resource(f"{container.url}#{name}", one, at.entry)


def _is_version(one: Resource, version: str) -> bool:
    """Whether a resource can be the version that is asked for: it is, or does not say which it
    is.
    """
    meta = one.content.get("meta")
    own = meta.get("versionId") if isinstance(meta, dict) else None
    return not version or own is None or own == version
