"""What cannot be applied is parked with its bytes; its case waits behind it, all others go on."""

from __future__ import annotations

import json

import pytest

from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.lanes.engine.ports import Limits
from tests.contracts.toy import Faults, Order, case_of, criteria, intake
from tests.contracts.world import Node, World

ANN, BOB = case_of("ann"), case_of("bob")


def accepted(world: World, orders: list[Order]) -> list[str]:
    """Lets toy intake accept orders; the submission ids that it gave them."""
    node = world.start(intake())
    for order in orders:
        world.submit(order)
    node.settle()
    world.crash(node)
    return [
        json.loads(record.value or b"")["submission_id"] for record in world.broker.records(INTAKE)
    ]


def given(world: World, faults: Faults) -> tuple[Node, list[str]]:
    """Toy criteria with three submissions of Ann's, the first of which it cannot take, and one of
    Bob's.
    """
    ids = accepted(
        world,
        [
            Order("ann", 3, "first"),
            Order("ann", 3, "second"),
            Order("ann", 3, "third"),
            Order("bob", 3, "first"),
        ],
    )
    faults.broken.add(ids[0])
    node = world.start(criteria(faults))
    node.settle()
    return node, ids


def test_a_failing_event_is_parked_with_its_bytes_and_the_case_waits_behind_it(
    world: World,
) -> None:
    given(world, Faults())
    assert [row[3] for row in world.parked("criteria")] == ["bug", "behind", "behind"]
    assert world.state("criteria", ANN) == []
    assert len(world.state("criteria", BOB)) == 1
    first = world.broker.records(INTAKE)[0]
    ((value, detail),) = world.stores.rows(
        "criteria", 'SELECT value, detail FROM parked WHERE "offset" = 0'
    )
    assert (value, detail) == (first.value, "ZeroDivisionError")
    assert world.stores.rows("criteria", "SELECT parked FROM lane_batch WHERE kind = 'input'") == [
        (3,)
    ]


def test_a_permanent_refusal_is_parked_under_its_code(world: World) -> None:
    ids = accepted(world, [Order("ann", 3, "first")])
    world.start(criteria(Faults(impossible={ids[0]}))).settle()
    assert [row[3] for row in world.parked("criteria")] == ["toy"]


def test_later_events_park_behind_after_a_restart_too(world: World) -> None:
    faults = Faults()
    node, _ = given(world, faults)
    node = world.restart(node)
    accepted(world, [Order("ann", 3, "fourth")])
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["bug", "behind", "behind", "behind"]


@pytest.mark.parametrize("restarted", [True, False])
def test_a_requeue_drains_the_case_in_order(world: World, *, restarted: bool) -> None:
    faults = Faults()
    node, ids = given(world, faults)
    faults.broken.clear()
    node = world.restart(node) if restarted else node
    world.requeue(node)
    node.settle()
    assert world.parked("criteria") == []
    assert world.state("criteria", ANN) == ids[:3]
    assert [envelope.clock["criteria"] for envelope, _ in world.events(CRITERIA, ANN)] == [1, 2, 3]
    assert world.stores.rows("criteria", "SELECT parked FROM case_state WHERE parked > 0") == []


def test_a_requeue_that_fails_again_blocks_again(world: World) -> None:
    faults = Faults()
    node, ids = given(world, faults)
    faults.broken = {ids[1]}
    world.requeue(node)
    node.settle()
    assert world.state("criteria", ANN) == ids[:1]
    assert [row[3] for row in world.parked("criteria")] == ["bug", "behind"]
    assert world.stores.rows("criteria", "SELECT COUNT(*) FROM parked WHERE requeued") == [(0,)]
    batches = world.stores.rows("criteria", "SELECT COUNT(*) FROM lane_batch")
    node.settle()
    assert world.stores.rows("criteria", "SELECT COUNT(*) FROM lane_batch") == batches
    accepted(world, [Order("ann", 3, "fourth")])
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["bug", "behind", "behind"]


def test_a_waiting_event_that_fails_when_its_turn_comes_is_parked(world: World) -> None:
    ids = accepted(world, [Order("ann", 3, str(n)) for n in range(3)])
    records = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    for n in (0, 2):
        world.broker.append((INTAKE, 3), b"", records[n].headers, records[n].value)
    faults = Faults({ids[2]})
    node = world.start(criteria(faults))
    node.settle()
    world.broker.append((INTAKE, 3), b"", records[1].headers, records[1].value)
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["bug"]
    faults.broken.clear()
    world.requeue(node)
    node.settle()
    assert world.state("criteria", ANN) == ids


def test_a_requeued_event_whose_cause_is_missing_waits_for_it(world: World) -> None:
    ids = accepted(world, [Order("ann", 3, str(n)) for n in range(2)])
    records = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    world.broker.append((INTAKE, 3), b"", records[1].headers, records[1].value)
    node = world.start(criteria())
    node.settle()
    world.requeue(node)
    node.settle()
    assert world.stores.rows("criteria", "SELECT reason, requeued FROM parked") == [
        ("waiting", False)
    ]
    world.broker.append((INTAKE, 3), b"", records[0].headers, records[0].value)
    node.settle()
    assert world.state("criteria", ANN) == ids


def test_an_event_of_ours_with_unreadable_headers_is_parked_and_its_case_waits(
    world: World,
) -> None:
    ids = accepted(world, [Order("ann", 3, str(n)) for n in range(2)])
    records = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    for headers in ([("ce_id", b"\xff")], records[1].headers):
        world.broker.append((INTAKE, 3), b"", headers, records[1].value)
    world.broker.append((INTAKE, 3), b"", [("ce_id", None)], None)
    node = world.start(criteria())
    node.settle()
    assert sorted(row[3] for row in world.parked("criteria")) == ["header", "header", "waiting"]
    world.broker.append((INTAKE, 3), b"", records[0].headers, records[0].value)
    node.settle()
    assert world.state("criteria", ANN) == ids


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ce_type": b"pa.intake.never-heard-of.v9"}, "unknown-type"),
        ({"ce_caseclock": b"letters=1"}, "producer"),
        ({"ce_caseclock": b"x"}, "envelope"),
    ],
)
def test_an_event_that_cannot_be_ours_is_parked(
    world: World, changes: dict[str, bytes], reason: str
) -> None:
    accepted(world, [Order("ann", 3, "first")])
    (record,) = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    world.broker.append(
        (INTAKE, 3),
        b"",
        [(name, changes.get(name, value)) for name, value in record.headers],
        record.value,
    )
    world.start(criteria()).settle()
    assert [row[3] for row in world.parked("criteria")] == [reason]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"{", "schema"),
        (b'{"received_at": 1}', "schema"),
        (b'{"x": "\\u0000"}', "nul"),
        (None, "schema"),
    ],
)
def test_an_event_whose_data_cannot_be_read_is_parked_without_repeating_it(
    world: World, value: bytes | None, reason: str
) -> None:
    accepted(world, [Order("ann", 3, "first")])
    (record,) = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    world.broker.append((INTAKE, 3), b"", record.headers, value)
    world.start(criteria()).settle()
    assert [row[3] for row in world.parked("criteria")] == [reason]


def test_unknown_fields_are_read_over(world: World) -> None:
    accepted(world, [Order("ann", 3, "first")])
    (record,) = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    world.broker.append(
        (INTAKE, 3),
        b"",
        record.headers,
        (record.value or b"")[:-1] + b',"added":"\\\\u0000 later"}',
    )
    world.start(criteria()).settle()
    assert len(world.state("criteria", ANN)) == 1


def test_an_event_found_in_another_lane_than_its_case_is_parked(world: World) -> None:
    accepted(world, [Order("ann@3", 3, str(n)) for n in range(2)])
    records = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    world.broker.append((INTAKE, 3), b"", records[0].headers, records[0].value)
    node = world.start(criteria())
    node.settle()
    world.broker.append((INTAKE, 4), b"", records[1].headers, records[1].value)
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["lane"]


def test_a_lane_of_which_everything_is_parked_stops(world: World) -> None:
    ids = accepted(world, [Order(f"case-{n}", 3, "x") for n in range(6)] + [Order("bob", 4, "x")])
    node = world.start(
        criteria(Faults(set(ids[:6]))), limits=Limits(records=2, tick=0.0, breaker=4)
    )
    node.settle()
    assert set(node.engine.health.refused) == {3}
    assert "all parked" in node.engine.health.refused[3]
    assert len(world.parked("criteria")) in (4, 5)
    assert len(world.state("criteria", BOB)) == 1
    assert node.source.reported[INTAKE, 3] == len(world.parked("criteria"))
