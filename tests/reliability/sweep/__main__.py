"""`python -m tests.reliability.sweep`: every point of every service and event; a sweep that was
interrupted goes on where its file ends.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from benchmarks.testbed.progress import Say, progress
from shared.settings import SERVICES
from tests.reliability.sweep import full_disk, recording, whole_process
from tests.reliability.sweep.results import Result, Results, told
from tests.reliability.sweep.starting_points import Scene, Stage
from tests.reliability.sweep.stores import PostgresStores, SqliteStores, Stores
from tests.reliability.sweep.sweeping import Sweep
from tests.reliability.sweep.tracing import FAULTS, Processes

STORES, WHOLE = ("sqlite", "postgres"), (whole_process.ON, full_disk.ON)


def main() -> int:
    """Runs what is asked for and is not in the file yet; 0 if no point failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", type=Path)
    parser.add_argument("--service", choices=SERVICES)
    parser.add_argument("--event", default="")
    parser.add_argument("--fault", choices=tuple(FAULTS))
    parser.add_argument("--on", choices=(*STORES, *WHOLE))
    parser.add_argument("--points", type=int, default=0)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended
    console, results = Console(stderr=True), Results(given.json)
    with (
        tempfile.TemporaryDirectory(prefix="priorauth-sweep-") as folder,
        progress(console, "sweep") as say,
    ):
        say("recording")
        for group in _swept(given, Path(folder), results, say):
            results.add(group)
            console.print(told(group))
    sys.stdout.write(json.dumps(results.summary(), indent=1) + "\n")
    return 1 if results.failed else 0


def _swept(given: argparse.Namespace, folder: Path, results: Results, say: Say) -> Iterator[Result]:
    """One group after another: engines on each kind of store, then whole processes."""
    services = (given.service,) if given.service else SERVICES
    if given.on not in WHOLE:
        yield from _engines(given, services, (folder, results), say)
    if given.event or given.fault == "eio":
        return
    if given.on in (None, whole_process.ON) and given.fault != full_disk.FAULT:
        left = tuple(
            service
            for service in services
            if not results.has(whole_process.ON, service, whole_process.EVENT, whole_process.FAULT)
        )
        yield from map(
            asdict,
            whole_process.sweep(folder / whole_process.ON, left, given.points, say) if left else (),
        )
    if given.on in (None, full_disk.ON) and given.fault != whole_process.FAULT:
        left = tuple(
            service
            for service in services
            if not results.has(full_disk.ON, service, full_disk.EVENT, full_disk.FAULT)
        )
        yield from map(asdict, full_disk.sweep(folder / full_disk.ON, left, say) if left else ())


def _engines(
    given: argparse.Namespace, services: tuple[str, ...], kept: tuple[Path, Results], say: Say
) -> Iterator[Result]:
    """Every scene of the services, under every fault that was not swept before."""
    folder, results = kept
    processes, faults = Processes(), (given.fault,) if given.fault else tuple(FAULTS)
    heard = recording.made(processes, folder / "recording")
    for stores in _stores(given.on):
        stage = Stage(stores, processes, folder / stores.name)
        for service in services:
            for scene in stage.scenes(service, heard, given.event):
                left = [
                    fault
                    for fault in faults
                    if not results.has(stores.name, service, scene.event, fault)
                ]
                yield from _scene(stage, scene, left, given.points, say)


def _scene(stage: Stage, scene: Scene, faults: list[str], most: int, say: Say) -> Iterator[Result]:
    if faults:
        sweep = Sweep(stage, scene)
        for fault in faults:
            if points := sweep.points(fault, most):
                yield asdict(sweep.run(points, say))


def _stores(on: str | None) -> list[Stores]:
    """SQLite, and PostgreSQL where `PRIORAUTH_TEST_POSTGRES` names a server."""
    server = os.environ.get("PRIORAUTH_TEST_POSTGRES")
    found: list[Stores] = [SqliteStores(), *([PostgresStores(server)] if server else [])]
    return [stores for stores in found if on in (None, stores.name)]


if __name__ == "__main__":
    sys.exit(main())
