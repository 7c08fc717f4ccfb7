"""What of an accepted request is not as its sender wrote it."""

from __future__ import annotations

from pydantic import StrictBool

from shared.events.model import Code, Part, Token


class Completion(Part):
    """A field of the request (`member.funding`) that was filled from the payer's records, `source`
    being the reference item (`plans/2026`); `contradicted`: the sender says otherwise, and it is
    unknown.
    """

    field: Code
    source: Token
    contradicted: StrictBool = False
