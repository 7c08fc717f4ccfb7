"""A desk for tests: clinicians' decisions as it signs them, with a key that everybody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.testbed.keys import key_of
from services.criteria.decide.attestation import desk_keys, item_of, signed
from shared.events.reviews import ReviewSubmitted
from shared.settings import Settings

SEED = key_of("desk")
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
KEYS = desk_keys([item_of(KEY.public_key())])
REVIEWER = {
    "id": "md-1",
    "name": "Dr. Example",
    "licence": "MD-12345",
    "licence_state": "OH",
    "specialty": "internal medicine",
    "licence_valid_until": "2099-12-31",
}
BASIS = {
    "kind": "reasonable_and_necessary",
    "name": "Reasonable and necessary",
    "edition": "42 U.S.C. 1395y",
    "section": "(a)(1)(A)",
    "dated": "2025-01-01",
    "where": "https://www.law.cornell.edu/uscode/text/42/1395y",
    "words": "The service is not needed to diagnose or treat the illness.",
}
TAKEN: dict[str, Any] = {
    "reviewer": REVIEWER,
    "reason": "Decided on the documents.",
    "criterion": "clinical-judgement",
    "basis": BASIS,
    "decided_at": "2025-11-15T12:00:00Z",
    "registry_sha256": "0" * 64,
}
"""What the desk adds to what a clinician commands."""


def attested(**command: Any) -> ReviewSubmitted:
    """The review of a command, with the desk's signature."""
    return signed(KEY, ReviewSubmitted.model_validate({**TAKEN, **command}))


def with_desk(settings: Settings) -> Settings:
    """The settings of a criteria service that takes what this desk signs."""
    return replace(settings, keys=replace(settings.keys, desk=SEED))
