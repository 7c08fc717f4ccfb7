"""One submission through two services."""

from __future__ import annotations

from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.events.letters import LETTERS
from tests.contracts.toy import Order, case_of, criteria, intake, letters
from tests.contracts.world import World


def test_a_submission_goes_through_all_services_once(world: World) -> None:
    for service in (intake(), criteria(), letters()):
        world.start(service)
    world.submit(Order("ann", 3, "first"))
    world.submit(Order("ann", 3, "second"))
    world.settle()
    case = case_of("ann")
    assert [e.clock["intake"] for e, _ in world.events(INTAKE, case)] == [1, 2]
    assert [e.clock for e, _ in world.events(CRITERIA, case)] == [
        {"criteria": 1, "intake": 1},
        {"criteria": 2, "intake": 2},
    ]
    assert [e.type for e, _ in world.events(LETTERS, case)] == [
        "pa.letters.letter-delivered.v1"
    ] * 2
    assert [kind.split(":")[0] for kind in world.state("intake", case)] == [
        "first",
        "second",
        "review",
        "review",
    ]
