"""The raw submission as it is kept: for good and refused ones alike."""

from __future__ import annotations

import hashlib

from services.intake.model import ACCEPTED, REJECTED, Refusal, Submission
from shared.events.intake import Channel
from shared.instants import micros
from shared.lanes.outcome import Received, Row

MEDIA = {
    Channel.NATIVE: "application/json",
    Channel.FHIR_PAS: "application/fhir+json",
    None: "application/octet-stream",
}


def submission_row(
    received: Received,
    submission: Submission | None,
    refusal: Refusal | None = None,
    *,
    outcome: str = ACCEPTED,
) -> Row:
    """The row that keeps a submission's bytes as they came; `received_at` in microseconds since
    1970 (UTC).
    """
    return Row(
        "submission",
        {
            "submission_id": received.id,
            "case_id": received.case_id,
            "outcome": outcome if refusal is None else REJECTED,
            "code": "" if refusal is None else refusal.code,
            "detail": "" if refusal is None else refusal.detail[:1_000],
            "sender": "" if submission is None else submission.sender,
            "content_type": MEDIA[None if submission is None else submission.channel],
            "received_at": micros(received.received_at),
            "sha256": digest(received.raw),
            "raw": received.raw,
        },
    )


def digest(raw: bytes) -> str:
    """SHA-256 (hex) of bytes."""
    return hashlib.sha256(raw).hexdigest()
