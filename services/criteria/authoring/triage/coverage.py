"""What the golden cases of a triage file leave open: signs that never decide, never stand alone, or
are never ruled out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.engine.triage.assessment import Findings, findings_of, gravest
from services.criteria.engine.triage.protocol import TriageProtocol


def missing(protocol: TriageProtocol, cases: Iterable[GoldenCase]) -> list[str]:
    """What no case shows, in words; nothing of a file whose cases show it all."""
    seen = [_seen(protocol, case) for case in cases]
    return [
        f"{protocol.findings[at].id}: no case {what}"
        for at in range(len(protocol.findings))
        for what, shown in _obligations(protocol, at, seen)
        if not shown
    ]


def _seen(protocol: TriageProtocol, case: GoldenCase) -> Findings:
    return findings_of(protocol, case.request, case.request.lines, case.at.date())


def _obligations(
    protocol: TriageProtocol, at: int, seen: list[Findings]
) -> Iterator[tuple[str, bool]]:
    """What must be shown of a finding, and whether it is."""
    bit = 1 << at
    yield "that it decides", any(_decides(protocol, bit, one) for one in seen)
    if at < len(protocol.spec.signs) and _fires(protocol, bit | _circumstances(protocol)):
        yield (
            "where it is the only sign, and fires",
            any(one.there & protocol.shown == bit and _fires(protocol, one.there) for one in seen),
        )
    if protocol.findings[at].facts:
        yield "where it is ruled out", any(one.denied & bit for one in seen)


def _circumstances(protocol: TriageProtocol) -> int:
    return (1 << len(protocol.findings)) - 1 & ~protocol.shown


def _decides(protocol: TriageProtocol, bit: int, found: Findings) -> bool:
    """Whether another rule, or none, would fire without the finding."""
    if not found.there & bit:
        return False
    return gravest(protocol, found.there, found.denied) is not gravest(
        protocol, found.there & ~bit, found.denied
    )


def _fires(protocol: TriageProtocol, there: int) -> bool:
    return gravest(protocol, there, 0) is not None
