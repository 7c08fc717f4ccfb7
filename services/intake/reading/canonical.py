"""The canonical form of what was submitted: the same content has the same hash, however it was
spaced and ordered.
"""

from __future__ import annotations

import hashlib

from shared.errors import Malformed
from shared.events.request import AuthorizationRequest
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.json_bounds import MAX_VALUE

MAX_REQUEST = MAX_VALUE - 64 * 1024
"""Room is left for what the event that passes a request on adds to it."""


def request_hash(submitted: AuthorizationRequestSubmitted) -> str:
    """SHA-256 (hex) of a native request: compact JSON in the schema's own field order, holding the
    fields that were given and no others.

    A field that a later version of the schema adds does not change the hash of a request that lacks
    it.
    """
    return hashlib.sha256(written(submitted)).hexdigest()


def written(request: AuthorizationRequest) -> bytes:
    """The request as it would be passed on; `too_large` where no event could carry it, however
    small the submission was.
    """
    content = request.model_dump_json(exclude_unset=True).encode()
    if len(content) > MAX_REQUEST:
        raise Malformed("The request is too large to be passed on.", code="too_large")
    return content
