"""Whether two bundles make the same request: what is asked, and not how it was packed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from services.intake.fhir.graph import Graph
from services.intake.fhir.references import Resource

ENVELOPE = frozenset({"id", "meta", "text", "fullUrl", "contained"})
"""What a sender's software may make anew for a retry: names of resources, profiles and versions,
narrative. What a resource contains stands where it is referenced. The bundle's own id, identifier
and timestamp are no part of a claim.
"""

NESTED = (dict, list)


def request_hash(bundle: Graph) -> str:
    """SHA-256 (hex) of the claim and everything that it references, however the resources are named
    and ordered. A resource that nothing references does not count.
    """
    written = json.dumps(
        list(_Writing(bundle).resources()),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(written.encode()).hexdigest()


class _Writing:
    """The resources that a claim leads to, each once: they are numbered as they are met."""

    def __init__(self, bundle: Graph) -> None:
        self._bundle = bundle
        self._met = [bundle.at]
        self._numbers = {bundle.at.url: 0}

    def resources(self) -> Iterator[Any]:
        """The claim, and then one after another."""
        for one in self._met:
            yield self._plain(one.content, one)

    def _plain(self, value: Any, at: Resource) -> Any:
        """An object or a list without its envelope, and numbers for what it references."""
        if type(value) is list:
            return [self._plain(one, at) if type(one) in NESTED else one for one in value]
        address = value.get("reference")
        if isinstance(address, str) and (found := self._found(address, at)):
            return {"reference": self._number(found[0])}
        plain = {}
        # Sorted, so that what is met first does not depend on the sender's order.
        for name in sorted(value):
            if name not in ENVELOPE:
                inner = value[name]
                plain[name] = self._plain(inner, at) if type(inner) in NESTED else inner
        return plain

    def _found(self, address: str, at: Resource) -> list[Resource]:
        return self._bundle.references.candidates(address, at)

    def _number(self, one: Resource) -> int:
        if one.url not in self._numbers:
            self._numbers[one.url] = len(self._met)
            self._met.append(one)
        return self._numbers[one.url]
