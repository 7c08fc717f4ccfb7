"""How a simulation ends: nothing goes wrong any more, what was broken is repaired, and everything
comes to rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.reliability.simulator.unevaluable import UNEVALUABLE
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.world import World

SECOND = 1_000_000


def heal(world: World) -> None:
    """No more faults: whatever was wrong is right again, but for clocks that are off."""
    world.faults.over = True
    while world.ends:
        world.expire(every=True)
    for process in list(world.processes):
        if process.stale:
            world.trouble.tell(process)
    for process in world.processes:
        process.doubt = False
        process.publisher.slow.clear()
        process.hurry()
        process.source.hidden.clear()


def repair(world: World) -> None:
    """What could not be decided or written now can be, and an operator asks for all that is parked
    once more, and that all whose evaluation failed be evaluated again.
    """
    world.repaired = True
    parked = world.disks["criteria"].rows("SELECT value FROM parked WHERE reason = 'bug'")
    must(
        not any(UNEVALUABLE.encode() in bytes(value) for (value,) in parked),
        "what fails to evaluate pends",
        "its record is parked",
    )
    for case_id in sorted({case_id for case_id, _ in world.ledger.unevaluated.versions}):
        world.people.ask_again(case_id)
    for name, disk in world.disks.items():
        disk.repaired = True
        disk.rows("UPDATE parked SET requeued = TRUE WHERE reason != 'waiting'")
        world.note(f"{name} repaired")


def rest(world: World, rounds: int = 400) -> bool:
    """Lets everybody work undisturbed until nothing moves any more; false if that does not come."""
    quiet, before = 0, (-1, -1, -1)
    for _ in range(rounds):
        for process in list(world.processes):
            for _ in range(3):
                world.steps += 1
                world.passes(100_000)
                # What it read may have ended it.
                if process in world.processes:
                    process.step()
            process.pool.run()
        # Some records end their reader without a fault; somebody starts it again.
        world.expire(every=True)
        moved = (world.ledger.appended, world.ledger.commits, world.deaths)
        waiting = any(
            process.troubled or process.source.waiting or process.engine._publishing.backlog
            for process in world.processes
        )
        still, open_tasks = moved == before, world.disks["letters"].rows("SELECT 1 FROM task")
        quiet, before = (quiet + 1 if still and not waiting and not open_tasks else 0), moved
        # Tasks that failed wait for their next attempt.
        if quiet or (still and open_tasks):
            world.passes(11 * SECOND)
        if quiet > 3:
            return True
    return False
