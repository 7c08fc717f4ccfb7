"""Two engines that both believe they own the same lanes, on one real PostgreSQL, paused at every
pair of steps: whatever the order, the same comes out once.

An old owner works a batch and is paused at a step; a new owner claims the lanes and is paused at
one of its own; the old one goes on, then the new one. Isolation bugs do not show in a twin in which
one transaction runs after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.errors import Zombie
from shared.lanes.store.writer import Writer
from tests.contracts.stepping import SharedBroker, Stepped, until
from tests.contracts.stores import PostgresServer
from tests.contracts.test_lanes_once import bytes_of, undisturbed
from tests.contracts.toy import Order, intake
from tests.contracts.world import Node, World

pytestmark = [pytest.mark.databases("postgresql")]
WORK = (
    "before-begin",
    "epochs-read",
    "before-commit",
    "after-commit",
    "before-publishing",
    "published",
)
NOTE = ("before-begin", "epochs-read", "before-commit", "after-commit", "before-rotation")
CLAIM = ("before-begin", "lanes-locked", "before-commit", "after-commit")
COUNT = ("before-begin", "epochs-read", "before-commit", "after-commit")
"""A claim is counted where it begins to read."""
OLD = (*WORK, *NOTE)
NEW = (*CLAIM, *COUNT, *WORK, *NOTE)
CLAIMED = len(CLAIM) - 1
LOCKING = ("epochs-read", "before-commit")
"""Steps at which an owner holds its lanes' rows, so that nobody can depose it."""
BLOCKED = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def submit(world: World, numbers: range) -> None:
    for n in numbers:
        world.submit(Order(f"case-{n % 3}", n % 3 % 2, f"text-{n}"))


def begun(world: World) -> Node:
    """An owner that has worked half of the orders and is about to work the others."""
    node = world.start(intake())
    submit(world, range(3))
    node.settle()
    submit(world, range(3, 6))
    node.source.leave(notified=False)
    return node


def settled(world: World, old: Node, new: Node) -> None:
    """Both go on as processes do, the old one still untold; then it ends and the new one is started
    again.
    """
    for node in (old, new):
        node.settle()
    world.nodes.remove(old)
    old.database.close()
    world.restart(new).settle()


def raced(world: World, at_old: int, at_new: int) -> tuple[Stepped, Stepped]:
    """Both owners, paused at these steps, and gone on."""
    old_node = begun(world)
    old = Stepped(old_node, at_old)
    old.start(1)
    until(lambda: old.rests)
    new_node = world.start(intake(), "two")
    new = Stepped(new_node, at_new)
    new.start(2)
    until(lambda: new.rests or blocked(world))
    old.release()
    until(lambda: not old._thread.is_alive() or blocked(world))
    until(lambda: new.rests or blocked(world))
    new.release()
    for one in (old, new):
        one.join()
    settled(world, old_node, new_node)
    return old, new


def blocked(world: World) -> bool:
    """Whether a transaction waits for a lock that another one holds."""
    return bool(world.stores.rows("intake", BLOCKED))


@pytest.fixture
def race(server: PostgresServer) -> Iterator[World]:
    stores = server.stores()
    world = World(stores)
    world.broker = SharedBroker(world.broker._now)
    yield world
    stores.close()


def test_the_steps_are_those_that_the_engines_pass(race: World) -> None:
    old_node = begun(race)
    old = Stepped(old_node)
    old.start(1)
    old.join()
    assert tuple(old.passed) == OLD
    submit(race, range(6, 9))
    new = Stepped(race.start(intake(), "two"))
    new.start(2)
    new.join()
    assert tuple(new.passed) == NEW


def check(world: World, expected: object) -> None:
    """The same came out, once, and the store says so."""
    assert bytes_of(world) == expected
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM toy_note") == [(6,)]
    assert world.stores.rows(
        "intake", "SELECT p, next_seq, published_seq FROM lane WHERE next_seq > 1 ORDER BY p"
    ) == [(0, 5, 4), (1, 3, 2)]
    assert world.parked("intake") == []


@pytest.mark.parametrize("at_new", range(len(NEW)), ids=lambda n: f"new-{n}-{NEW[n]}")
@pytest.mark.parametrize("at_old", range(len(OLD)), ids=lambda n: f"old-{n}-{OLD[n]}")
def test_the_same_comes_out_wherever_two_owners_are_paused(
    race: World, at_old: int, at_new: int
) -> None:
    expected = undisturbed(race)
    old, _ = raced(race, at_old, at_new)
    check(race, expected)
    if OLD[at_old] not in LOCKING and at_new >= CLAIMED:
        assert "before-commit" not in old.passed[at_old + 1 :]
        assert old.trouble is None or isinstance(old.trouble, Zombie)


def test_an_owner_that_does_not_check_its_epoch_is_found_out(
    race: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """These tests can fail: without the check a deposed owner writes over its successor."""
    expected = undisturbed(race)
    monkeypatch.setattr(Writer, "check_epochs", lambda _self, _lanes: None)
    with pytest.raises(AssertionError):
        found_out(race, expected)


def found_out(world: World, expected: object) -> None:
    """What the deposed owner did, judged as in every other pair."""
    old, _ = raced(world, OLD.index("before-begin"), CLAIMED)
    check(world, expected)
    assert "before-commit" not in old.passed[1:]
