"""How an engine is doing, for readiness, metrics and people."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Health:
    """`last_poll` is in seconds on the monotonic clock; counters count since the start. `failing`:
    tasks that keep failing, by kind. `unfounded`: records parked that refuse without a clinician.
    """

    lanes: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    last_poll: float = 0.0
    worked: int = 0
    published: int = 0
    parked: int = 0
    unfounded: int = 0
    evaluations_failed: int = 0
    batches: int = 0
    unavailable: str = ""
    failing: dict[str, int] = field(default_factory=dict)

    def refusals(self) -> str:
        """Which lanes are refused and why, in one line; empty when none is."""
        by_reason: dict[str, list[str]] = {}
        for p, why in sorted(self.refused.items()):
            by_reason.setdefault(why, []).append(str(p))
        reasons = "; ".join(f"{', '.join(ps)}: {why}" for why, ps in by_reason.items())
        return f"lanes refused: {reasons} (see docs/operations/lanes.md)" if reasons else ""
