"""What is written to `pa.policies.v1`: reference data that decisions are to read."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.model import Code, EventData, Part, Several, Token

POLICIES = "pa.policies.v1"
READ_BY: dict[str, tuple[str, ...]] = {
    "edition": ("criteria",),
    "vocabulary": ("criteria",),
    "score": ("criteria",),
    "code_set": ("criteria",),
    "triage": ("criteria",),
    "switch": ("criteria",),
    "desk_key_retirement": ("criteria",),
    "clock-rules": ("intake",),
    "plans": ("intake",),
    "provider-directory": ("intake",),
    "sender-keys": ("intake",),
    "zone": ("intake", "letters"),
    "plan": ("letters",),
}
"""The kinds of items that can be published, and the services that read each."""


class PublishedItem(Part):
    """A piece of reference data: its kind (for instance `edition`), its name within the kind
    (`policy@version`), and its text.
    """

    kind: Code
    id: Token
    content: Annotated[str, Field(max_length=2 * 1024 * 1024)]


class ReferencePublished(EventData):
    """Reference data is put in force: every service takes up the kinds that it reads, at one
    instant in all its lanes. `published_by` and `reason` stand in the record for good.
    """

    TYPE: ClassVar[str] = "pa.policies.reference-published.v1"
    TOPIC: ClassVar[str] = POLICIES

    items: Annotated[Several[PublishedItem], Field(min_length=1, max_length=100)]
    published_by: Token
    reason: Annotated[str, Field(min_length=1, max_length=4_000)]
