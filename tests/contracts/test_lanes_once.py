"""Effectively once: whatever is delivered again, and wherever the process dies, the same events
come out.
"""

from __future__ import annotations

import pytest

from shared.errors import Unavailable
from shared.events.intake import INTAKE
from shared.lanes.engine.ports import Limits
from tests.contracts.stores import Crash
from tests.contracts.toy import Order, intake
from tests.contracts.world import Node, World, faults_at

LANES = "SELECT p, next_seq, next_batch FROM lane ORDER BY p"
STEPS = ("before-begin", "before-commit", "after-commit")


def bytes_of(world: World) -> dict[int, list[tuple[object, object]]]:
    """What is on intake's topic, without repeats, by partition."""
    found: dict[int, list[tuple[object, object]]] = {}
    for record in world.broker.records(INTAKE):
        entry = (record.headers, record.value)
        lane = found.setdefault(record.partition, [])
        if entry not in lane:
            lane.append(entry)
    return found


def undisturbed(world: World) -> dict[int, list[tuple[object, object]]]:
    """What comes out when nothing goes wrong: the same records in a world of its own."""
    other = World(world.stores)
    submit(other)
    node = other.start(intake())
    node.settle()
    expected = bytes_of(other)
    for table in (
        "lane",
        "position",
        "lane_batch",
        "case_state",
        "toy_note",
        "outbox_0",
        "outbox_1",
        "outbox_2",
    ):
        node.database.query(f"DELETE FROM {table}")
    other.crash(node)
    return expected


def submit(world: World) -> None:
    for n in range(6):
        world.submit(Order(f"case-{n % 3}", n % 3 % 2, f"text-{n}"))


def crashed(node: Node) -> None:
    """Steps until the process dies."""
    with pytest.raises(Crash):
        node.settle()


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_crash_at_any_step_of_a_transaction_changes_nothing(
    world: World, step: str, after: int
) -> None:
    expected = undisturbed(world)
    node = world.start(intake(), limits=Limits(records=2, tick=0.0))
    submit(world)
    faults_at(node.database, step, Crash(), after)
    crashed(node)
    world.restart(node).settle()
    assert bytes_of(world) == expected


def test_a_batch_takes_in_no_more_bytes_than_it_may(world: World) -> None:
    expected = undisturbed(world)
    node = world.start(intake(), limits=Limits(max_bytes=1, tick=0.0))
    submit(world)
    node.settle()
    assert bytes_of(world) == expected
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM lane_batch WHERE kind = 'input'") == [
        (6,)
    ]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_store_that_fails_at_any_step_loses_and_repeats_nothing(
    world: World, step: str, after: int
) -> None:
    expected = undisturbed(world)
    node = world.start(intake(), limits=Limits(records=2, tick=0.0))
    submit(world)
    faults_at(node.database, step, Unavailable("away"), after)
    node.settle()
    assert bytes_of(world) == expected
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM toy_note") == [(6,)]


def test_a_process_that_ends_after_a_doubtful_commit_writes_nothing_older_over_it(
    world: World,
) -> None:
    expected = undisturbed(world)
    node = world.start(intake(), limits=Limits(records=2, tick=1e9))
    submit(world)
    faults_at(node.database, "after-commit", Unavailable("away"), 3)
    node.engine.step(0)
    with pytest.raises(Unavailable):
        node.engine.step(0)
    before = world.stores.rows("intake", LANES)
    node.engine.close(0)
    assert world.stores.rows("intake", LANES) == before
    world.nodes.remove(node)
    node.source.leave(notified=False)
    world.start(intake()).settle()
    assert bytes_of(world) == expected


def test_what_was_committed_and_not_sent_is_sent_by_the_next_owner_in_order(world: World) -> None:
    expected = undisturbed(world)
    node = world.start(intake())
    node.publisher.held = True
    submit(world)
    node.settle()
    assert world.broker.records(INTAKE) == []
    world.restart(node).settle()
    assert bytes_of(world) == expected
    assert len(world.broker.records(INTAKE)) == 6


def test_what_was_sent_and_not_noted_is_sent_again_with_the_same_bytes(world: World) -> None:
    expected = undisturbed(world)
    node = world.start(intake(), limits=Limits(tick=1e9))
    submit(world)
    node.settle()
    world.restart(node).settle()
    assert bytes_of(world) == expected
    assert len(world.broker.records(INTAKE)) == 12
    assert world.stores.rows("intake", "SELECT SUM(published_seq) FROM lane") == [(6,)]


def test_lost_acknowledgements_are_made_good_by_sending_again(world: World) -> None:
    node = world.start(intake())
    node.publisher.deaf = True
    submit(world)
    node.settle()
    assert world.stores.rows("intake", "SELECT SUM(published_seq) FROM lane") == [(0,)]
    node = world.restart(node)
    node.settle()
    assert len(world.broker.records(INTAKE)) == 12
    assert world.stores.rows("intake", "SELECT SUM(published_seq) FROM lane") == [(6,)]


def test_acknowledgements_out_of_order_count_up_to_the_first_gap(world: World) -> None:
    node = world.start(intake())
    node.publisher.backwards = True
    submit(world)
    node.settle()
    assert world.stores.rows("intake", "SELECT SUM(published_seq) FROM lane") == [(6,)]


def test_an_entry_that_the_broker_refuses_is_sent_again_before_any_later_one(world: World) -> None:
    expected = undisturbed(world)
    node = world.start(intake(), limits=Limits(records=2, tick=0.0))
    submit(world)
    node.publisher.error = "policy violation"
    with pytest.raises(AssertionError, match="rest"):
        node.settle(20)
    assert world.broker.records(INTAKE) == []
    node.publisher.error = None
    node.engine.recover()
    node.settle()
    assert bytes_of(world) == expected


def test_a_publisher_that_refuses_to_send_loses_nothing(world: World) -> None:
    expected = undisturbed(world)
    node = world.start(intake())
    node.engine.step(0)
    node.publisher.refusing = True
    submit(world)
    with pytest.raises(Unavailable):
        node.engine.step(0)
    node.publisher.refusing = False
    node.engine.recover()
    node.settle()
    assert bytes_of(world) == expected


def test_published_never_decreases(world: World) -> None:
    node = world.start(intake())
    highest = 0
    for n in range(9):
        world.submit(Order("ann", 3, str(n)))
        node.publisher.held = n % 3 == 1
        node.settle()
        if n % 3 == 2:
            node = world.restart(node)
            node.settle()
        ((published,),) = world.stores.rows("intake", "SELECT published_seq FROM lane WHERE p = 3")
        assert published >= highest
        highest = published
    assert highest == 9


def test_a_broker_that_goes_away_and_comes_back_costs_nothing(world: World) -> None:
    expected = undisturbed(world)
    node = world.start(intake())
    node.engine.step(0)
    submit(world)
    world.broker.away = True
    with pytest.raises(Unavailable):
        node.engine.recover()
    world.broker.away = False
    node.engine.recover()
    node.settle()
    assert bytes_of(world) == expected


def test_closing_stores_how_far_publishing_got(world: World) -> None:
    node = world.start(intake(), limits=Limits(tick=1e9))
    submit(world)
    node.settle()
    node.engine.close()
    assert world.stores.rows("intake", "SELECT SUM(published_seq) FROM lane") == [(6,)]
