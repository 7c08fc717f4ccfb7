"""Timers fire once, when their lane has read all that came before; results of tasks count
once.
"""

from __future__ import annotations

import json
from datetime import timedelta

from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from tests.contracts.toy import START, Faults, Order, case_of, intake
from tests.contracts.world import Node, World

ANN = case_of("ann")
DUE = START + timedelta(hours=1)
CANCELLED = "pa.intake.request-cancelled.v1"


def test_a_timer_fires_once_when_it_is_due(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    world.clock.at = START + timedelta(minutes=59)
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    world.clock.at = START + timedelta(hours=2)
    node.settle()
    node = world.restart(node)
    node.settle()
    assert world.state("intake", ANN) == ["first", "timer:late"]
    assert [envelope.type for envelope in world.distinct(INTAKE, ANN)].count(CANCELLED) == 1
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM timer") == [(0,)]
    assert world.stores.rows("intake", "SELECT kind FROM lane_batch ORDER BY n") == [
        ("input",),
        ("tick",),
    ]


def test_a_timer_that_was_cancelled_does_not_fire(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "timer"))
    world.submit(Order("ann", 3, "second", "untimer"))
    node.settle()
    world.clock.at = START + timedelta(hours=2)
    node.settle()
    assert world.state("intake", ANN) == ["first", "second"]


def overdue(world: World) -> Node:
    """Intake, with a timer of Ann's that is due and not worked yet."""
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    world.clock.at = START + timedelta(hours=2)
    return node


def test_a_timer_waits_until_its_lane_has_read_everything(world: World) -> None:
    node = overdue(world)
    world.submit(Order("ann", 3, "second", "untimer"))
    node.source.order = lambda _places: []
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    node.source.order = sorted
    node.settle()
    assert world.state("intake", ANN) == ["first", "second"]


def test_a_timer_does_not_fire_while_the_end_of_the_log_is_unknown(world: World) -> None:
    node = overdue(world)
    world.broker._ends[SUBMISSIONS, 3] = -1
    node.settle()
    assert world.state("intake", ANN) == ["first"]


def test_a_timer_that_cannot_be_decided_on_is_tried_again_after_pauses_that_double(
    world: World,
) -> None:
    faults = Faults({f"timer:{ANN}"})
    node = world.start(intake(faults))
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    for tried, minutes in enumerate((0, 1, 2, 4, 8, 16, 32, 64, 124, 184)):
        world.clock.at = DUE + timedelta(minutes=minutes, seconds=-1)
        node.settle()
        assert ticks(world) == tried
        world.clock.at = DUE + timedelta(minutes=minutes)
        node.settle()
        node = world.restart(node)
        node.settle()
        assert ticks(world) == tried + 1
    assert world.state("intake", ANN) == ["first"]
    faults.broken.clear()
    world.clock.at = DUE + timedelta(minutes=244)
    node.settle()
    assert world.state("intake", ANN) == ["first", "timer:late"]
    assert json.loads(world.events(INTAKE, ANN)[-1][1].value or b"")[
        "received_at"
    ] == DUE.isoformat().replace("+00:00", "Z")
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM timer") == [(0,)]


def test_a_timer_that_cannot_be_decided_on_harms_no_other(world: World) -> None:
    node = world.start(intake(Faults({f"timer:{ANN}"})))
    for name in ("abe", "ann", "zoe"):
        world.submit(Order(name, 3, "first", "timer"))
    node.settle()
    world.clock.at = DUE
    node.settle()
    assert [world.state("intake", case_of(name)) for name in ("abe", "ann", "zoe")] == [
        ["first", "timer:late"],
        ["first"],
        ["first", "timer:late"],
    ]
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM timer") == [(1,)]


def test_a_timer_whose_outcome_no_store_takes_is_postponed_and_its_lane_goes_on(
    world: World,
) -> None:
    faults = Faults(unwritable=True)
    node = world.start(intake(faults))
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    world.clock.at = DUE
    world.submit(Order("abe", 3, "later"))
    node.settle()
    assert node.engine.health.refused == {}
    assert (world.state("intake", ANN), world.state("intake", case_of("abe"))) == (
        ["first"],
        ["later"],
    )
    assert world.stores.rows("intake", "SELECT kind FROM lane_batch ORDER BY n")[-1] == (
        "postpone",
    )
    faults.unwritable = False
    world.clock.at = DUE + timedelta(minutes=1)
    node.settle()
    assert world.state("intake", ANN) == ["first", "timer:late"]


def test_the_result_of_a_task_that_no_store_takes_is_made_again(world: World) -> None:
    faults = Faults(unwritable=True)
    node = world.start(intake(faults), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    node.pool.run()
    node.settle()
    assert node.engine.health.refused == {}
    assert (
        world.state("intake", ANN),
        world.stores.rows("intake", "SELECT COUNT(*) FROM task"),
    ) == (["first"], [(1,)])
    faults.unwritable = False
    node = world.restart(node)
    node.settle()
    node.pool.run()
    node.settle()
    assert world.state("intake", ANN) == ["first", "done:first"]


def ticks(world: World) -> int:
    """How many batches of timers were worked."""
    count: int = world.stores.rows("intake", "SELECT COUNT(*) FROM lane_batch WHERE kind = 'tick'")[
        0
    ][0]
    return count


def test_a_timer_that_was_postponed_can_still_be_cancelled(world: World) -> None:
    node = world.start(intake(Faults({f"timer:{ANN}"})))
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    world.clock.at = DUE
    node.settle()
    world.submit(Order("ann", 3, "second", "untimer"))
    node.settle()
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM timer") == [(0,)]


def test_time_never_goes_backwards_in_a_lane(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first"))
    node.settle()
    world.clock.at = START - timedelta(hours=1)
    node = world.restart(node)
    world.submit(Order("ann", 3, "second"))
    node.settle()
    assert [envelope.time for envelope in world.distinct(INTAKE, ANN)] == [START.isoformat()] * 2


def test_the_result_of_a_task_comes_in_once(world: World) -> None:
    node = world.start(intake(), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    node.pool.run()
    node.settle()
    assert world.state("intake", ANN) == ["first", "done:first"]
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM task") == [(0,)]


def test_a_task_that_ran_twice_counts_once(world: World) -> None:
    node = world.start(intake(), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    node.pool.run()
    done = node.source.take(0)
    assert done is not None
    node.source.put(done)
    node.source.put(done)
    node.settle()
    assert world.state("intake", ANN) == ["first", "done:first"]
    assert len(world.events(INTAKE, ANN)) == 2


def test_a_task_that_did_not_end_runs_again_with_the_next_owner(world: World) -> None:
    node = world.start(intake(), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    world.restart(node).settle()
    assert world.state("intake", ANN) == ["first", "done:first"]


def test_a_result_that_was_lost_on_the_way_is_made_again(world: World) -> None:
    node = world.start(intake(), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    node.pool.run()
    node.engine.recover()
    node.pool.run()
    node.settle()
    assert world.state("intake", ANN) == ["first", "done:first"]


def test_a_result_that_cannot_be_decided_on_leaves_its_task_to_the_next_owner(world: World) -> None:
    faults = Faults({"done:first"})
    node = world.start(intake(faults))
    world.submit(Order("ann", 3, "first", "task"))
    world.submit(Order("bob", 3, "second", "task"))
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    assert world.state("intake", case_of("bob")) == ["second", "done:second"]
    assert world.stores.rows("intake", "SELECT key FROM task") == [("first",)]
    faults.broken.clear()
    world.restart(node).settle()
    assert world.state("intake", ANN) == ["first", "done:first"]
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM task") == [(0,)]


def test_a_task_that_fails_stays_open(world: World) -> None:
    service = intake(Faults())
    service.tasks["count"] = lambda _payload: {"n": 1 // 0}
    node = world.start(service)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM task") == [(1,)]


def test_a_task_that_failed_is_tried_again_without_a_restart(world: World) -> None:
    service, full = intake(Faults()), [True]
    service.tasks["count"] = lambda payload: {"n": payload["n"] // (not full[0])}
    node = world.start(service)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    full[0] = False
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    node.seconds += 1
    node.settle()
    assert world.state("intake", ANN) == ["first", "done:first"]
