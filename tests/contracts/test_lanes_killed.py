"""A record that kills whoever reads it is found and set aside, and its neighbours are worked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from shared.errors import Unavailable
from shared.events.submissions import SUBMISSIONS
from shared.lanes.engine.ports import Limits
from shared.lanes.outcome import Outcome, Received
from shared.lanes.service import CaseService, HomeAddress
from tests.contracts.stores import Crash
from tests.contracts.toy import Order, case_of, intake
from tests.contracts.world import Node, World, faults_at

KILLER = "kills"


def deadly(killers: set[str] | None = None) -> CaseService[Any]:
    """Toy intake whose process ends with the decision on an order of these texts."""
    toy, deaths = intake(), {KILLER} if killers is None else killers

    def decide(reference: Any, state: Any, received: Received, now: datetime) -> Outcome[Any]:
        if isinstance(received.data, Order) and received.data.text in deaths:
            raise Crash
        return toy.decide(reference, state, received, now)

    return replace(toy, decide=decide)


def dies(world: World, service: CaseService[Any], limits: Limits | None = None) -> None:
    """A process of the service starts, and ends at the record that it reads."""
    node = world.start(service, limits=limits or Limits(tick=0.0, rotate_seconds=0.0))
    with pytest.raises(Crash):
        node.settle()
    world.crash(node)


def submitted(world: World, *texts: str, p: int = 3) -> None:
    for text in texts:
        world.submit(Order(f"case-{text}", p, text))


def seen(world: World, *texts: str) -> list[list[str]]:
    return [world.state("intake", case_of(f"case-{text}")) for text in texts]


def noted(world: World) -> list[tuple[Any, ...]]:
    return world.stores.rows("intake", "SELECT p, topic FROM position WHERE reading")


def claims(world: World, p: int = 3) -> int:
    ((count,),) = world.stores.rows("intake", f"SELECT claims FROM lane WHERE p = {p}")
    return int(count)


def test_after_two_deaths_the_record_is_set_aside_and_its_neighbours_are_worked(
    world: World,
) -> None:
    service = deadly()
    submitted(world, "a", KILLER, "b")
    submitted(world, "c", p=4)
    dies(world, service)
    assert (seen(world, "a", "c"), noted(world)) == ([[], []], [])
    dies(world, service)
    assert (seen(world, "a"), noted(world)) == ([["a"]], [(3, SUBMISSIONS)])
    node = world.start(service)
    node.settle()
    assert seen(world, "a", KILLER, "b", "c") == [["a"], [], ["b"], ["c"]]
    assert world.parked("intake") == [(3, SUBMISSIONS, 1, "killed_reader")]
    ((value,),) = world.stores.rows("intake", "SELECT value FROM parked")
    assert value == world.broker.records(SUBMISSIONS)[1].value
    assert (noted(world), claims(world), node.engine.health.refused) == ([], 0, {})


def test_it_stays_aside_after_a_restart(world: World) -> None:
    service = deadly()
    submitted(world, KILLER)
    for _ in range(2):
        dies(world, service)
    node = world.start(service)
    node.settle()
    node = world.restart(node)
    submitted(world, "a", "b")
    node.settle()
    assert seen(world, "a", "b") == [["a"], ["b"]]
    assert [row[3] for row in world.parked("intake")] == ["killed_reader"]


def test_several_killers_are_all_found(world: World) -> None:
    service = deadly({"k1", "k2", "k3"})
    submitted(world, "k1", "a", "k2", "k3", "b")
    for _ in range(4):
        dies(world, service)
    world.start(service).settle()
    assert seen(world, "a", "b") == [["a"], ["b"]]
    assert [row[3] for row in world.parked("intake")] == ["killed_reader"] * 3


def test_a_killer_behind_many_records_is_found(world: World) -> None:
    service, limits = deadly(), Limits(records=3, tick=0.0, rotate_seconds=0.0)
    texts = [str(n) for n in range(10)]
    submitted(world, *texts, KILLER, "a")
    deaths = 0
    while not seen(world, "a")[0]:
        node = world.start(service, limits=limits)
        try:
            node.settle()
        except Crash:
            deaths += 1
            world.crash(node)
        assert deaths < 6
    assert seen(world, *texts) == [[text] for text in texts]
    assert deaths == 3


def test_a_requeue_reads_it_again_once(world: World) -> None:
    killers = {KILLER}
    service = deadly(killers)
    submitted(world, KILLER)
    for _ in range(2):
        dies(world, service)
    world.start(service).settle()
    mark = "UPDATE parked SET requeued = TRUE"
    world.stores.rows("intake", mark)
    with pytest.raises(Crash):
        world.nodes[0].settle()
    node = world.restart(world.nodes[0])
    node.settle()
    assert [row[3] for row in world.parked("intake")] == ["killed_reader"]
    killers.clear()
    world.stores.rows("intake", mark)
    node.settle()
    assert (seen(world, KILLER), world.parked("intake")) == ([[KILLER]], [])


def test_a_lane_without_records_never_looks_as_if_its_owners_had_died(world: World) -> None:
    node = world.start(deadly())
    for _ in range(5):
        node.settle()
        node = world.restart(node)
    node.settle()
    assert claims(world) == 0
    submitted(world, "a")
    node.settle()
    assert (seen(world, "a"), claims(world)) == ([["a"]], 0)


def test_one_record_a_batch_is_noted_only_after_a_death(world: World) -> None:
    node = world.start(deadly())
    notes: list[str] = []
    note = node.store.note
    node.store.note = lambda lane, topic: (notes.append(topic), note(lane, topic))[1]  # type: ignore[method-assign]
    submitted(world, "a", "b")
    node.settle()
    submitted(world, "c")
    node.settle()
    assert notes == []
    assert seen(world, "a", "b", "c") == [["a"], ["b"], ["c"]]


def loses_its_store(node: Node, after: int) -> None:
    """The store stops answering in the middle of the next arrival; the process tries again."""
    faults_at(node.database, "before-commit", Unavailable("away"), after)
    with pytest.raises(Unavailable):
        node.engine.step(0)
    node.engine.recover()


def test_a_store_that_does_not_answer_kills_nobody(world: World) -> None:
    submitted(world, "a")
    dies(world, deadly({"a"}))
    node = world.start(deadly())
    node.engine.step(0)
    # Counted and noted by then.
    loses_its_store(node, after=2)
    assert (noted(world), claims(world)) == ([], 0)
    node.settle()
    assert (seen(world, "a"), world.parked("intake")) == ([["a"]], [])


def test_a_store_that_fails_again_and_again_does_not_make_a_lane_slow(world: World) -> None:
    submitted(world, "a")
    node = world.start(deadly())
    node.engine.step(0)
    for _ in range(4):
        loses_its_store(node, after=1)
        assert claims(world) == 0
    node.settle()
    assert (seen(world, "a"), claims(world)) == ([["a"]], 0)


def test_a_record_for_another_lane_that_was_set_aside_is_handed_on_after_those_behind_it(
    world: World,
) -> None:
    killers = {KILLER}
    service = deadly(killers)
    toy = service.external[SUBMISSIONS]

    def address(order: Order, ident: UUID) -> HomeAddress:
        if order.text in killers:
            raise Crash
        return toy.address(order, ident)

    service = replace(service, external={SUBMISSIONS: replace(toy, address=address)})
    world.submit(Order(f"case-{KILLER}", 3, KILLER), partition=5)
    world.submit(Order("case-a", 3, "a"), partition=5)
    for _ in range(2):
        dies(world, service)
    node = world.start(service)
    node.settle()
    assert seen(world, KILLER, "a") == [[], ["a"]]
    killers.clear()
    world.stores.rows("intake", "UPDATE parked SET requeued = TRUE")
    node.settle()
    assert (seen(world, KILLER, "a"), world.parked("intake")) == ([[KILLER], ["a"]], [])
