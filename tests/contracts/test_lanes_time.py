"""Timers fire once, when their lane has read all that came before; results of effects count once."""

from __future__ import annotations

from datetime import timedelta

from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from tests.contracts.toy import START, Faults, Order, case_of, intake
from tests.contracts.world import World

ANN = case_of("ann")
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
    assert world.stores.rows("intake", "SELECT kind FROM lane_batch ORDER BY n") == [("input",), ("tick",)]


def test_a_timer_that_was_cancelled_does_not_fire(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "timer"))
    world.submit(Order("ann", 3, "second", "untimer"))
    node.settle()
    world.clock.at = START + timedelta(hours=2)
    node.settle()
    assert world.state("intake", ANN) == ["first", "second"]


def test_a_timer_waits_until_its_lane_has_read_everything(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    world.clock.at = START + timedelta(hours=2)
    world.submit(Order("ann", 3, "second", "untimer"))
    node.source.order = lambda _places: []
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    node.source.order = sorted
    node.settle()
    assert world.state("intake", ANN) == ["first", "second"]


def test_a_timer_does_not_fire_while_the_end_of_the_log_is_unknown(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "timer"))
    node.settle()
    world.clock.at = START + timedelta(hours=2)
    world.broker._ends[SUBMISSIONS, 3] = -1
    node.settle()
    assert world.state("intake", ANN) == ["first"]


def test_time_never_goes_backwards_in_a_lane(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first"))
    node.settle()
    world.clock.at = START - timedelta(hours=1)
    node = world.restart(node)
    world.submit(Order("ann", 3, "second"))
    node.settle()
    assert [envelope.time for envelope in world.distinct(INTAKE, ANN)] == [START.isoformat()] * 2


def test_the_result_of_an_effect_comes_in_once(world: World) -> None:
    node = world.start(intake(), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    assert world.state("intake", ANN) == ["first"]
    node.pool.run()
    node.settle()
    assert world.state("intake", ANN) == ["first", "done:first"]
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM task") == [(0,)]


def test_an_effect_that_ran_twice_counts_once(world: World) -> None:
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


def test_an_effect_that_did_not_end_runs_again_with_the_next_owner(world: World) -> None:
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


def test_an_effect_that_fails_stays_open(world: World) -> None:
    service = intake(Faults())
    service.effects["count"] = lambda _payload: {"n": 1 // 0}
    node = world.start(service)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM task") == [(1,)]
