"""Whether two bundles make the same request: what is asked, and not how it was packed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.intake.fhir.graph import Graph
from services.intake.fhir.references import Resource

ENVELOPE = frozenset({"id", "meta", "text", "fullUrl", "contained"})
"""What a sender's software may make anew for a retry: names of resources, profiles and versions,
narrative. What a resource contains stands where it is referenced. The bundle's own id, identifier
and timestamp are no part of a claim.
"""


def request_hash(bundle: Graph) -> str:
    """SHA-256 (hex) of the claim with everything that it references in its place, however the
    resources are named and ordered. A resource that nothing references does not count.
    """
    written = json.dumps(
        _plain(bundle, bundle.at.content, bundle.at, ()),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(bundle: Graph, value: Any, at: Resource, above: tuple[str, ...]) -> Any:
    """The value without its envelope, references that `at` makes replaced by what they lead to.
    `above` are the addresses that lead here, so that a circle ends.
    """
    match value:
        case {"reference": str(address)} if found := bundle.references.candidates(address, at):
            one = found[0]
            if one.url in above:
                return {"reference": above.index(one.url)}
            return _plain(bundle, one.content, one, (*above, one.url))
        case dict():
            return {
                name: _plain(bundle, item, at, above)
                for name, item in value.items()
                if name not in ENVELOPE
            }
        case list():
            return [_plain(bundle, item, at, above) for item in value]
        case _:
            return value
