"""Whether two bundles make the same request: what is asked, and not how it was packed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.intake.fhir.graph import Graph

ENVELOPE = frozenset({"id", "meta", "text", "fullUrl"})
"""What a sender's software may make anew for a retry: names of resources, profiles and versions,
narrative. The bundle's own id, identifier and timestamp are no part of a claim.
"""


def request_hash(bundle: Graph) -> str:
    """SHA-256 (hex) of the claim with everything that it references in its place, however the
    resources are named and ordered. A resource that nothing references does not count.
    """
    written = json.dumps(
        _plain(bundle, bundle.entries[0].resource, ()),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(bundle: Graph, value: Any, above: tuple[str, ...]) -> Any:
    """The value without its envelope, references replaced by what they lead to. `above` are the
    addresses that lead here, so that a circle ends.
    """
    match value:
        case {"reference": str(address)} if address in bundle.by_address:
            entry = bundle.by_address[address]
            url = entry.full_url or address
            if url in above:
                return {"reference": above.index(url)}
            return _plain(bundle, entry.resource, (*above, url))
        case dict():
            return {
                name: _plain(bundle, item, above)
                for name, item in value.items()
                if name not in ENVELOPE
            }
        case list():
            return [_plain(bundle, item, above) for item in value]
        case _:
            return value
