"""`python -m benchmarks.triage [--requests N] [--seed S] [--json FILE]`: what share of a realistic
mix of requests triage puts in each tier, in all and by kind, and what it costs; prints one JSON
object.

`us` are microseconds of processor time a request, of those that triage leaves alone and of those
that it takes for an emergency: the quickest of several rounds over all of them.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.testbed.machine import machine
from benchmarks.testbed.progress import tell
from benchmarks.triage.mix import requests
from services.criteria.engine.answer.advisories.emergency import triaged
from services.criteria.engine.edition.library import packaged
from shared.events.evaluation import Triage
from shared.events.request import AuthorizationRequest

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROUNDS = 5


def shares(n: int, seed: int) -> dict[str, Any]:
    """The share of each tier, in all and by kind of request."""
    tiers, kinds = Counter[tuple[str, int]](), Counter[str]()
    for kind, request in requests(n, seed):
        kinds[kind] += 1
        if (found := _found(request)) is not None:
            tiers[kind, found.tier] += 1
    return {
        "tier_1": round(sum(count for (_, tier), count in tiers.items() if tier == 1) / n, 4),
        "tier_2": round(sum(count for (_, tier), count in tiers.items() if tier == 2) / n, 4),
        "kinds": {
            kind: [count, round(tiers[kind, 1] / count, 4), round(tiers[kind, 2] / count, 4)]
            for kind, count in kinds.most_common()
        },
    }


def cost(n: int, seed: int) -> dict[str, float]:
    """Microseconds a request."""
    drawn = [request for _, request in requests(n, seed)]
    of = {
        "others": [one for one in drawn if _found(one) is None],
        "emergencies": [one for one in drawn if _found(one) is not None],
    }
    return {name: min(_us(some) for _ in range(ROUNDS)) for name, some in of.items() if some}


def _us(some: list[AuthorizationRequest]) -> float:
    start = time.process_time()
    for one in some:
        _found(one)
    return round((time.process_time() - start) / len(some) * 1e6, 1)


def _found(request: AuthorizationRequest) -> Triage | None:
    return triaged(request, AT, packaged())


def main() -> None:
    """Measures, and writes or prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = {
        "machine": machine(),
        "requests": given.requests,
        "seed": given.seed,
        **shares(given.requests, given.seed),
        "us": cost(min(given.requests, 5_000), given.seed),
    }
    tell(found, given.json)


if __name__ == "__main__":
    main()
