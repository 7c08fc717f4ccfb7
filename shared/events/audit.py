"""What audit publishes: signed checkpoints of its log. Nothing that another service acts on."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.model import EventData, Sha256

AUDIT = "pa.audit.v1"


class CheckpointSigned(EventData):
    """The log of all lanes at a size, as a signed note (C2SP tlog-checkpoint)."""

    TYPE: ClassVar[str] = "pa.audit.checkpoint-signed.v1"
    TOPIC: ClassVar[str] = AUDIT

    size: Annotated[int, Field(ge=0)]
    root_sha256: Sha256
    note: Annotated[str, Field(max_length=10_000)]
