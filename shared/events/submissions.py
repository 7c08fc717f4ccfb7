"""What outsiders write to `pa.submissions.v1`: a native request, or a FHIR bundle taken as it
is.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from shared.events.model import EventData, Token
from shared.events.request import Asker, AuthorizationRequest, ItemKind, Member, ServiceLine

SUBMISSIONS = "pa.submissions.v1"
FHIR_BUNDLE = "pa.submissions.fhir-bundle.v1"


UUID_LENGTH = 36


def _hyphenated(value: Any) -> Any:
    """A case's id as RFC 9562 writes it, as the schema says: pydantic takes other spellings."""
    if isinstance(value, str) and len(value) != UUID_LENGTH:
        raise PydanticCustomError("uuid_parsing", "not written with four hyphens")
    return value


class AuthorizationRequestSubmitted(EventData, AuthorizationRequest):
    """A request in native JSON.

    `amends` names the case that it replaces the content of; `reference` is the sender's own number.
    """

    TYPE: ClassVar[str] = "pa.submissions.authorization-request.v1"
    TOPIC: ClassVar[str] = SUBMISSIONS

    sender: Token
    reference: Annotated[str | None, Field(max_length=200)] = None
    amends: Annotated[UUID, BeforeValidator(_hyphenated)] | None = None

    @field_validator("member")
    @classmethod
    def _known_plan(cls, member: Member) -> Member:
        """A sender writes: what a reader takes for unknown (`other`) is nothing to send."""
        if not member.line_of_business.is_known:
            raise PydanticCustomError("line_of_business", "not a line of business to send")
        if not member.funding.is_known:
            raise PydanticCustomError("funding", "not a funding to send")
        return member

    @field_validator("asker")
    @classmethod
    def _known_asker(cls, asker: Asker) -> Asker:
        if not asker.is_known:
            raise PydanticCustomError("asker", "not an asker to send")
        return asker

    @field_validator("lines")
    @classmethod
    def _known_items(cls, lines: tuple[ServiceLine, ...]) -> tuple[ServiceLine, ...]:
        if any(line.item is ItemKind.OTHER for line in lines):
            raise PydanticCustomError("item", "not a kind of item to send")
        return lines
