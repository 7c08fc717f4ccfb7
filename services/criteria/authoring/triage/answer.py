"""What a triage file says to a golden case, and whether that is what the case expects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.golden.check import Checked
from services.criteria.engine.triage.assessment import Assessment, assess
from services.criteria.engine.triage.protocol import TriageProtocol
from shared.events.request import AuthorizationRequest

Answer = tuple[object, ...]
"""Tier, rule, minutes, whether somebody calls, and the signs: all that a reader could notice."""


def assessed(
    protocol: TriageProtocol, request: AuthorizationRequest, day: date
) -> Assessment | None:
    """What a request may be an emergency by; no line of it is over."""
    lines = [line for line in request.lines if not line.cancelled]
    return assess(protocol, request, lines, day)


def answer(protocol: TriageProtocol, request: AuthorizationRequest, day: date) -> Answer:
    """What a reader could notice; nothing, where nothing fires."""
    found = assessed(protocol, request, day)
    if found is None:
        return ()
    rule, tier = found.rule.spec, found.rule.tier
    return rule.tier, rule.id, tier.within_minutes, tier.call, _signs(found)


def _signs(found: Assessment) -> tuple[tuple[str, str], ...]:
    findings = found.protocol.findings
    return tuple(dict.fromkeys((findings[one.finding].id, one.state) for one in found.signs))


def check(protocol: TriageProtocol, cases: Iterable[GoldenCase]) -> list[Checked]:
    """Every golden case of a triage file; what a case does not expect is not looked at."""
    return [_checked(protocol, case) for case in cases]


def _checked(protocol: TriageProtocol, case: GoldenCase) -> Checked:
    found = assessed(protocol, case.request, case.at.date())
    signs = _signs(found) if found is not None else ()
    seen: dict[str, Any] = {
        "tier": found and found.rule.spec.tier,
        "rule": found and found.rule.spec.id,
        "signs": [name for name, _ in signs],
        "states": dict(signs),
    }
    wrong = [
        (key, expected, seen.get(key))
        for key, expected in case.expect.items()
        if seen.get(key) != expected
    ]
    return Checked(case.name, case.why, tuple(wrong))
