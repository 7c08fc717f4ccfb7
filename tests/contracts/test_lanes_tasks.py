"""Tasks of one queue run in the order of their decisions, whatever becomes of the process; one that
keeps failing shows in the store.
"""

from __future__ import annotations

from typing import Any

from shared.errors import Unavailable
from shared.lanes.service import CaseService
from tests.contracts.toy import Order, Tally, intake
from tests.contracts.world import Node, World

NAMES = ["zoe", "ann", "mia", "bob"]
OPEN = "SELECT key, queue, error FROM task ORDER BY turn"


class Outside:
    """What tasks do to the world; `away` are those that fail."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.away: dict[str, Exception] = {}
        self.service: CaseService[Tally] = intake()
        self.service.tasks["count"] = self._run

    def _run(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.done.append(payload["text"])
        if error := self.away.get(payload["text"]):
            raise error
        return {"n": 2}


def asked(world: World, node: Node) -> None:
    """A task of one queue for each name, decided in one batch for the first two."""
    for pair in (NAMES[:2], NAMES[2:]):
        for name in pair:
            world.submit(Order(name, 3, name, "queued"))
        node.settle()


def test_tasks_of_a_queue_run_in_the_order_of_their_decisions(world: World) -> None:
    outside = Outside()
    node = world.start(outside.service)
    asked(world, node)
    assert outside.done == NAMES
    assert world.stores.rows("intake", OPEN) == []


def test_the_next_owner_goes_on_in_the_same_order(world: World) -> None:
    outside = Outside()
    node = world.start(outside.service, patient=True)
    asked(world, node)
    assert [row[0] for row in world.stores.rows("intake", OPEN)] == NAMES
    world.restart(node).settle()
    assert outside.done == NAMES
    assert world.stores.rows("intake", OPEN) == []


def test_a_task_whose_result_is_lost_runs_again_before_the_next_begins(world: World) -> None:
    outside = Outside()
    node = world.start(outside.service, patient=True)
    asked(world, node)
    node.pool.run()
    world.restart(node).settle()
    assert outside.done == [NAMES[0], *NAMES]


def test_a_task_that_keeps_failing_says_why_in_the_store_until_it_is_done(world: World) -> None:
    outside = Outside()
    outside.away[NAMES[0]] = ZeroDivisionError("a name that nobody may read")
    node = world.start(outside.service)
    asked(world, node)
    assert outside.done == NAMES[:1]
    assert node.engine.health.failing == {"count": 1}
    assert world.stores.rows("intake", OPEN)[:2] == [
        (NAMES[0], "queue", "ZeroDivisionError"),
        (NAMES[1], "queue", ""),
    ]
    outside.away.clear()
    node.seconds += 1
    node.settle()
    assert outside.done == [NAMES[0], *NAMES]
    assert node.engine.health.failing == {"count": 0}
    assert world.stores.rows("intake", OPEN) == []


def test_a_task_that_failed_once_for_what_may_be_back_is_not_failing(world: World) -> None:
    outside = Outside()
    outside.away[NAMES[0]] = Unavailable(code="away")
    node = world.start(outside.service)
    asked(world, node)
    assert node.engine.health.failing == {"count": 0}
    assert {row[2] for row in world.stores.rows("intake", OPEN)} == {""}


def test_a_lane_that_was_taken_away_leaves_its_tasks_to_the_next_owner(world: World) -> None:
    outside = Outside()
    node = world.start(outside.service, patient=True)
    asked(world, node)
    node.source.revoked()
    node.settle()
    node.pool.run()
    node.settle()
    # The first was at work; the second is begun by nobody who does not have the lane.
    assert outside.done == NAMES[:1]
    assert [row[0] for row in world.stores.rows("intake", OPEN)] == NAMES
