"""Runs seeds: each in a world of its own, to its end or to the first violation."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count

import structlog

from shared.json_bounds import MAX_VALUE
from shared.lanes.batch import handover, outcome_writer
from tests.reliability.simulator import ending
from tests.reliability.simulator.cases import LARGEST
from tests.reliability.simulator.faults import Plan
from tests.reliability.simulator.resting import heal, repair, rest
from tests.reliability.simulator.trouble import DAY
from tests.reliability.simulator.violated import Violated, must
from tests.reliability.simulator.world import World

COLLECTED = 50
"""Worlds after which a process looks for cyclic garbage: a world is full of it."""
_RUNS = count(1)


@dataclass(frozen=True)
class Ran:
    """What came of a seed: how often it stepped, its faults by kind, the sum of its trace, and the
    invariant that broke, if one did.
    """

    plan: Plan
    steps: int
    faults: dict[str, int]
    trace: int
    invariant: str = ""
    detail: str = ""
    story: tuple[str, ...] = ()


@cache
def prepared() -> None:
    """Once a process: no log lines, no broker of 10 MiB records, no cyclic collector.

    A process with other work takes it back (`restored`).
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    outcome_writer.MAX_VALUE = handover.MAX_VALUE = LARGEST  # type: ignore[attr-defined]
    gc.disable()


@contextmanager
def restored() -> Iterator[None]:
    """Leaves the process as it was found, whatever was simulated meanwhile."""
    logs, largest, collecting = structlog.get_config(), MAX_VALUE, gc.isenabled()
    try:
        yield
    finally:
        structlog.configure(**logs)
        outcome_writer.MAX_VALUE = handover.MAX_VALUE = largest  # type: ignore[attr-defined]
        prepared.cache_clear()
        if collecting:
            gc.enable()


def run(plan: Plan, *, tell: bool = False) -> Ran:
    """Runs a seed; `tell` keeps its story, line by line."""
    prepared()
    world = World(plan)
    if tell:
        world.story = []
    invariant = detail = ""
    try:
        _live(world)
    except Violated as violated:
        invariant, detail = violated.invariant, str(violated)
    except Exception as error:  # noqa: BLE001 - whatever comes out of an engine's step is a finding
        invariant, detail = "no engine breaks", f"{type(error).__name__}: {error}"
    if next(_RUNS) % COLLECTED == 0:
        gc.collect()
    return Ran(
        plan,
        world.steps,
        dict(+world.faults.counts),
        world.trace,
        invariant,
        detail,
        tuple(world.story or ()),
    )


def _live(world: World) -> None:
    """The disturbed part, then rest, repair, and a month in which every timer goes off."""
    for _ in range(world.plan.steps):
        world.step()
    world.people.open_rest()
    heal(world)
    must(rest(world), "backlog drains", "it does not come to rest")
    repair(world)
    must(rest(world), "backlog drains", "it does not come to rest after the repair")
    world.now += 30 * DAY
    must(rest(world), "backlog drains", "it does not come to rest after a month")
    ending.check(world)
