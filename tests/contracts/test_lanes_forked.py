"""A forked history, or an event of ours that cannot be read, blocks its case; several such cases at
once stop their lane.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from shared.events.criteria import CRITERIA
from shared.events.envelope import Envelope
from shared.events.intake import INTAKE, SubmissionDuplicated
from shared.events.submissions import SUBMISSIONS
from tests.contracts.test_lanes_order import ANN, accepted, append, event_id
from tests.contracts.test_lanes_refused import way_out
from tests.contracts.toy import START, Order, case_of, criteria, intake
from tests.contracts.world import World

BOB = case_of("bob")
OTHER = event_id(9).hex
"""An event that nobody here has applied."""


def seen(*numbers: int) -> list[str]:
    return [str(event_id(n)) for n in numbers]


def forked(world: World, names: str, p: int = 3) -> None:
    """A forked event of each of these cases."""
    for name in names:
        accepted(world, 1, p=p, case_id=case_of(name), prev=OTHER)


def unreadable(world: World, case_id: UUID, p: int = 3) -> None:
    """An event of intake's whose data nobody can read."""
    envelope = Envelope(
        event_id(1),
        SubmissionDuplicated.TYPE,
        START.isoformat(),
        case_id,
        "intake",
        {"intake": 1},
        "",
        event_id(1).hex,
    )
    append(world, INTAKE, p, envelope, b"{}")


def test_a_fork_blocks_its_case_only(world: World) -> None:
    node = world.start(criteria())
    for n in (1, 2):
        accepted(world, n, case_id=BOB)
        accepted(world, n, prev=OTHER if n == 2 else None)
    accepted(world, 3)
    accepted(world, 3, case_id=BOB)
    node.settle()
    assert node.engine.health.refused == {}
    assert [(offset, reason) for _, _, offset, reason in world.parked("criteria")] == [
        (3, "fork"),
        (4, "behind"),
    ]
    assert world.state("criteria", ANN) == seen(1)
    assert world.state("criteria", BOB) == seen(1, 2, 3)


def test_a_fork_that_shows_when_a_waiting_event_drains_blocks_its_case(world: World) -> None:
    node = world.start(criteria())
    accepted(world, 2, prev=OTHER)
    accepted(world, 3)
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["waiting", "waiting"]
    accepted(world, 1)
    accepted(world, 1, case_id=BOB)
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["fork", "waiting"]
    assert world.state("criteria", ANN) == seen(1)
    assert world.state("criteria", BOB) == seen(1)
    accepted(world, 4)
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["fork", "waiting", "behind"]


def test_a_requeued_fork_is_judged_again(world: World) -> None:
    node = world.start(criteria())
    accepted(world, 1)
    accepted(world, 2, prev=OTHER)
    accepted(world, 3)
    node.settle()
    world.requeue(node)
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["fork", "behind"]
    # What an operator does who takes the other history for the true one.
    world.stores.rows(
        "criteria",
        way_out("Cases with a second history", LAST=event_id(1).hex, PREV=OTHER, CASE=ANN.hex),
    )
    world.requeue(node)
    node.settle()
    assert world.parked("criteria") == []
    assert world.state("criteria", ANN) == seen(1, 2, 3)


def test_three_cases_that_forked_within_a_minute_stop_their_lane(world: World) -> None:
    node = world.start(criteria())
    forked(world, "ab")
    node.settle()
    assert node.engine.health.refused == {}
    forked(world, "xy", p=4)
    world.clock.at += timedelta(seconds=60)
    forked(world, "c")
    node.settle()
    assert set(node.engine.health.refused) == {3}
    assert "blocked 3 cases within 60 s" in node.engine.health.refused[3]
    assert [row[3] for row in world.parked("criteria")] == ["fork"] * 5


def test_cases_that_forked_over_a_longer_time_stop_nothing(world: World) -> None:
    node = world.start(criteria())
    for name in "abcdef":
        forked(world, name)
        node.settle()
        world.clock.at += timedelta(seconds=31)
    assert node.engine.health.refused == {}
    assert len(world.parked("criteria")) == 6


def test_one_case_stops_nothing_however_many_of_its_events_are_parked(world: World) -> None:
    node = world.start(criteria())
    for _ in range(3):
        accepted(world, 1, prev=OTHER)
        unreadable(world, BOB)
    node.settle()
    assert node.engine.health.refused == {}


def test_unreadable_events_of_three_cases_stop_their_lane(world: World) -> None:
    node = world.start(criteria())
    forked(world, "a")
    for name in "bc":
        unreadable(world, case_of(name))
    accepted(world, 1, p=4, case_id=BOB)
    node.settle()
    assert set(node.engine.health.refused) == {3}
    assert [row[3] for row in world.parked("criteria")] == ["fork", "schema", "schema"]
    assert world.state("criteria", BOB) == seen(1)


def test_what_outsiders_send_never_counts_as_untrusted(world: World) -> None:
    node = world.start(intake())
    for name in "abcd":
        world.broker.append((SUBMISSIONS, 3), b"", [], b"nonsense " + name.encode())
        world.submit(Order(name, 3, "x", "nul"))
    world.broker.append((CRITERIA, 3), b"", [("ce_type", b"\xff")], b"from a stranger")
    world.broker.append((CRITERIA, 3), b"", [], b"")
    world.broker.append((CRITERIA, 3), b"", [], b"")
    node.settle()
    assert node.engine.health.refused == {}


def test_an_operator_who_asks_again_does_not_stop_the_lane(world: World) -> None:
    node = world.start(criteria())
    for name in "abc":
        forked(world, name)
        node.settle()
        world.clock.at += timedelta(seconds=61)
    world.requeue(node)
    node.settle()
    assert node.engine.health.refused == {}
    assert [row[3] for row in world.parked("criteria")] == ["fork"] * 3
