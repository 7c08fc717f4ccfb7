"""Reads the golden cases that stand beside each policy: expected values come from the source, never from the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from services.criteria.engine.yamltext import read
from shared import examples
from shared.events.submissions import AuthorizationRequestSubmitted

AT = datetime(2025, 11, 15, 12, tzinfo=UTC)
KNOWN = {"urgency", "lines", "reasons", "questions", "advisories", "not_advisories", "nodes", "guards", "citations", "scores", "review_within_minutes"}


def golden_cases() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every golden case with its policy's name."""
    for policy in sorted((resources.files("services.criteria") / "policies").iterdir(), key=lambda one: one.name):
        for version in sorted(policy.iterdir(), key=lambda one: one.name):
            content = read((version / "cases.yaml").read_text("utf-8"), f"{policy.name}/cases.yaml").content
            for case in content["cases"]:
                yield f"{policy.name}: {case['name']}", case


def request_of(case: dict[str, Any]) -> AuthorizationRequestSubmitted:
    """The example that the case starts from, with only what it changes."""
    request = getattr(examples, case["example"])()
    gone = [(one["path"], one.get("subject", "member")) for one in case.get("without", [])]
    subjects = case.get("without_subjects", [])
    request["facts"] = [
        fact for fact in request["facts"] if (fact["path"], fact.get("subject", "member")) not in gone and fact.get("subject", "member") not in subjects
    ]
    request["facts"] += case.get("with", [])
    request["lists"] = case.get("lists", request.get("lists", []))
    for line in request["lines"]:
        line["segment"] = case.get("segments", {}).get(str(line["sequence"]), line.get("segment"))
        line["services"] = case.get("services", {}).get(str(line["sequence"]), line["services"])
    return AuthorizationRequestSubmitted.model_validate_json(json.dumps(request, default=float))
