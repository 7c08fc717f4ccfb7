"""A request file as the platform reads it: native JSON or a FHIR bundle, told apart by content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.intake.fhir.read import names
from services.intake.fhir.read import read as read_bundle
from services.intake.model import Submission
from services.intake.reading import guard, native
from shared.errors import Unavailable
from shared.events.submissions import FHIR_BUNDLE, AuthorizationRequestSubmitted
from shared.settings import load


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of submission is sent: its type on Kafka, its media type and path over HTTP."""

    ce_type: str
    media_type: str
    path: str


NATIVE = Form(AuthorizationRequestSubmitted.TYPE, "application/json", "/v1/submissions")
FHIR = Form(FHIR_BUNDLE, "application/fhir+json", "/fhir/Claim/$submit")


def content_of(file: Path) -> bytes:
    """The bytes of a file; raises `Unavailable` when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        remedy = (
            "Name a request in native JSON or a FHIR bundle, for instance "
            "shared/examples/reference_case.json."
        )
        raise Unavailable(f"{file} cannot be read.", remedy=remedy) from error


def form_of(content: bytes) -> Form:
    """Whether bytes are sent as a native request or as a FHIR bundle."""
    return FHIR if b'"resourceType"' in content else NATIVE


def submission_of(content: bytes) -> Submission:
    """The submission in the bytes, exactly as intake reads it; raises `Malformed` with a stable
    code.
    """
    if form_of(content) is NATIVE:
        return native.read(content, load().max_native_bytes)
    bundle = guard.parse(content, names)
    return read_bundle(bundle)
