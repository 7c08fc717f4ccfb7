"""`python -m tests.reliability.crash`: services, broker and database fail under load, once
embedded, once on real Kafka and PostgreSQL.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.testbed.machine import machine
from benchmarks.testbed.progress import progress, tell
from tests.reliability.crash.faults import KINDS, LONG_KINDS
from tests.reliability.crash.run import LEVELS, Sizes, crash
from tests.reliability.crash.verdict import passed

USUAL = tuple(kind for kind in KINDS if kind not in LONG_KINDS)
COUNTED = ("cases", "lost", "duplicates_delivered", "duplicate_effects", "reordered")


def main() -> int:
    """Runs the levels asked for; 0 if nothing was lost, doubled or reordered on any of them and
    every log verifies.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--level", choices=(*LEVELS, "both"), default="both")
    parser.add_argument("--replicas", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=USUAL)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--history", type=Path)
    given = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # what was started is stopped on the way out
    console, at = Console(stderr=True), machine()
    results = [
        watched(console, level, given)
        for level in (LEVELS if given.level == "both" else (given.level,))
    ]
    tell({"machine": at, **overall(results), "levels": results}, given.json)
    return 0 if all(passed(result) for result in results) else 1


def watched(console: Console, level: str, given: argparse.Namespace) -> dict[str, Any]:
    """One level's result; what goes on meanwhile is told on the console."""
    keep = given.history / level if given.history else None
    if keep:
        keep.mkdir(parents=True)
    sizes = Sizes(given.cases, given.kills, given.replicas, tuple(given.kinds))
    with progress(console, level) as say:
        return crash(level, sizes, given.seed, say, keep)


def overall(results: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All levels together; the recovery is the last one's, which is the real one where both ran."""
    kills: Counter[str] = Counter()
    for result in results:
        kills.update(result["kills"])
    return {
        "passed": all(passed(result) for result in results),
        **{name: sum(result[name] for result in results) for name in COUNTED},
        "kills": dict(kills),
        "recovery_s": results[-1]["recovery_s"],
        "audit_verified": all(result["audit_verified"] for result in results),
    }


if __name__ == "__main__":
    sys.exit(main())
