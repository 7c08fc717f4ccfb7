"""What audit publishes, signed checkpoints of its log, and what every service tells it of people
who look at cases. Nothing that another service acts on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.events.model import Code, EventData, Sha256

AUDIT = "pa.audit.v1"
ACCESS = "pa.access.v1"
MOST_REASON = 400


class CheckpointSigned(EventData):
    """The log of all lanes at a size, as a signed note (C2SP tlog-checkpoint)."""

    TYPE: ClassVar[str] = "pa.audit.checkpoint-signed.v1"
    TOPIC: ClassVar[str] = AUDIT

    size: Annotated[int, Field(ge=0)]
    root_sha256: Sha256
    note: Annotated[str, Field(max_length=10_000)]


class CaseAccessed(EventData):
    """A principal read something of a case, or of a record that belongs to none, through the
    service that tells it; `resource` names a letter's document or a record's place.

    A look that needs a reason, or gives a document out, is told before the answer; of the others
    the first in an hour. 45 CFR 164.312(b) wants such looks recorded.
    """

    TYPE: ClassVar[str] = "pa.access.case-accessed.v1"
    TOPIC: ClassVar[str] = ACCESS

    principal: Annotated[str, Field(min_length=1, max_length=256)]
    roles: tuple[Code, ...] = ()
    service: Code
    action: Code
    case_id: UUID | None = None
    resource: Annotated[str | None, Field(max_length=300)] = None
    reason: Annotated[str | None, Field(max_length=MOST_REASON)] = None
    at: datetime
