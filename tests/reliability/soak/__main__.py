"""`python -m tests.reliability.soak`: steady load for minutes, with an outage of the broker and of
the database.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from rich.console import Console

from benchmarks.testbed.machine import machine
from benchmarks.testbed.progress import progress, tell
from tests.reliability.soak.run import SERVERS, Sizes, soak


def main() -> int:
    """0 if nothing was lost, doubled or reordered, no process ended, and the lag went away after
    both outages.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--share", type=float, default=0.7)
    parser.add_argument(
        "--calm", action="store_true", help="no outages: memory and descriptors alone"
    )
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # what was started is stopped on the way out
    at = machine()
    with progress(Console(stderr=True), "soak") as say:
        result = {"machine": at} | soak(
            Sizes(given.minutes, given.share, () if given.calm else SERVERS), say
        )
    tell(result, given.json)
    wrong = (
        result["lost"]
        or result["duplicate_effects"]
        or result["reordered"]
        or result["ended_by_themselves"]
    )
    return 1 if wrong or any(outage["lag_zero_s"] is None for outage in result["outages"]) else 0


if __name__ == "__main__":
    sys.exit(main())
