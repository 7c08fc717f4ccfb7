"""A lane is worked with the keys that it was begun with, or not at all."""

from __future__ import annotations

from dataclasses import replace

from shared.lanes.engine.ports import Setup
from tests.contracts.toy import Order, case_of, intake
from tests.contracts.world import KEY, World

BEGUN = Setup("one", KEY, lasting={"routing": "0a0a0a0a", "handover": "0b0b0b0b"})


def test_a_store_refuses_another_key_by_name_and_goes_on_with_the_first(world: World) -> None:
    node = world.start(intake(), setup=BEGUN)
    world.submit(Order("ann", 3, "first"))
    node.settle()
    world.crash(node)

    another = replace(BEGUN, lasting={"routing": "0c0c0c0c", "handover": "0b0b0b0b"})
    node = world.start(intake(), setup=another)
    world.submit(Order("ann", 3, "second"))
    node.settle()

    assert (
        "the key routing is another one (0c0c0c0c) than the store was begun with (0a0a0a0a)"
        in node.engine.health.refused[3]
    )
    assert world.state("intake", case_of("ann")) == ["first"]
    world.crash(node)
    node = world.start(intake(), setup=BEGUN)
    node.settle()
    assert node.engine.health.refused == {}
    assert world.state("intake", case_of("ann")) == ["first", "second"]


def test_a_key_that_is_new_to_a_store_is_noted(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first"))
    node.settle()
    node = world.restart(node, setup=BEGUN)
    world.submit(Order("ann", 3, "second"))
    node.settle()
    node = world.restart(node, setup=replace(BEGUN, lasting={"routing": "0c0c0c0c"}))
    node.settle()

    assert "the key routing is another one" in node.engine.health.refused[3]
