"""Looks at the services' processes every so often, and what a series of looks comes to."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
EVERY_SECONDS = 2.0
TEN_MINUTES = 600.0


class Sample(NamedTuple):
    """One look: monotonic seconds, how many cases were under way, and of every process its resident
    memory (MB) and open descriptors.
    """

    at: float
    under_way: int
    memory: dict[str, float]
    descriptors: dict[str, int]


class Sampler(threading.Thread):
    """Takes samples until it is ended."""

    def __init__(self, pids: Mapping[str, int], under_way: Callable[[], int]) -> None:
        super().__init__(name="sampler", daemon=True)
        self.samples: list[Sample] = []
        self._pids = pids
        self._under_way = under_way
        self._ending = threading.Event()

    def run(self) -> None:
        """Looks, and looks again."""
        while not self._ending.wait(EVERY_SECONDS):
            memory = {name: resident(pid) for name, pid in self._pids.items()}
            descriptors = {
                name: len(list((PROC / str(pid) / "fd").iterdir()))
                for name, pid in self._pids.items()
            }
            self.samples.append(Sample(time.monotonic(), self._under_way(), memory, descriptors))

    def end(self) -> None:
        """Looks no more."""
        self._ending.set()
        self.join()


def resident(pid: int) -> float:
    """A process's resident memory in MB (2**20 bytes)."""
    fields = dict(
        line.split(":", 1)
        for line in (PROC / str(pid) / "status").read_text().splitlines()
        if ":" in line
    )
    return int(fields["VmRSS"].split()[0]) / 1024


def slopes(samples: Sequence[Sample]) -> dict[str, float]:
    """By how many MB each process grows in ten minutes, as a straight line through its samples has
    it.
    """
    times = [sample.at for sample in samples]
    return {
        name: round(_slope(times, [sample.memory[name] for sample in samples]) * TEN_MINUTES, 2)
        for name in samples[0].memory
    }


def _slope(times: Sequence[float], values: Sequence[float]) -> float:
    return statistics.linear_regression(times, values).slope


def grown(samples: Sequence[Sample]) -> dict[str, int]:
    """How many descriptors more each process holds at the end than at the beginning, by the medians
    of the first and last tenth.
    """
    tenth = max(1, len(samples) // 10)
    return {
        name: int(
            statistics.median(s.descriptors[name] for s in samples[-tenth:])
            - statistics.median(s.descriptors[name] for s in samples[:tenth])
        )
        for name in samples[0].descriptors
    }


def usual(samples: Sequence[Sample]) -> int:
    """How many cases are under way at most when nothing is wrong: what nineteen samples of twenty
    do not pass.
    """
    ordered = sorted(sample.under_way for sample in samples)
    return ordered[len(ordered) * 19 // 20]


def caught_up(samples: Sequence[Sample], since: float, most: int) -> float | None:
    """Seconds from `since` until no more than `most` cases were under way; None if that did not
    come.
    """
    return next(
        (
            round(sample.at - since, 1)
            for sample in samples
            if sample.at > since and sample.under_way <= most
        ),
        None,
    )
