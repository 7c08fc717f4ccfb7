"""How many events a second each hop of the ceiling reads when it is alone: what makes it a
ceiling.
"""

from __future__ import annotations

import subprocess
from subprocess import PIPE

from confluent_kafka import Consumer

from benchmarks.pipeline.ceiling.hop import CONSUMES, TOPICS
from benchmarks.pipeline.contestants import hop_command
from benchmarks.pipeline.record import Recorded
from benchmarks.pipeline.running import Running, end, environment
from benchmarks.testbed.servers import ROOT
from benchmarks.testbed.topics import quiet_ends

LIMIT = 120


def hops_alone(at_work: Running, recorded: Recorded) -> dict[str, dict[str, int]]:
    """Each hop over its whole input, one after another, its output to a topic that nobody reads:
    events a second, and a second of its loop's CPU.

    The chained processes are ended first, once they have produced all. On a machine that others
    use, the second figure is the one that counts.
    """
    quiet_ends(
        Consumer({"bootstrap.servers": at_work.servers.broker, "group.id": "bench-hops"}), TOPICS
    )
    end(at_work.processes)
    paces = {hop: _alone(at_work, recorded, hop) for hop in CONSUMES}
    return {
        name: {hop: pace[at] for hop, pace in paces.items()}
        for at, name in enumerate(("hops_events_per_s", "hops_events_per_cpu_s"))
    }


def _alone(at_work: Running, recorded: Recorded, hop: str) -> tuple[int, int]:
    settings = environment(at_work, hop)
    command = hop_command(hop, settings, recorded.path, f"ceiling-alone-{hop}")
    alone = [*command, "--once", str(recorded.inputs(hop)), "--divert", "ceiling.scratch"]
    done = subprocess.run(
        alone, cwd=ROOT, env=settings, check=True, stdout=PIPE, text=True, timeout=LIMIT
    )
    _, wall, cpu = done.stdout.split()
    return int(wall), int(cpu)
