"""How an engine is doing, for readiness, metrics and people."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

import structlog

from shared.lanes.batch.mishaps import Mishaps

log = structlog.get_logger()


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
    unsealed: int = 0
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


def tell(health: Health, mishaps: Mishaps, worked: int) -> None:
    """Counts a committed batch of so many entries, and logs what somebody is to look at."""
    health.worked += worked
    health.parked += sum(mishaps.parked.values())
    health.unsealed += len(mishaps.unsealed)
    health.unfounded += sum(mishaps.alarming.values())
    for reason, count in mishaps.alarming.items():
        log.critical("refusal_without_clinician", reason=reason, count=count)
    for case_id, failure in chain.from_iterable(mishaps.failures.values()):
        health.evaluations_failed += 1
        log.error(
            "evaluation_failed",
            case_id=str(case_id),
            error=failure.error,
            place=failure.place,
        )
    # One line however many they are: whoever writes them could fill the disk.
    if mishaps.unsealed:
        p, topic, offset = next(iter(mishaps.unsealed))
        log.error(
            "records_unsealed",
            topic=topic,
            lane=p,
            offset=offset,
            count=len(mishaps.unsealed),
            remedy="Find who writes to the topic, or the key that is missing: "
            "docs/operations/seals.md.",
        )
