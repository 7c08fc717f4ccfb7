"""Who owns a lane, and which lanes are refused."""

from __future__ import annotations

import pytest

from shared.errors import Unavailable, Zombie
from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.lanes.engine.ports import Limits
from shared.lanes.state.write_set import Writes
from tests.contracts.toy import Order, case_of, intake
from tests.contracts.toy_rows import audit
from tests.contracts.world import Node, World, faults_at

LANE_3 = "SELECT next_seq, next_batch, last_at FROM lane WHERE p = 3"


def test_a_claim_raises_the_epoch_of_every_lane(world: World) -> None:
    store, _ = world.stores.open(intake())
    first = store.claim((0, 5), "one")
    second = store.claim((5, 7), "two")
    assert {p: lane.epoch for p, lane in first.items()} == {0: 1, 5: 1}
    assert {p: (lane.epoch, lane.owner) for p, lane in second.items()} == {
        5: (2, "two"),
        7: (1, "two"),
    }


def test_a_claim_of_nothing_gives_nothing(world: World) -> None:
    store, _ = world.stores.open(intake())
    assert store.claim((), "one") == {}


def test_a_former_owner_can_write_nothing(world: World) -> None:
    store, _ = world.stores.open(intake())
    old = store.claim((1, 2), "one")
    store.claim((2,), "two")
    old[1].next_seq = old[2].next_seq = 99
    with pytest.raises(Zombie):
        store.commit(Writes(lanes=old))
    assert world.stores.rows("intake", "SELECT DISTINCT next_seq FROM lane") == [(1,)]


def test_a_lane_that_the_store_has_lost_is_not_written(world: World) -> None:
    store, database = world.stores.open(intake())
    lanes = store.claim((1,), "one")
    database.query("DELETE FROM lane")
    with pytest.raises(Zombie):
        store.commit(Writes(lanes=lanes))


def test_a_paused_owner_does_no_harm_when_it_comes_back(world: World) -> None:
    old = world.start(intake())
    world.submit(Order("ann", 3, "first"))
    old.settle()
    old.source.leave(notified=False)
    world.nodes.remove(old)
    new = world.start(intake(), "two")
    world.submit(Order("ann", 3, "second"))
    old_arrival = old.source.take(0)
    assert old_arrival is not None
    old.source.put(old_arrival)
    with pytest.raises(Zombie):
        claim_then_step(new, old)
    new.settle()
    assert [envelope.clock["intake"] for envelope, _ in world.events(INTAKE, case_of("ann"))] == [
        1,
        2,
    ]


def claim_then_step(new: object, old: object) -> None:
    """The new owner claims; then the old one, which knows nothing of it, works."""
    new.engine.step(0)  # type: ignore[attr-defined]
    for _ in range(3):
        old.engine.step(0)  # type: ignore[attr-defined]


def test_lanes_move_to_a_second_replica_and_back(world: World) -> None:
    one = world.start(intake())
    for n in range(24):
        world.submit(Order(f"case-{n}", n, "first"))
    world.settle()
    two = world.start(intake(), "two")
    for n in range(24):
        world.submit(Order(f"case-{n}", n, "second"))
    world.settle()
    assert (one.engine.health.lanes, two.engine.health.lanes) == (12, 12)
    two.source.leave()
    world.nodes.remove(two)
    for n in range(24):
        world.submit(Order(f"case-{n}", n, "third"))
    world.settle()
    for n in range(24):
        assert [
            envelope.clock["intake"] for envelope in world.distinct(INTAKE, case_of(f"case-{n}"))
        ] == [1, 2, 3]


def test_a_topic_made_again_stops_the_lanes_that_had_read_it(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first"))
    node.settle()
    world.broker.recreate(SUBMISSIONS)
    node = world.restart(node)
    world.submit(Order("ann", 3, "second"))
    world.submit(Order("bob", 4, "first"))
    node.settle()
    assert set(node.engine.health.refused) == {3}
    assert "re-created" in node.engine.health.refused[3]
    assert world.state("intake", case_of("ann")) == ["first"]
    assert world.state("intake", case_of("bob")) == ["first"]


@pytest.mark.parametrize("trim", [True, False])
def test_a_position_outside_the_records_stops_its_lane(world: World, *, trim: bool) -> None:
    node = world.start(intake())
    for text in ("first", "second"):
        world.submit(Order("ann", 3, text))
    node.settle()
    if trim:
        world.submit(Order("ann", 3, "never read"))
        world.broker.trim((SUBMISSIONS, 3), 3)
    else:
        world.broker._ends[SUBMISSIONS, 3] = 1
    node = world.restart(node)
    world.submit(Order("bob", 4, "first"))
    node.settle()
    assert "lies outside" in node.engine.health.refused[3]
    assert world.state("intake", case_of("ann")) == ["first", "second"]
    assert world.state("intake", case_of("bob")) == ["first"]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_place_that_gives_nothing_any_more_is_noticed_and_read_again(
    world: World, *, hidden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.start(intake(), limits=Limits(tick=0.0, watch=0.0))
    if hidden:
        # As on the embedded broker: where a place ends is not known, only how far it reaches.
        bounds = node.source.bounds
        monkeypatch.setattr(
            node.source,
            "bounds",
            lambda places: {place: (first, -1) for place, (first, _) in bounds(places).items()},
        )
        monkeypatch.setattr(
            node.source,
            "ends",
            lambda places: {place: bounds([place])[place][1] for place in places},
        )
    world.submit(Order("bob", 4, "first"))
    node.settle()
    node.source.deaf.add((SUBMISSIONS, 3))

    world.submit(Order("ann", 3, "first"))
    world.submit(Order("bob", 4, "second"))
    node.settle()

    assert world.state("intake", case_of("ann")) == ["first"]
    assert world.state("intake", case_of("bob")) == ["first", "second"]


def test_a_lane_service_keeps_every_record_in_order(world: World) -> None:
    node = world.start(audit())
    for n in range(5):
        world.submit(Order("ann", 3, str(n)))
        node.settle()
    node = world.restart(node)
    world.submit(Order("ann", 3, "5"))
    node.settle()
    assert world.stores.rows("audit", "SELECT COUNT(*), MAX(n) FROM toy_entry WHERE p = 3") == [
        (6, 5)
    ]


def test_a_lane_service_stops_the_lane_whose_record_it_cannot_store(world: World) -> None:
    unwanted = b'{"no": 1}'
    node = world.start(audit(frozenset({unwanted})))
    for p in (3, 4):
        world.submit(Order("ann", p, "before"))
    world.broker.append((SUBMISSIONS, 3), b"", (), unwanted)
    for p in (3, 4):
        world.submit(Order("ann", p, "after"))
    node.settle()
    assert set(node.engine.health.refused) == {3}
    assert world.stores.rows(
        "audit", "SELECT p, COUNT(*) FROM toy_entry GROUP BY p ORDER BY p"
    ) == [(3, 1), (4, 2)]


def test_what_may_have_been_committed_is_not_written_over_at_the_end(world: World) -> None:
    node = world.start(intake())
    node.publisher.held = True
    world.submit(Order("ann", 3, "first"))
    for _ in range(4):
        node.engine.step(0)
    world.submit(Order("ann", 3, "second"))
    faults_at(node.database, "after-commit", Unavailable("The answer is lost.", code="test"))
    with pytest.raises(Unavailable):
        stepped(node)
    committed = world.stores.rows("intake", LANE_3)

    node.publisher.held = False
    node.engine.close(0)

    assert world.stores.rows("intake", LANE_3) == committed


def stepped(node: Node) -> None:
    """A few steps, whatever they raise."""
    for _ in range(4):
        node.engine.step(0)
