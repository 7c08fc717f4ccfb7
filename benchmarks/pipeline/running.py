"""Four processes of a contestant: started, watched, and ended; nothing else is touched."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pipeline.contestants import SERVICES, Contestant
from benchmarks.testbed.keys import written
from benchmarks.testbed.machine import cpu_seconds
from benchmarks.testbed.servers import ROOT, Servers, databases
from benchmarks.testbed.tokens import trusting
from benchmarks.testbed.topics import topics, wait_for_groups
from shared.access.local_issuer import local_issuer

SETTLE = 1.5


class Stopped(Exception):
    """A process of a contestant ended before its work was done."""


@dataclass(frozen=True)
class Running:
    """A contestant at work."""

    contestant: Contestant
    servers: Servers
    processes: Mapping[str, subprocess.Popen[bytes]]
    databases: Mapping[str, str]
    folder: Path
    servers_seen: Mapping[str, int]

    def check(self) -> None:
        """Raises `Stopped`, with the end of its log, when a process is gone."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                tail = "\n".join(
                    (self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-15:]
                )
                raise Stopped(
                    f"{self.contestant.name}: {name} ended with {process.returncode}:\n{tail}"
                )

    def spent(self) -> dict[str, float]:
        """Processor seconds so far, per process; broker and database where they can be seen."""
        pids = {name: process.pid for name, process in self.processes.items()}
        return {name: cpu_seconds(pid) for name, pid in {**pids, **self.servers_seen}.items()} | {
            "driver": time.process_time()
        }


@contextmanager
def running(contestant: Contestant, servers: Servers, folder: Path) -> Iterator[Running]:
    """Fresh topics, databases and processes, all gone afterwards."""
    names = {service: f"bench_{contestant.name}_{service}_{os.getpid()}" for service in SERVICES}
    with (
        topics(servers.broker, contestant.topics),
        databases(servers.postgres, list(names.values())) as made,
    ):
        # A service refuses a state folder that others can look into.
        folder.chmod(0o700)
        urls = {service: made[name] for service, name in names.items()}
        processes: dict[str, subprocess.Popen[bytes]] = {}
        seen = {name: pid for name, pid in servers.pids().items() if pid is not None}
        at_work = Running(contestant, servers, processes, urls, folder, seen)
        try:
            for service in SERVICES:
                contestant.prepare(service, urls[service])
                processes[service] = start(at_work, service)
            wait_for_groups(servers.broker, contestant.groups, at_work.check)
            time.sleep(SETTLE)
            at_work.check()
            yield at_work
        finally:
            end(processes)


def environment(at_work: Running, service: str) -> dict[str, str]:
    """What a process of the contestant finds in its environment."""
    own = {
        "PRIORAUTH_BROKER": at_work.servers.broker,
        "PRIORAUTH_DATABASE_URL": at_work.databases[service],
        "PRIORAUTH_STATE": str(at_work.folder),
        "PRIORAUTH_KEYS": str(written(at_work.folder / "keys")),
        "PRIORAUTH_INSTANCE": f"bench-{os.getpid()}-{service}",
        "PRIORAUTH_HTTP_PORT": "0",
    }
    tokens = trusting(local_issuer(at_work.folder))
    return {**os.environ, **at_work.contestant.environment, **tokens, **own}


def start(at_work: Running, service: str) -> subprocess.Popen[bytes]:
    """One process, its output in the run's folder."""
    settings = environment(at_work, service)
    with (at_work.folder / f"{service}.log").open("wb") as log:
        return subprocess.Popen(
            at_work.contestant.command(service, settings),
            cwd=ROOT,
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def end(processes: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Asks them to stop, and after a while makes them."""
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
