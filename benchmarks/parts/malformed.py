"""What one malformed record in a hundred costs the whole way of a request: ours with and without
them, in turns, on one broker and database.

Run: python -m benchmarks.parts.malformed [--cases N] [--rounds N] [--json FILE]. Of a hundred
submissions one is malformed (no JSON, or another schema), and so is one of a hundred events on
intake's topic (strange headers, or data that does not fit). Ends with 1 if one of them was neither
rejected nor parked.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
from confluent_kafka import Producer

from benchmarks.pipeline.contestants import ours
from benchmarks.pipeline.running import Running, running
from benchmarks.pipeline.throughput import run
from benchmarks.testbed.machine import machine
from benchmarks.testbed.progress import tell
from benchmarks.testbed.servers import servers
from benchmarks.testbed.synthetic_requests import submissions
from shared.events.envelope import Envelope, headers_of, pack
from shared.events.intake import INTAKE, RequestReceived
from shared.events.submissions import SUBMISSIONS
from shared.ids import NAMESPACE, PARTITIONS, derive

WARM = 200
EVENTS_A_CASE = 3
"""On intake's topic: received, clock started, clock stopped."""
READERS = ("criteria", "letters")
SETTLE = 20.0
WAYS = ("clean", "malformed")


def main() -> int:
    """Measures in turns and prints the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="priorauth-malformed-") as folder, servers() as found:
        where = found.described()
        with running(ours(), found, Path(folder)) as at_work:
            result = measured(at_work, given.cases, given.rounds)
    tell({"cases_a_round": given.cases, **result, **where, "machine": machine()}, given.json)
    return 0 if result["sent"] == result["answered"] else 1


def measured(at_work: Running, cases: int, rounds: int) -> dict[str, Any]:
    """The medians of each way, what the malformed ones cost, and what became of them."""
    run(at_work, submissions(WARM, run="warm-"), lambda _: None)
    figures: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
    spoiler = Spoiler()
    for n in range(rounds):
        for at, way in enumerate(WAYS if n % 2 == 0 else WAYS[::-1]):
            beside = spoiler.send if way == "malformed" else None
            figure = run(
                at_work,
                submissions(cases, run=f"{way}-{n}-"),
                lambda _: None,
                already=WARM + (2 * n + at) * cases,
                beside=beside,
            )
            figures[way].append(
                (
                    figure["cases_per_s"],
                    sum(
                        value
                        for name, value in figure["cpu_s_per_1000_cases"].items()
                        if name != "driver"
                    ),
                )
            )
            sys.stderr.write(
                f"round {n + 1}, {way}: {figures[way][-1][0]:.1f} cases/s, "
                f"{figures[way][-1][1]:.2f} CPU s per 1,000 cases\n"
            )
    rates, costs = (
        {way: statistics.median(one[column] for one in figures[way]) for way in WAYS}
        for column in (0, 1)
    )
    return {
        "cases_per_s": rates,
        "cpu_s_per_1000_cases": {way: round(cost, 2) for way, cost in costs.items()},
        "throughput_lost": round(1 - rates["malformed"] / rates["clean"], 3),
        "cpu_added": round(costs["malformed"] / costs["clean"] - 1, 3),
        "rounds": {
            way: [[round(value, 2) for value in one] for one in figures[way]] for way in WAYS
        },
        "sent": dict(sorted(spoiler.sent.items())),
        "answered": answered(at_work, spoiler.sent),
    }


class Spoiler:
    """Sends malformed records among good ones; `sent` counts the answers that they should get, by
    service and reason.
    """

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self._turn = 0

    def send(self, to: Producer, number: int) -> None:
        """After every hundredth submission a malformed one, and as many malformed events as a case
        has.
        """
        if number % 100:
            return
        self._turn += 1
        partition, odd = self._turn % PARTITIONS, self._turn % 2
        to.produce(
            SUBMISSIONS,
            b"no JSON %d" % self._turn if odd else b'{"sender": "s", "n": %d}' % self._turn,
            b"any",
            partition,
        )
        self.sent[f"intake rejected {'not_json' if odd else 'schema'}"] += 1
        for n in range(EVENTS_A_CASE):
            strange = (n + odd) % 2
            to.produce(
                INTAKE,
                b"{}",
                b"any",
                (partition + n) % PARTITIONS,
                headers=[("ce_id", b"\xff")] if strange else _headers(f"{self._turn}-{n}"),
            )
            self.sent.update(
                f"{reader} parked {'header' if strange else 'schema'}" for reader in READERS
            )


def _headers(name: str) -> list[tuple[str, str | bytes | None]]:
    """The headers of a request that opens a case of its own."""
    case = derive(NAMESPACE, "bench", "malformed", name)
    return headers_of(
        pack(
            Envelope(
                case,
                RequestReceived.TYPE,
                "2026-03-02T09:00:00+00:00",
                case,
                "intake",
                {"intake": 1},
                "",
                case.hex,
            )
        )
    )


def answered(at_work: Running, sent: Counter[str]) -> dict[str, int]:
    """What was rejected and parked, by service and reason, as soon as that is what was sent, or
    after a while.
    """
    deadline = time.monotonic() + SETTLE
    found: dict[str, int] = {}
    while found != dict(sent) and time.monotonic() < deadline:
        found = {
            f"intake rejected {code}": count
            for code, count in _rows(
                at_work,
                "intake",
                "SELECT code, count(*) FROM submission WHERE outcome = 'rejected' GROUP BY code",
            )
        }
        for reader in READERS:
            found |= {
                f"{reader} parked {reason}": count
                for reason, count in _rows(
                    at_work, reader, "SELECT reason, count(*) FROM parked GROUP BY reason"
                )
            }
    return dict(sorted(found.items()))


def _rows(at_work: Running, service: str, query: str) -> list[tuple[str, int]]:
    with psycopg.connect(at_work.databases[service], autocommit=True) as connection:
        return [(str(name), int(count)) for name, count in connection.execute(query.encode())]


if __name__ == "__main__":
    sys.exit(main())
