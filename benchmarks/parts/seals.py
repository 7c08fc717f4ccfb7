"""What seals cost an event: `python -m benchmarks.parts.seals`, processor time in microseconds.

Sealing is measured as a publisher does it, beside what it did before (its headers without seals);
checking as a reader does it, of an event with a seal for each reader of its topic.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from uuid import uuid4

from benchmarks.testbed.keys import check_of, sealer_of
from shared.events.criteria import CRITERIA, LineDetermined
from shared.events.envelope import Envelope, pack
from shared.lanes.seals import HEADER, NO_SEALER
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry

RUNS = 5


def main() -> None:
    """Measures and prints JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--value", type=int, default=1200, help="bytes of an event's data")
    given = parser.parse_args()
    entries = [_entry(n, os.urandom(given.value)) for n in range(given.events)]
    sealer, check, lane = sealer_of("criteria"), check_of("intake"), Lane(3, 1)
    records = [
        Record(CRITERIA, 3, n, 0, None, tuple(sealer.record_headers(one)), one.value)
        for n, one in enumerate(entries)
    ]
    gc.disable()
    unsealed = _best(lambda: [NO_SEALER.headers(one) for one in entries])
    sealed = _best(lambda: [sealer.headers(one) for one in entries])
    checked = _best(lambda: [check.passes(one, lane) for one in records])
    header = next(
        len(name) + len(value or b"") for name, value in records[0].headers if name == HEADER
    )
    json.dump(
        {
            "events": given.events,
            "value_bytes": given.value,
            "machine": platform.processor() or platform.machine(),
            "python": platform.python_version(),
            "seal_for_three_readers_us": round((sealed - unsealed) / given.events * 1e6, 2),
            "check_us": round(checked / given.events * 1e6, 2),
            "header_bytes": header,
            "all_pass": all(check.passes(one, lane) for one in records),
        },
        sys.stdout,
        indent=1,
    )
    sys.stdout.write("\n")


def _entry(n: int, value: bytes) -> OutboxEntry:
    case = uuid4()
    envelope = Envelope(
        uuid4(),
        LineDetermined.TYPE,
        "2026-03-02T09:00:00.000000+00:00",
        case,
        "criteria",
        {"criteria": 3, "intake": 2},
        uuid4().hex,
        uuid4().hex,
    )
    return OutboxEntry(3, n, CRITERIA, 3, str(case).encode(), pack(envelope), value)


def _best(work: Callable[[], object]) -> float:
    """The shortest of some runs, in seconds of processor time."""
    spent = []
    for _ in range(RUNS):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return min(spent)


if __name__ == "__main__":
    main()
