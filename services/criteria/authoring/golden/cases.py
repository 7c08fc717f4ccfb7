"""Golden cases: what a policy's source says of a patient, written before the engine is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from services.criteria.authoring.golden import shorthand
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.language import yaml_source
from shared import examples
from shared.events.request import AuthorizationRequest
from shared.events.submissions import AuthorizationRequestSubmitted

AT = datetime(2025, 11, 15, 12, tzinfo=UTC)
"""When a golden case is received, unless it says `at`."""
Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """One case: the request as a dictionary (native format), when it came in, and what is expected
    of it, with the reason.
    """

    name: str
    why: str
    content: Content
    at: datetime
    expect: Content

    @property
    def request(self) -> AuthorizationRequest:
        """The request as the engine takes it."""
        return read_request(self.content)


def read_request(content: Content) -> AuthorizationRequest:
    """A request in the native format, as intake would hand it on."""
    return AuthorizationRequestSubmitted.model_validate_json(json.dumps(content, default=float))


def load(text: str, file: str) -> tuple[GoldenCase, ...]:
    """The golden cases in `text`; raises `PolicyInvalid` for one that cannot be read."""
    document = yaml_source.read(text, file)
    found = document.content.get("cases") if isinstance(document.content, dict) else None
    if not isinstance(found, list):
        raise document.error((), "needs a list named cases")
    requests = {
        name: shorthand.begun(name, given)
        for name, given in document.content.get("requests", {}).items()
    }
    return tuple(case_at(document, at, one, requests) for at, one in enumerate(found))


def case_at(
    document: yaml_source.SourceDocument, at: int, case: Any, requests: dict[str, Content]
) -> GoldenCase:
    """The case that is written at this place of a file; raises `PolicyInvalid`."""
    place = ("cases", at)
    if (
        not isinstance(case, dict)
        or not case.get("name")
        or not case.get("why")
        or not isinstance(case.get("expect"), dict)
    ):
        raise document.error(place, "needs a name, a why and what is expected")
    try:
        content = request_of(
            {**case, "request": requests[case["example"]]}
            if case.get("example") in requests
            else case
        )
        read_request(content)
        received = datetime.fromisoformat(str(case["at"])) if "at" in case else AT
    except (AttributeError, KeyError, TypeError, ValueError):
        raise document.error(place, "the request of this case cannot be read") from None
    return GoldenCase(
        case["name"],
        case["why"],
        content,
        received if received.tzinfo else received.replace(tzinfo=UTC),
        case["expect"],
    )


def request_of(case: Content) -> Content:
    """The example (or the `request`) that the case starts from, with only what it changes."""
    request = (
        shorthand.copied(case["request"])
        if "request" in case
        else getattr(examples, case["example"])()
    )
    gone = [(one["path"], one.get("subject", "member")) for one in case.get("without", [])]
    subjects = case.get("without_subjects", [])
    named = [(fact, fact.get("subject", "member")) for fact in request.get("facts", [])]
    kept = [
        fact
        for fact, subject in named
        if (fact["path"], subject) not in gone and subject not in subjects
    ]
    request["facts"] = kept + case.get("with", [])
    request["lists"] = case.get("lists", request.get("lists", []))
    for line in request["lines"]:
        for key, own in (
            ("segments", "segment"),
            ("services", "services"),
            ("codes", "codes"),
            ("diagnoses", "diagnoses"),
            ("service_dates", "service_date"),
        ):
            changed = case.get(key, {})
            if str(line["sequence"]) in changed:
                line[own] = changed[str(line["sequence"])]
    return shorthand.copied(shorthand.changed(request, case))


def of(edition: Edition) -> tuple[GoldenCase, ...]:
    """The golden cases that stand beside a packaged edition; none if it is not packaged."""
    return _packaged().get(edition.text_sha256, ())


@cache
def _packaged() -> dict[str, tuple[GoldenCase, ...]]:
    return {
        sha: load(cases.read_text("utf-8"), file)
        for file, sha, cases in _folders(resources.files("services.criteria") / "policies")
    }


def _folders(policies: Traversable) -> Iterator[tuple[str, str, Traversable]]:
    for policy in policies.iterdir():
        for version in policy.iterdir() if policy.is_dir() else ():
            cases, text = version / "cases.yaml", version / "policy.yaml"
            if cases.is_file() and text.is_file():
                yield (
                    f"policies/{policy.name}/{version.name}/cases.yaml",
                    hashlib.sha256(text.read_bytes()).hexdigest(),
                    cases,
                )
