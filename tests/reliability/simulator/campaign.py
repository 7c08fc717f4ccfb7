"""Many seeds on several processes; what came of them adds up, so that a long campaign can be
stopped and gone on with.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Any

from tests.reliability.simulator.faults import Plan
from tests.reliability.simulator.run import Ran, run

CHUNK = 25


@dataclass
class Tally:
    """What came of seeds: `ranges` of them (first, behind the last), sums, and those that violated
    an invariant.
    """

    ranges: list[list[int]] = field(default_factory=list)
    seeds: int = 0
    steps: int = 0
    cpu_s: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    seeds_with: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def load(cls, path: Path | None) -> Tally:
        """The tally in a file, if there is one."""
        if path is None or not path.exists():
            return cls()
        told = json.loads(path.read_text())
        faults, seeds_with = Counter(told["faults"]), Counter(told["seeds_with"])
        return cls(
            told["ranges"],
            told["seeds"],
            told["steps"],
            told["cpu_s"],
            faults,
            seeds_with,
            told["failures"],
        )

    def save(self, path: Path) -> None:
        """Replaces the file whole."""
        told = {
            "seeds": self.seeds,
            "steps": self.steps,
            "violations": len(self.failures),
            "faults": dict(sorted(self.faults.items())),
            "seeds_with": dict(sorted(self.seeds_with.items())),
            "cpu_s": round(self.cpu_s, 1),
            "cpu_s_a_seed": round(self.cpu_s / max(1, self.seeds), 4),
            "ranges": self.ranges,
            "failures": self.failures,
        }
        new = path.with_suffix(".new")
        new.write_text(json.dumps(told, indent=1) + "\n")
        new.replace(path)

    def missing(self, first: int, count: int, size: int = CHUNK) -> list[range]:
        """What of a range of seeds has not been run, in chunks."""
        ran = {
            seed
            for begin, end in self.ranges
            for seed in range(max(begin, first), min(end, first + count))
        }
        rest = [seed for seed in range(first, first + count) if seed not in ran]
        return [range(begin, end) for begin, end in _runs(rest, size)]

    def add(self, seeds: range, ran: Sequence[Ran], cpu_s: float) -> None:
        """Takes in a chunk."""
        self.ranges = [list(run) for run in _runs(sorted({*_each(self.ranges), *seeds}))]
        self.seeds += len(ran)
        self.cpu_s += cpu_s
        for one in ran:
            self.steps += one.steps
            self.faults.update(one.faults)
            self.seeds_with.update(one.faults.keys())
            if one.invariant:
                self.failures.append(
                    {"seed": one.plan.seed, "invariant": one.invariant, "detail": one.detail}
                )


def _each(ranges: Iterable[Sequence[int]]) -> Iterator[int]:
    for begin, end in ranges:
        yield from range(begin, end)


def _runs(seeds: Sequence[int], most: int = 1 << 60) -> Iterator[tuple[int, int]]:
    """Ascending numbers as runs without a gap, no longer than `most`."""
    begin = end = None
    for seed in seeds:
        if begin is None or end is None or seed != end or seed - begin >= most:
            if begin is not None and end is not None:
                yield begin, end
            begin = seed
        end = seed + 1
    if begin is not None and end is not None:
        yield begin, end


def chunk(seeds: range) -> tuple[range, list[Ran], float]:
    """Runs some seeds in this process; with its seconds of processor time."""
    began = process_time()
    ran = [run(Plan(seed)) for seed in seeds]
    return seeds, ran, process_time() - began


def campaign(chunks: Sequence[range], workers: int) -> Iterator[tuple[range, list[Ran], float]]:
    """Runs chunks on so many processes; each as it is done."""
    if workers == 1:
        yield from map(chunk, chunks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(chunk, chunks)
