"""Records that come again, too early, or not at all."""

from __future__ import annotations

from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.lanes.state.record import Record
from shared.lanes.transport import Records
from tests.contracts.toy import Order, case_of, intake
from tests.contracts.world import World


def submit(world: World) -> None:
    for n in range(6):
        world.submit(Order(f"case-{n % 3}", n % 3 % 2, f"text-{n}"))


def test_records_delivered_again_are_dropped(world: World) -> None:
    node = world.start(intake())
    submit(world)
    node.settle()
    again = tuple(world.broker.records(SUBMISSIONS))
    node.source.put(Records(again + again))
    node.source.seek((SUBMISSIONS, 0), 0)
    node.source.seek((SUBMISSIONS, 1), 1)
    node.settle()
    assert len(world.broker.records(INTAKE)) == 6


def test_records_that_come_too_early_are_read_again_from_where_the_lane_stands(
    world: World,
) -> None:
    node = world.start(intake())
    node.engine.step(0)
    submit(world)
    late: tuple[Record, ...] = tuple(
        record for record in world.broker.records(SUBMISSIONS) if record.offset > 0
    )
    node.source.put(Records(late))
    node.settle()
    assert [envelope.clock["intake"] for envelope in world.distinct(INTAKE, case_of("case-0"))] == [
        1,
        2,
    ]
    assert len(world.broker.records(INTAKE)) == 6


def test_offsets_without_records_are_passed(world: World) -> None:
    node = world.start(intake())
    for n in range(3):
        world.submit(Order("ann", 3, str(n)))
        world.broker.skip((SUBMISSIONS, 3), 2)
    node.settle()
    assert world.state("intake", case_of("ann")) == ["0", "1", "2"]
