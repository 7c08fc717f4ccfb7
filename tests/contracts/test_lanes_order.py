"""Events of a case are applied in order, after their causes, and a forked history blocks its
case.
"""

from __future__ import annotations

from uuid import UUID

from shared.events.criteria import CRITERIA
from shared.events.envelope import Envelope, headers_of, pack
from shared.events.intake import INTAKE, SubmissionDuplicated
from shared.events.letters import LETTERS
from shared.ids import derive
from tests.contracts.toy import START, Order, case_of, criteria, intake, letters, review_of
from tests.contracts.world import World

ANN = case_of("ann")


def event_id(n: int, name: str = "event") -> UUID:
    """The id of the nth made-up event."""
    return derive(ANN, name, str(n))


def accepted(
    world: World, n: int, p: int = 3, case_id: UUID = ANN, prev: str | None = None
) -> None:
    """Writes intake's nth event of a case by hand."""
    before = (event_id(n - 1).hex if n > 1 else "") if prev is None else prev
    envelope = Envelope(
        event_id(n),
        SubmissionDuplicated.TYPE,
        START.isoformat(),
        case_id,
        "intake",
        {"intake": n},
        before,
        event_id(n).hex,
    )
    append(
        world,
        INTAKE,
        p,
        envelope,
        SubmissionDuplicated(submission_id=event_id(n), received_at=START)
        .model_dump_json()
        .encode(),
    )


def reviewed(world: World, n: int, seen: int, p: int = 3) -> None:
    """Writes criteria's nth event of Ann's case, written when criteria had applied `seen` of
    intake's.
    """
    prev = event_id(n - 1, "review").hex if n > 1 else ""
    review = review_of(event_id(n), n, START)
    envelope = Envelope(
        event_id(n, "review"),
        review.TYPE,
        START.isoformat(),
        ANN,
        "criteria",
        {"criteria": n, "intake": seen},
        prev,
        event_id(n).hex,
    )
    append(world, CRITERIA, p, envelope, review.model_dump_json().encode())


def append(world: World, topic: str, p: int, envelope: Envelope, value: bytes) -> None:
    headers = [
        (name, text if isinstance(text, bytes) or text is None else text.encode())
        for name, text in headers_of(pack(envelope))
    ]
    world.broker.append((topic, p), str(envelope.case_id).encode(), headers, value)


def test_an_event_carries_what_its_writer_had_applied_its_cause_included(world: World) -> None:
    for service in (intake(), criteria(), letters()):
        world.start(service)
    for text in ("first", "second"):
        world.submit(Order("ann", 3, text))
        world.settle()
    assert [envelope.clock for envelope, _ in world.events(CRITERIA, ANN)] == [
        {"criteria": 1, "intake": 1},
        {"criteria": 2, "intake": 2},
    ]
    assert [envelope.clock for envelope, _ in world.events(LETTERS, ANN)] == [
        {"letters": n, "intake": n, "criteria": n} for n in (1, 2)
    ]


def test_an_event_names_the_one_before_it(world: World) -> None:
    world.start(intake())
    for n in range(3):
        world.submit(Order("ann", 3, str(n)))
    world.settle()
    envelopes = [envelope for envelope, _ in world.events(INTAKE, ANN)]
    assert [envelope.prev for envelope in envelopes] == [
        "",
        envelopes[0].id.hex,
        envelopes[1].id.hex,
    ]


def test_an_effect_waits_for_its_cause_on_another_topic(world: World) -> None:
    node = world.start(letters())
    reviewed(world, 1, seen=1)
    node.settle()
    assert world.events(LETTERS) == []
    assert [row[3] for row in world.parked("letters")] == ["waiting"]
    accepted(world, 1)
    node.settle()
    assert [envelope.type for envelope, _ in world.events(LETTERS)] == [
        "pa.letters.letter-delivered.v1"
    ]
    assert world.parked("letters") == []


def test_an_effect_in_the_same_batch_as_its_cause_comes_after_it(world: World) -> None:
    node = world.start(letters())
    node.source.order = sorted
    for n in (1, 2, 3):
        reviewed(world, n, seen=n)
        accepted(world, n)
    node.settle()
    assert [envelope.type for envelope, _ in world.events(LETTERS)] == [
        "pa.letters.letter-delivered.v1"
    ] * 3
    assert world.parked("letters") == []


def test_a_gap_waits_and_drains_by_itself(world: World) -> None:
    node = world.start(criteria())
    accepted(world, 1)
    accepted(world, 3)
    accepted(world, 4)
    node.settle()
    assert len(world.events(CRITERIA)) == 1
    assert [row[3] for row in world.parked("criteria")] == ["waiting", "waiting"]
    node = world.restart(node)
    accepted(world, 2)
    node.settle()
    assert world.state("criteria", ANN) == [str(event_id(n)) for n in (1, 2, 3, 4)]
    assert world.parked("criteria") == []


def test_a_repeat_is_skipped_wherever_it_lies(world: World) -> None:
    node = world.start(criteria())
    for n in (1, 2, 1, 3, 3, 2):
        accepted(world, n)
    node.settle()
    accepted(world, 3)
    node.settle()
    assert world.state("criteria", ANN) == [str(event_id(n)) for n in (1, 2, 3)]
    assert len(world.events(CRITERIA)) == 3


def test_a_repeat_of_a_waiting_event_is_dropped_when_it_drains(world: World) -> None:
    node = world.start(criteria())
    for n in (1, 3, 3, 2):
        accepted(world, n)
    node.settle()
    assert world.state("criteria", ANN) == [str(event_id(n)) for n in (1, 2, 3)]
    assert world.parked("criteria") == []


def test_types_that_the_service_ignores_count_too(world: World) -> None:
    node = world.start(criteria())
    accepted(world, 1)
    ignored = Envelope(
        event_id(2),
        "pa.intake.request-cancelled.v1",
        START.isoformat(),
        ANN,
        "intake",
        {"intake": 2},
        event_id(1).hex,
        event_id(2).hex,
    )
    append(world, INTAKE, 3, ignored, b"{}")
    accepted(world, 3)
    node.settle()
    assert world.state("criteria", ANN) == [str(event_id(n)) for n in (1, 3)]
