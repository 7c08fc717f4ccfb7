"""A plain request bundle, and small ways to make it otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.handlers import read
from services.intake.model import Submission
from shared.errors import Fault, Malformed
from shared.events.request import AuthorizationRequest
from shared.events.submissions import FHIR_BUNDLE
from tests.cases.table import content
from tests.unit.intake.given import raw

Json = dict[str, Any]
PATIENT, PAYER, CLINIC, COVERAGE = 1, 2, 3, 4


def plain() -> Json:
    """The bundle: claim, patient, insurer, clinic, coverage."""
    found: Json = json.loads(content("f-plain"))
    return found


def resource(bundle: Json, entry: int) -> Json:
    """The resource of an entry."""
    found: Json = bundle["entry"][entry]["resource"]
    return found


def with_resource(entry: int, **changed: Any) -> Json:
    """The bundle with other elements in one of its resources."""
    bundle = plain()
    resource(bundle, entry).update(changed)
    return bundle


def with_item(**changed: Any) -> Json:
    """The bundle with other elements in the claim's item."""
    bundle = plain()
    resource(bundle, 0)["item"][0].update(changed)
    return bundle


def submission(bundle: Json) -> Submission:
    """What is read of the bundle."""
    return read(FHIR_BUNDLE, {}, raw(bundle))


def requested(bundle: Json) -> AuthorizationRequest:
    """The request that the bundle makes."""
    found = submission(bundle).request
    assert found is not None
    return found


def faults(bundle: Json) -> list[Fault]:
    """Why the bundle is refused."""
    with pytest.raises(Malformed) as caught:
        submission(bundle)
    return list(caught.value.faults)


def places(bundle: Json, code: str) -> list[str]:
    """The elements that are refused by this code."""
    return [one.place for one in faults(bundle) if one.code == code]


def concept(*codings: tuple[str, str]) -> Json:
    """A concept with codings, each a system (or nothing) and a code."""
    return {
        "coding": [
            {"system": system, "code": code} if system else {"code": code}
            for system, code in codings
        ]
    }


def every_object(value: Any) -> Iterator[Json]:
    """Every object in a resource, itself first."""
    if isinstance(value, dict):
        yield value
    steps = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for inner in steps:
        yield from every_object(inner)
