"""Measures the pipeline: ours, the tutorial baseline and the ceiling, one after another on the same
broker and database.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import psycopg
from confluent_kafka import KafkaException
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.pipeline import contestants
from benchmarks.pipeline.hops import hops_alone
from benchmarks.pipeline.latency import latency
from benchmarks.pipeline.record import Recorded, record
from benchmarks.pipeline.report import show
from benchmarks.pipeline.running import Stopped, running
from benchmarks.pipeline.throughput import Progress as Note
from benchmarks.pipeline.throughput import run
from benchmarks.pipeline.warming import ROUNDS, warm_broker
from benchmarks.testbed.machine import machine
from benchmarks.testbed.servers import Servers, servers
from benchmarks.testbed.synthetic_requests import Submission, submissions
from benchmarks.testbed.topics import TopicsTaken

WARM_UP = 200
TROUBLE = (
    Stopped,
    TopicsTaken,
    TimeoutError,
    OSError,
    SubprocessError,
    psycopg.Error,
    KafkaException,
)


class Measurement:
    """One run over all contestants; figures are gathered as they come."""

    def __init__(
        self, at: Servers, given: argparse.Namespace, folder: Path, bars: Progress
    ) -> None:
        self.at, self.given, self.folder, self.bars = at, given, folder, bars
        self.figures: dict[str, Any] = {
            "machine": machine(),
            **at.described(),
            "cases": given.cases,
            "cpu_s_per_1000_cases": {},
        }

    def bar(self, words: str, total: int) -> Note:
        """A progress bar; call it with how many are done."""
        task = self.bars.add_task(words, total=total)
        return lambda done: self.bars.update(task, completed=done)

    def throughput(self, at_work: Any, count: int) -> None:
        """A contestant's pace and cost; a few cases before that warm it up."""
        name = at_work.contestant.name
        first = warm_up(count)
        run(at_work, first, lambda _: None)
        found = run(at_work, submissions(count), self.bar(name, count), already=len(first))
        self.figures["cpu_s_per_1000_cases"][name] = found.pop("cpu_s_per_1000_cases")
        self.figures[name] = found

    def ours(self) -> Recorded:
        """Our services: throughput, what they published, latency at light load."""
        count = self.given.cases
        with running(contestants.ours(), self.at, self._folder("ours")) as at_work:
            self.throughput(at_work, count)
            sent = [one.reference for one in (*warm_up(count), *submissions(count))]
            recorded = record(self.at.broker, sent, self.folder / "recording.jsonl")
            light = self.given.rate * self.given.seconds
            if light:
                self.figures["latency_ms"] = latency(
                    at_work,
                    submissions(light, run="light-"),
                    self.given.rate,
                    self.bar("ours, light load", light),
                )
        self.figures["events"] = {
            "per_case": round(sum(recorded.per_topic.values()) / len(sent), 2),
            "mean_bytes": recorded.mean_bytes,
        }
        return recorded

    def baseline(self) -> None:
        """The tutorial's services."""
        with running(contestants.baseline(), self.at, self._folder("baseline")) as at_work:
            self.throughput(at_work, min(self.given.baseline_cases, self.given.cases))

    def ceiling(self, recorded: Recorded) -> None:
        """The bare loops: chained, then each hop alone."""
        with running(
            contestants.ceiling(recorded.path), self.at, self._folder("ceiling")
        ) as at_work:
            self.throughput(at_work, self.given.cases)
            self.figures["ceiling"] |= hops_alone(at_work, recorded)

    def ratios(self) -> None:
        """Ours by the others."""
        for name in ("baseline", "ceiling"):
            if name in self.figures:
                self.figures[f"ratio_to_{name}"] = round(
                    self.figures["ours"]["cases_per_s"] / self.figures[name]["cases_per_s"], 3
                )

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def warm_up(count: int) -> list[Submission]:
    """The cases that go through before the clock starts, in addition."""
    return submissions(min(WARM_UP, count), run="warm-up-")


def main() -> int:
    """Runs what was asked for; 0 when every contestant came through."""
    given = _given()
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:>18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    folder = Path(tempfile.mkdtemp(prefix="priorauth-bench-"))
    try:
        with servers() as at, Progress(*columns, console=console) as bars:
            measured = Measurement(at, given, folder, bars)
            warm_broker(at.broker, measured.bar("warming the broker", ROUNDS))
            recorded = measured.ours()
            if "baseline" in given.only:
                measured.baseline()
            if "ceiling" in given.only:
                measured.ceiling(recorded)
            measured.ratios()
    except TROUBLE as trouble:
        console.print(
            f"{trouble}\nThe processes' logs are in {folder}.", markup=False, highlight=False
        )
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    show(console, measured.figures)
    _write(given.json, json.dumps(measured.figures, indent=1))
    return 0


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="priorauth bench pipeline", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument(
        "--cases", type=int, default=2_000, help="requests for ours and the ceiling"
    )
    parser.add_argument(
        "--baseline-cases",
        type=int,
        default=300,
        help="requests for the baseline, which is slow: its cases/s count",
    )
    parser.add_argument("--rate", type=int, default=50, help="requests a second at light load")
    parser.add_argument(
        "--seconds", type=int, default=20, help="how long the light load lasts; 0 leaves it out"
    )
    parser.add_argument(
        "--only",
        nargs="*",
        choices=("baseline", "ceiling"),
        default=("baseline", "ceiling"),
        help="which others run after ours",
    )
    return parser.parse_args()


def _write(path: Path | None, text: str) -> None:
    if path is not None:
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
