"""A lane whose position does not fit its topic is refused, at a start and while it runs; the
documented ways out lead on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.events.submissions import SUBMISSIONS
from shared.lanes.engine.ports import Limits
from tests.contracts.toy import Order, case_of, intake
from tests.contracts.world import Node, World

PAGE = Path(__file__).resolve().parents[2] / "docs/operations/lanes.md"
ANN = case_of("ann")


def way_out(heading: str, **named: object) -> str:
    """The statement that the page gives under a heading, with its capital words filled in."""
    section = PAGE.read_text(encoding="utf-8").split(f"### {heading}\n")[1]
    (statement, *_) = re.findall(r"```sql\n(.*?);\n```", section, re.DOTALL)
    for word, value in {"TOPIC": SUBMISSIONS, "LANE": 3, **named}.items():
        statement = re.sub(rf"\b{word}\b", str(value), statement)
    return str(statement)


def recreated(world: World) -> None:
    world.broker.recreate(SUBMISSIONS)


def trimmed(world: World) -> None:
    world.submit(Order("ann", 3, "never read"))
    world.broker.trim((SUBMISSIONS, 3), 3)


def lost(world: World) -> None:
    world.broker._ends[SUBMISSIONS, 3] = 1
    world.broker._logs[SUBMISSIONS, 3].pop()


@pytest.mark.parametrize(
    ("harm", "heading", "told"),
    [
        (recreated, "A topic was re-created", f"topic {SUBMISSIONS} was re-created"),
        (
            trimmed,
            "The position lies before the records",
            "position 2 of pa.submissions.v1 lies outside its records 3..3",
        ),
        (
            lost,
            "The position lies past the end",
            "position 2 of pa.submissions.v1 lies outside its records 0..1",
        ),
    ],
)
def test_the_documented_way_out_leads_on(
    world: World, harm: Callable[[World], None], heading: str, told: str
) -> None:
    node = world.start(intake())
    for text in ("first", "second"):
        world.submit(Order("ann", 3, text))
    node.settle()
    harm(world)
    node = world.restart(node)
    node.settle()
    assert told in node.engine.health.refused[3]
    assert "docs/operations/lanes.md" in node.engine.health.refusals()
    world.crash(node)

    apply(world, way_out(heading, FIRST=3, END=1))
    node = world.start(intake())
    world.submit(Order("ann", 3, "third"))
    node.settle()

    assert node.engine.health.refused == {}
    assert world.state("intake", ANN) == ["first", "second", "third"]


def apply(world: World, statement: str) -> None:
    _, database = world.stores.open(intake())
    database.query(statement)


@pytest.mark.parametrize("harm", [recreated, lost])
def test_a_running_replica_notices_that_its_topic_is_another_or_shorter(
    world: World, harm: Callable[[World], None]
) -> None:
    node: Node = world.start(intake(), limits=Limits(tick=0.0, watch=0.0))
    for text in ("first", "second"):
        world.submit(Order("ann", 3, text))
    node.settle()

    harm(world)
    node.settle()

    assert set(node.engine.health.refused) == {3}
    world.submit(Order("bob", 4, "first"))
    node.settle()
    assert world.state("intake", case_of("bob")) == ["first"]
