"""One soak: the peak is measured, then a share of it is sent for minutes, through an outage of the
broker and one of the database.

The peak is what a machine keeps up for minutes, not what a burst of seconds reaches: tables grow
meanwhile, and broker and database tidy up beside it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.testbed.progress import Say
from benchmarks.testbed.synthetic_requests import submissions
from tests.reliability.crash.environment import Environment, real
from tests.reliability.crash.outages import Outages
from tests.reliability.crash.watch import OutputWatch
from tests.reliability.crash.workload import Workload
from tests.reliability.soak.sampling import (
    EVERY_SECONDS,
    Sample,
    Sampler,
    caught_up,
    grown,
    slopes,
    usual,
)

WARM_CASES, BURST_CASES, UNDER_WAY = 200, 1_500, 1_000
"""How many cases warm everything up, how many say roughly how fast it is, and how many are under
way all the time while the peak is measured.
"""
FULL_PEAK, FULL_OUTAGE = 180.0, 120.0
LETTERS = 2
SERVERS = ("broker", "database")
SHOWN = 15
"""One sample of so many is written down, which is one every half minute."""
PATIENCE = 600.0


class Sizes(NamedTuple):
    """How long the steady load lasts, which share of the measured peak it is, and which servers go
    away meanwhile, one after the other.
    """

    minutes: float
    share: float
    without: tuple[str, ...] = SERVERS

    @property
    def outage(self) -> float:
        """Seconds that the broker, and then the database, is away: two minutes of twenty, and less
        in proportion.
        """
        return min(FULL_OUTAGE, self.minutes * 60 / 10)

    @property
    def peak(self) -> float:
        """Seconds for which the peak is measured: three minutes before twenty, and less in
        proportion.
        """
        return min(FULL_PEAK, self.minutes * 60 * 3 / 20)


class Outage(NamedTuple):
    """When a server was taken away and when it was back, in monotonic seconds."""

    of: str
    began: float
    ended: float


def soak(sizes: Sizes, say: Say) -> dict[str, Any]:
    """Runs on a Kafka and a PostgreSQL of its own; the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="priorauth-soak-") as folder,
        real(Path(folder)) as grounds,
    ):
        if grounds.outages is None:
            raise ValueError(
                "A soak takes broker and database away: unset PRIORAUTH_BROKER and "
                "PRIORAUTH_BENCH_POSTGRES."
            )
        grounds.start_all()
        watch = OutputWatch(grounds.broker)
        watch.start()
        say("measuring the peak")
        _burst(grounds, watch, WARM_CASES, 0)
        peak = _peak(grounds, watch, _burst(grounds, watch, BURST_CASES, WARM_CASES), sizes.peak)
        rate = peak * sizes.share
        stream = Workload(
            grounds.broker, submissions(int(rate * sizes.minutes * 60), run="soak-"), rate
        )
        before = watch.history.issued // LETTERS
        sampler = Sampler(
            {name: process.pid for name, process in grounds.processes.items()},
            lambda: before + len(stream.at) - watch.history.issued // LETTERS,
        )
        outages = _through(stream, sampler, grounds.outages, sizes, say)
        say("waiting for the last letters")
        _await(watch, before + len(stream.at))
        time.sleep(2 * EVERY_SECONDS)
        sampler.end()
        watch.end()
        return (
            {
                "where": grounds.name,
                "minutes": sizes.minutes,
                "peak_per_s": round(peak, 1),
                "rate_per_s": round(rate, 1),
            }
            | figures(sampler.samples, outages, peak, rate)
            | _outcome(watch, before + len(stream.at), grounds)
        )


def _burst(grounds: Environment, watch: OutputWatch, count: int, before: int) -> float:
    """Cases a second when all are sent at once, up to the last letter."""
    began = time.monotonic()
    stream = Workload(grounds.broker, submissions(count, run=f"burst{before}-"), 1e6)
    stream.allow(count)
    stream.start()
    stream.join()
    _await(watch, before + count)
    return count / (time.monotonic() - began)


def _peak(grounds: Environment, watch: OutputWatch, burst: float, seconds: float) -> float:
    """Cases a second that get their letters while `UNDER_WAY` others wait for theirs all the time;
    the first third does not count.
    """
    requests = submissions(int(burst * seconds) + UNDER_WAY, run="peak-")
    stream = Workload(grounds.broker, requests, 1e6)
    before = watch.history.issued // LETTERS
    course = [(time.monotonic(), 0)]
    stream.start()
    while (now := time.monotonic()) < course[0][0] + seconds and course[-1][1] + UNDER_WAY < len(
        requests
    ):
        course.append((now, watch.history.issued // LETTERS - before))
        stream.allow(course[-1][1] + UNDER_WAY)
        time.sleep(0.02)
    stream.end()
    _await(watch, before + len(stream.at))
    return pace(course)


def pace(course: Sequence[tuple[float, int]]) -> float:
    """Cases a second behind the first third of a course of (seconds, cases so far)."""
    settled = course[0][0] + (course[-1][0] - course[0][0]) / 3
    counted = [look for look in course if look[0] >= settled]
    return (counted[-1][1] - counted[0][1]) / (counted[-1][0] - counted[0][0])


def _await(watch: OutputWatch, cases: int) -> None:
    """Waits until so many cases have their letters, or until nothing has come for long."""
    while watch.history.issued < LETTERS * cases and time.monotonic() - watch.moved < PATIENCE:
        time.sleep(0.1)


def _through(
    stream: Workload, sampler: Sampler, outages: Outages, sizes: Sizes, say: Say
) -> list[Outage]:
    """The steady load; one server is away after a third of it, the other after two."""
    stream.allow(1 << 40)
    began = time.monotonic()
    stream.start()
    sampler.start()
    found = []
    for n, name in enumerate(sizes.without, 1):
        say(f"steady, then without the {name}")
        time.sleep(
            max(0.0, began + n * sizes.minutes * 60 / (len(sizes.without) + 1) - time.monotonic())
        )
        gone = time.monotonic()
        outages.kill(name)
        time.sleep(sizes.outage)
        outages.start(name)
        found.append(Outage(name, gone, time.monotonic()))
    say("steady")
    stream.join()
    return found


def figures(
    samples: list[Sample], outages: list[Outage], peak: float, rate: float
) -> dict[str, Any]:
    """Memory, descriptors and lag.

    `calm` is the time without an outage or what gathered in one, but for the beginning, when caches
    fill; `least_possible_s`: what the peak needs for what gathered, with the load going on.
    """
    first = [sample for sample in samples if not outages or sample.at < outages[0].began]
    settled = first[len(first) // 2].at
    most = max(usual([sample for sample in first if sample.at >= settled]), 1)
    lags = {outage: caught_up(samples, outage.ended, most) for outage in outages}
    calm = [
        sample
        for sample in samples
        if sample.at >= settled
        and not any(_upset(sample, outage, lag) for outage, lag in lags.items())
    ]
    after = [sample for sample in samples if not outages or sample.at > outages[-1].ended]
    return {
        "rss_slope_mb_per_10_min": {"whole": slopes(samples), "calm": slopes(calm)},
        "calm_minutes": round(len(calm) * EVERY_SECONDS / 60, 1),
        "rss_mb": {
            name: [round(samples[0].memory[name], 1), round(samples[-1].memory[name], 1)]
            for name in samples[0].memory
        },
        "course": [_shown(sample, samples[0].at) for sample in samples[::SHOWN]],
        "descriptors_grown": grown(samples[len(samples) // 10 :]),
        "cases_under_way": {
            "usual": most,
            "most": max(sample.under_way for sample in samples),
            "last": after[-1].under_way if after else None,
        },
        "outages": [
            {
                "of": outage.of,
                "seconds": round(outage.ended - outage.began, 1),
                "lag_zero_s": lag,
                "least_possible_s": round(
                    (outage.ended - outage.began) * rate / max(peak - rate, 0.001), 1
                ),
            }
            for outage, lag in lags.items()
        ],
    }


def _shown(sample: Sample, begin: float) -> dict[str, Any]:
    memory = {name: round(megabytes) for name, megabytes in sample.memory.items()}
    return {"second": round(sample.at - begin), "under_way": sample.under_way, "rss_mb": memory}


def _upset(sample: Sample, outage: Outage, lag: float | None) -> bool:
    """Whether a sample falls into an outage, or into the time until its lag was gone."""
    return outage.began <= sample.at and (lag is None or sample.at <= outage.ended + lag)


def _outcome(watch: OutputWatch, cases: int, grounds: Environment) -> dict[str, Any]:
    history = watch.history
    effects = (history.received, history.determined, history.lines, history.letters)
    return {
        "cases": cases,
        "lost": max(
            cases - len(history.received),
            cases - len(history.determined),
            cases - history.issued // LETTERS,
        ),
        "duplicate_effects": sum(
            len(events) - 1 for effect in effects for events in effect.values()
        ),
        "reordered": len(history.gaps),
        "ended_by_themselves": [
            name for name, process in grounds.processes.items() if process.poll() is not None
        ],
    }
