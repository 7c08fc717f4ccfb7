"""`python -m benchmarks.lane [--json FILE]`: events a second through one lane replica with a
decision that costs nothing; one JSON object.

Each figure is the median of three, of a fresh topic and store each: all events are produced first,
then one replica works them on one core while broker and database have the others. The clock runs
from the first tenth of the answers to the last one; `cpu` figures divide by the processor time of
the replica instead, which is the steadier one on a machine that others use.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.lane.run import Pace, Run, bare, lane
from benchmarks.testbed.machine import machine
from benchmarks.testbed.progress import tell
from benchmarks.testbed.servers import Servers, servers

BATCHES = (1, 10, 100, 500, 2_000)
STORED = (1_000, 10_000, 100_000, 1_000_000)
REPLICAS = (1, 2, 3)
ROUNDS = 3
PAIRS = 5
FEW = 20
"""Smallest batches are measured on fewer events: this many batches of them a hundred times over."""


def measured(at: Servers, events: int, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Everything; `say` gets a line before each part."""
    found: dict[str, Any] = {"machine": machine(), **at.described(), "events": events}
    pairs = []
    for _ in range(ROUNDS):
        say("one lane replica, PostgreSQL")
        whole = lane(at, folder, Run(events))
        say("the ceiling's loop on the same events")
        pairs.append((whole, bare(at, events)))
    whole, ceiling = (middle(of) for of in zip(*pairs, strict=True))
    found |= {"events_per_s": whole["wall"], "events_per_cpu_s": whole["cpu"], "ceiling": ceiling}
    found |= {
        "ratio_to_ceiling": round(whole["wall"] / ceiling["wall"], 2),
        "ratio_to_ceiling_cpu": round(whole["cpu"] / ceiling["cpu"], 2),
    }
    found["by_backend"] = {"postgresql": whole}
    say("SQLite")
    found["by_backend"]["sqlite"] = lane(at, folder, Run(events, sqlite=True))
    found["by_batch"] = _grown(
        at,
        folder,
        say,
        {size: Run(min(events, size * FEW * 100), batch=size) for size in BATCHES},
        "records a batch",
    )
    found["by_stored_cases"] = _grown(
        at,
        folder,
        say,
        {count: Run(events, stored=count) for count in STORED},
        "cases stored before",
    )
    found["ratio_of_most_stored"] = _beside(at, folder, say, events)
    found["by_replicas"] = _grown(
        at, folder, say, {count: Run(events, replicas=count) for count in REPLICAS}, "replicas"
    )
    return found


def _beside(at: Servers, folder: Path, say: Callable[[str], None], events: int) -> float:
    """The pace over most stored cases by that over fewest, each pair measured one right after the
    other, in turns who is first; the median of them.
    """
    fewest, most = STORED[0], STORED[-1]
    ratios = []
    for turn in range(PAIRS):
        say(f"{most:,} and {fewest:,} cases stored before, {turn + 1} of {PAIRS}")
        paces = {
            count: lane(at, folder, Run(events, stored=count))["wall"]
            for count in ((fewest, most) if turn % 2 else (most, fewest))
        }
        ratios.append(paces[most] / paces[fewest])
    return round(median(ratios), 2)


def _grown(
    at: Servers, folder: Path, say: Callable[[str], None], runs: dict[int, Run], of: str
) -> dict[str, Any]:
    """Each size in every round, so that a minute in which the machine is slow does not fall on one
    size alone.
    """
    paces: dict[int, list[Pace]] = {size: [] for size in runs}
    for turn in range(ROUNDS):
        for size, run in runs.items():
            say(f"{size:,} {of}, {turn + 1} of {ROUNDS}")
            paces[size].append(lane(at, folder, run))
    return {str(size): middle(of) for size, of in paces.items()}


def middle(of: Sequence[Pace]) -> Pace:
    """The median of each figure."""
    return {name: round(median(pace[name] for pace in of)) for name in of[0]}


def main() -> None:
    """Measures, and writes or prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--events", type=int, default=40_000)
    given = parser.parse_args()
    with servers() as at, tempfile.TemporaryDirectory() as folder:
        found = measured(
            at, given.events, Path(folder), lambda words: print(words, file=sys.stderr)
        )
    tell(found, given.json)


if __name__ == "__main__":
    main()
