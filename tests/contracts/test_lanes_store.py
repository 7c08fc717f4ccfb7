"""What a store refuses is isolated; what it holds unpublished is never lost."""

from __future__ import annotations

import pytest

from shared.events.intake import INTAKE
from shared.lanes.engine.ports import Limits
from tests.contracts.toy import Order, case_of, criteria, intake, letters
from tests.contracts.world import World

ANN, BOB = case_of("ann"), case_of("bob")
OUTBOXES = " UNION ALL ".join(f"SELECT p, seq FROM outbox_{n}" for n in range(3))


@pytest.mark.parametrize("act", ["null", "untold", "twice"])
def test_one_record_that_cannot_be_kept_harms_no_other(world: World, act: str) -> None:
    node = world.start(intake())
    for n in range(5):
        world.submit(Order("bob", 3, f"before-{n}"))
    world.submit(Order("ann", 3, "bad", act))
    world.submit(Order("ann", 3, "behind"))
    for n in range(5):
        world.submit(Order("bob", 3, f"after-{n}"))
    node.settle()
    assert world.state("intake", BOB) == [
        f"{when}-{n}" for when in ("before", "after") for n in range(5)
    ]
    assert len(world.events(INTAKE, BOB)) == 10
    assert world.state("intake", ANN) == []
    assert world.events(INTAKE, ANN) == []
    assert [row[3] for row in world.parked("intake")] == [
        {"null": "store", "untold": "bug", "twice": "discriminator"}[act],
        "behind",
    ]
    assert world.stores.rows("intake", "SELECT COUNT(*) FROM task") == [(0,)]


def test_a_text_that_one_store_refuses_is_isolated_there(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("bob", 3, "before"))
    world.submit(Order("ann", 3, "bad", "nul"))
    world.submit(Order("cid", 4, "elsewhere"))
    node.settle()
    sqlite = world.stores.url("intake").startswith("sqlite")
    assert [row[3] for row in world.parked("intake")] == ([] if sqlite else ["store"])
    assert world.state("intake", BOB) == ["before"]
    assert world.state("intake", case_of("cid")) == ["elsewhere"]


def test_a_requeue_that_the_store_refuses_again_blocks_again(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "bad", "null"))
    node.settle()
    world.requeue(node)
    node.settle()
    assert world.stores.rows("intake", "SELECT reason, requeued FROM parked") == [("store", False)]
    assert node.engine.health.refused == {}


def test_an_event_too_large_for_its_topic_parks_its_cause(world: World) -> None:
    for service in (intake(), criteria(), letters(filler=lambda _: "x" * (11 * 1024 * 1024))):
        world.start(service)
    world.submit(Order("ann", 3, "first"))
    world.settle()
    assert [row[1:] for row in world.parked("letters")] == [("pa.criteria.v1", 0, "size")]
    assert world.stores.rows("letters", f"SELECT COUNT(*) FROM ({OUTBOXES}) AS every") == [(0,)]


def test_a_row_keeps_the_bytes_that_were_published(world: World) -> None:
    world.start(intake())
    world.submit(Order("ann", 3, "first"))
    world.settle()
    assert world.stores.rows("intake", "SELECT event FROM toy_note") == [
        (world.broker.records(INTAKE)[0].value,)
    ]


def test_a_missing_table_waits_and_parks_nothing(world: World) -> None:
    node = world.start(intake())
    node.engine.step(0)
    node.database.query("ALTER TABLE toy_note RENAME TO toy_away")
    world.submit(Order("ann", 3, "first"))
    with pytest.raises(AssertionError, match="rest"):
        node.settle(20)
    node.database.query("ALTER TABLE toy_away RENAME TO toy_note")
    node.engine.recover()
    node.settle()
    assert world.parked("intake") == []
    assert world.state("intake", ANN) == ["first"]


def test_the_outbox_turns_and_loses_nothing_unpublished(world: World) -> None:
    node = world.start(intake())
    for n in range(12):
        node.publisher.held = 4 <= n < 9
        world.submit(Order("ann", 3, str(n)))
        world.submit(Order("bob", 4, str(n)))
        node.settle()
        lanes = dict(world.stores.rows("intake", "SELECT p, published_seq FROM lane"))
        ends = dict(world.stores.rows("intake", "SELECT p, next_seq FROM lane"))
        kept = world.stores.rows("intake", OUTBOXES)
        assert {(p, seq) for p in (3, 4) for seq in range(lanes[p] + 1, ends[p])} <= set(kept)
        assert len(kept) <= 14
    assert len(world.distinct(INTAKE)) == 24


def test_two_replicas_turn_the_same_outbox_without_losing_each_others_rows(world: World) -> None:
    one, two = (
        world.start(intake(), limits=Limits(tick=0.0, rotate_seconds=0.0)),
        world.start(intake(), "two"),
    )
    for n in range(6):
        world.submit(Order("ann", 1, str(n)))
        world.submit(Order("bob", 20, str(n)))
        two.publisher.held = True
        one.settle()
        two.settle()
    world.restart(two)
    world.settle()
    assert len(world.distinct(INTAKE, ANN)) == len(world.distinct(INTAKE, BOB)) == 6


@pytest.mark.databases("postgresql")  # SQLite has one writer at a time
def test_an_open_transaction_keeps_its_outbox_from_being_emptied(world: World) -> None:
    node = world.start(intake())
    node.settle()
    _, other = world.stores.open(intake())
    with other.transaction():
        other.query("INSERT INTO outbox_1 VALUES (20, 1, 't', 20, '', '', '')")
        node.store.rotate()
    assert world.stores.rows("intake", "SELECT p, seq FROM outbox_1") == [(20, 1)]
