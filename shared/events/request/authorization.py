"""The authorization request in the field's terms: member, service lines, clinical facts with their
sources.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.events.model import Part, Several, Text
from shared.events.request.coverage import Asker
from shared.events.request.facts import Document, Fact, ListStatement
from shared.events.request.lines import ServiceLine
from shared.events.request.people import Member, Provider
from shared.events.request.urgency import Urgency


class RequestOutline(Part):
    """A request without its clinical content: what a reader needs that does not judge it.

    `asker` is on whose part it is made; `requester` is the provider.
    """

    member: Member
    requester: Provider = Provider()
    performer: Provider = Provider()
    urgency: Urgency = Urgency.STANDARD
    lines: Annotated[Several[ServiceLine], Field(min_length=1, max_length=1_000)]
    documents: Annotated[Several[Document], Field(max_length=1_000)] = ()
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    asker: Asker = Asker.UNKNOWN


class AuthorizationRequest(RequestOutline):
    """A request as the platform works with it, whatever wire format it came in."""

    facts: Annotated[Several[Fact], Field(max_length=5_000)] = ()
    lists: Annotated[Several[ListStatement], Field(max_length=100)] = ()
    note: Text | None = None
