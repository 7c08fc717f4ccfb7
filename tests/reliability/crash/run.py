"""One crash run: a steady stream of requests, faults one after another, and the verdict on what
came out.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.testbed.progress import Say
from benchmarks.testbed.synthetic_requests import submissions
from tests.access import token_headers
from tests.reliability.crash.environment import Environment, embedded, real
from tests.reliability.crash.faults import SERVICE_KINDS, Fault, planned
from tests.reliability.crash.nemesis import Inflicted, Nemesis
from tests.reliability.crash.recording import SENT, record
from tests.reliability.crash.verdict import judged
from tests.reliability.crash.watch import OutputWatch
from tests.reliability.crash.workload import Workload


class Sizes(NamedTuple):
    """How many requests are sent, how many faults happen meanwhile, how many replicas each service
    begins with, and which kinds of faults there are.
    """

    cases: int
    kills: int
    replicas: int
    kinds: tuple[str, ...]


SECONDS_A_FAULT = 10.0
"""What the stream allows for a fault and the calm after it."""
STALL_SECONDS = 120.0
AUDIT_SECONDS = 120.0
LEVELS: dict[str, Callable[[Path, int], AbstractContextManager[Environment]]] = {
    "embedded": embedded,
    "real": real,
}


def crash(
    level: str, sizes: Sizes, seed: int, say: Say, keep: Path | None = None
) -> dict[str, Any]:
    """Runs and judges; `level` is `embedded` or `real`.

    `keep` is a folder for the raw history and the services' logs.
    """
    requests = submissions(sizes.cases, run=f"crash{seed}-")
    with (
        tempfile.TemporaryDirectory(prefix="priorauth-crash-") as temporary,
        LEVELS[level](folder := keep or Path(temporary), sizes.replicas) as grounds,
    ):
        say(f"on {grounds.name}")
        grounds.start_all()
        kinds = [kind for kind in sizes.kinds if grounds.outages or kind in SERVICE_KINDS]
        share = max(1, sizes.cases // (sizes.kills + 1))
        hand = Nemesis(
            grounds,
            Workload(grounds.broker, requests, share / SECONDS_A_FAULT),
            OutputWatch(grounds.broker),
        )
        began = time.monotonic()
        done = _disturbed(hand, planned(kinds, sizes.kills, sizes.replicas, seed), share, say)
        _until_done(hand.watch, 2 * sizes.cases, say)
        lasted = time.monotonic() - began
        audited = _written_down(hand, folder, say)
        say("two checkers read the history")
        return {
            "level": level,
            "where": grounds.name,
            "replicas": sizes.replicas,
            "seed": seed,
            "seconds": round(lasted),
        } | {
            **judged(folder),
            **summed(done),
            **audited,
            "ended_by_themselves": grounds.ended,
        }


def _disturbed(hand: Nemesis, plan: Sequence[Fault], share: int, say: Say) -> list[Inflicted]:
    """Sends the requests evenly; each fault falls into the middle of its share, and the stream goes
    at most one share beyond it.
    """
    hand.watch.start()
    hand.stream.start()
    hand.stream.allow(share)
    done: list[Inflicted] = []
    for n, fault in enumerate(plan):
        hand.stream.reached(n * share + share // 2)
        hand.stream.allow((n + 2) * share)
        say(f"{n + 1} of {len(plan)}: {fault.kind} of {fault.target}")
        done.append(hand.inflict(fault))
    hand.stream.allow(1 << 40)
    hand.stream.join()
    return done


def _until_done(watch: OutputWatch, letters: int, say: Say) -> None:
    """Waits until every case has its letters and nothing more comes, or until nothing has come for
    a long time.
    """
    while (quiet := time.monotonic() - watch.moved) < STALL_SECONDS and not (
        watch.history.issued >= letters and quiet >= 3.0
    ):
        time.sleep(1)
        say(f"letters {watch.history.issued} of {letters}")


def _written_down(hand: Nemesis, folder: Path, say: Say) -> dict[str, Any]:
    """Writes the raw history; audit's own verification, once it holds as many entries as the topics
    have records, or when it had its time.
    """
    hand.watch.end()
    say("the topics are read once more")
    records = record(hand.grounds.broker, folder)
    hand.stream.save(folder / SENT)
    deadline = time.monotonic() + AUDIT_SECONDS
    while (
        (report := _report(hand.grounds))["consistent"]
        and report["events"] < records
        and time.monotonic() < deadline
    ):
        time.sleep(1)
    time.sleep(1)  # how far publishing got is stored at the next tick
    hand.grounds.stores.save(folder)
    return {
        "records": records,
        "audit_verified": report["consistent"] and report["events"] == records,
        "audit_events": report["events"],
    }


def _report(grounds: Environment) -> dict[str, Any]:
    # Our own process.
    shown = token_headers(grounds.folder / "audit")
    asked = urllib.request.Request(f"{grounds.url('audit')}/v1/verify", headers=shown)
    with urllib.request.urlopen(asked, timeout=300) as answer:
        report: dict[str, Any] = json.load(answer)
    return report


def summed(done: Sequence[Inflicted]) -> dict[str, Any]:
    """How many faults of each kind, and how long after them new work came out."""
    kinds = sorted({one.kind for one in done})
    by_kind = {
        kind: quantiles(
            [one.recovery_s for one in done if one.kind == kind and one.recovery_s is not None]
        )
        for kind in kinds
    }
    return {
        "kills": dict(sorted(Counter(one.kind for one in done).items())),
        "stopped_in_transaction": sum(one.in_transaction for one in done),
        "recovery_s": quantiles([one.recovery_s for one in done if one.recovery_s is not None])
        | {"by_kind": by_kind},
        "not_recovered": [f"{one.kind} of {one.target}" for one in done if one.recovery_s is None],
        "faults": [one._asdict() for one in done],
    }


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99 (of fewer than a hundred: the longest) and max; nothing of nothing."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p99": ordered[-(len(ordered) // 100) - 1],
        "max": ordered[-1],
    }
