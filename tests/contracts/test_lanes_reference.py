"""Reference data is taken up by an event, switches in every lane at one instant, and is read again
by a replay.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.errors import Impossible
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE, SubmissionDuplicated
from shared.events.policies import POLICIES, PublishedItem, ReferencePublished
from shared.instants import instant
from shared.lanes.engine.ports import Setup
from shared.lanes.outcome import Emit, Outcome, Received
from shared.lanes.publications import publications, taken_up
from shared.lanes.replay import Replay, with_reference
from shared.lanes.service import CaseService, References
from shared.lanes.state.record import Record
from shared.lanes.state.reference import NOTICE, ReferenceItem
from shared.lanes.state.write_set import BatchNote
from tests.contracts.stores import PostgresServer, SqliteServer
from tests.contracts.test_lanes_replay import TOLD, fresh, outbox
from tests.contracts.toy import START, Order, Tally, criteria, intake, review_of
from tests.contracts.world import KEY, World

Words = dict[str, str]
FIRST, SECOND = "first", "second"


def packaged(word: str = FIRST) -> tuple[ReferenceItem, ...]:
    return (ReferenceItem("word", "word", word.encode()),)


def build(items: tuple[ReferenceItem, ...]) -> tuple[Words, tuple[ReferenceItem, ...]]:
    if any(item.content == b"nonsense" for item in items):
        raise Impossible("Nonsense is no word.")
    ordered = sorted(items, key=lambda item: item.kind == "switch")
    return {item.id: item.content.decode() for item in ordered}, items


def wordy(
    brought: Callable[[], tuple[ReferenceItem, ...]] = packaged,
    fixed: frozenset[str] = frozenset(),
    built: Callable[[tuple[ReferenceItem, ...]], Any] = build,
) -> CaseService[Tally]:
    """Toy criteria that gives the word in force as its reason."""
    references = References(frozenset({"word", "switch"}), brought, built, fixed)

    def decide(
        reference: Any, state: Tally | None, received: Received, now: datetime
    ) -> Outcome[Tally]:
        words, items = reference
        match received.data:
            case ReferencePublished() as publication:
                return taken_up(references, items, publication, received, now)
            case SubmissionDuplicated(submission_id=submission):
                review = review_of(submission, 1, now).model_copy(update={"reason": words["word"]})
                return Outcome((state or Tally()).plus(str(submission)), (Emit(review),))
            case _:
                raise Impossible(code="toy-unexpected")

    return replace(
        criteria(),
        decide=decide,
        consumes=(INTAKE, POLICIES),
        external={POLICIES: publications()},
        references=references,
    )


def publish(world: World, word: str, kind: str = "word", partition: int = 0) -> None:
    item = PublishedItem(kind=kind, id="word", content=word)
    publication = ReferencePublished(items=(item,), published_by="committee", reason="a test")
    world.broker.append((POLICIES, partition), b"", (), publication.published())


def reasons(world: World) -> list[tuple[str, str]]:
    """When each answer was given, and the word in it."""
    return [
        (envelope.time, json.loads(record.value or b"{}")["reason"])
        for envelope, record in world.events(CRITERIA)
    ]


def outcomes(world: World) -> list[tuple[Any, ...]]:
    return world.stores.rows(
        "criteria", "SELECT outcome, detail FROM reference_publication ORDER BY at"
    )


def lived(world: World) -> datetime:
    """Two minutes of orders in every lane on three replicas, with a publication in between that
    comes to another lane than its own; the instant at which it was taken up.
    """
    world.start(intake())
    for owner in ("one", "two", "three"):
        world.start(wordy(), owner)
    for n in range(72):
        world.clock.at = START + timedelta(seconds=2 * n)
        world.submit(Order(f"case-{n}", n % 24, f"text-{n}"))
        if n == 20:
            publish(world, SECOND, partition=7)
        # Not every lane is worked at every instant: some answer around the switch, late.
        if n % 3 == 0 or n > 40:
            world.settle()
    world.settle()
    return instant(world.stores.rows("criteria", "SELECT at FROM reference_publication")[0][0])


def test_all_lanes_of_all_replicas_switch_at_one_instant(world: World):
    switched = (lived(world) + NOTICE).isoformat()
    told = reasons(world)

    assert {word for _, word in told} == {FIRST, SECOND}
    assert {word for at, word in told if at < switched} == {FIRST}
    assert {word for at, word in told if at >= switched} == {SECOND}
    assert outcomes(world) == [("taken_up", "a test")]


def test_a_replay_across_a_publication_gives_the_same_bytes(
    world: World, server: SqliteServer | PostgresServer
):
    lived(world)
    history = [BatchNote(*row) for row in world.stores.rows("criteria", TOLD)]
    assert len({note.reference for note in history}) == 2

    def read(topic: str, p: int, first: int, last: int) -> list[Record]:
        return [
            record
            for record in world.broker.records(topic)
            if record.partition == p and first <= record.offset <= last
        ]

    stores = fresh(server, world)
    store, original = stores.open(wordy())[0], world.stores.open(wordy())[0]
    topic_ids = {topic: world.broker.topic_id(topic) for topic in (INTAKE, POLICIES)}
    replay = Replay(wordy(), store, Setup("replay", KEY), topic_ids)
    with pytest.raises(Impossible, match="is not in the store"):
        replay.run(history, read)
    with_reference(store, original, history)
    replay.run(sorted(history, key=lambda note: (note.at, note.p)), read)
    stores.close()

    assert set(outbox(replay.broker.records(CRITERIA))) == set(
        outbox(world.broker.records(CRITERIA))
    )


def test_what_a_release_cannot_read_is_refused_and_the_rest_goes_on(world: World):
    world.start(intake())
    world.start(wordy())
    publish(world, "nonsense")
    publish(world, SECOND, kind="another-services")
    world.broker.append((POLICIES, 3), b"", (), b"not even JSON")
    world.settle()
    world.clock.at += NOTICE + timedelta(seconds=1)
    world.submit(Order("case", 1, "text"))
    world.settle()

    assert [word for _, word in reasons(world)] == [FIRST]
    assert sorted(outcomes(world)) == [
        ("refused", "Nonsense is no word."),
        ("refused", "The publication does not have the expected fields."),
    ]


def test_what_is_fixed_never_changes_under_its_name(world: World):
    world.start(wordy(fixed=frozenset({"word"})))
    publish(world, SECOND)
    world.settle()

    assert outcomes(world) == [
        ("refused", "Another content is in force under the name of word word.")
    ]


def test_a_release_that_changes_what_is_fixed_does_not_work(world: World):
    node = world.start(wordy(fixed=frozenset({"word"})))
    world.settle()
    newer = world.restart(node, wordy(lambda: packaged(SECOND), frozenset({"word"})))
    world.settle()

    assert len(newer.engine.health.refused) == 24
    assert "changes word word under the name" in newer.engine.health.refused[0]


def test_a_replica_that_is_older_than_the_data_says_so(world: World):
    node = world.start(wordy(built=lambda items: ({}, items)))
    publish(world, "nonsense")
    world.settle()
    world.clock.at += NOTICE + timedelta(seconds=1)
    node = world.restart(node, wordy())
    publish(world, SECOND, partition=0)
    world.settle()

    assert list(node.engine.health.refused) == [0]
    assert "cannot be read by this release" in node.engine.health.refused[0]
    assert outcomes(world) == [("taken_up", "a test")]


def test_a_new_release_brings_its_data_after_notice_unless_it_was_published(world: World):
    world.start(intake())
    node = world.start(wordy())
    world.settle()
    node = world.restart(node, wordy(lambda: packaged(SECOND)))
    answers = []
    for seconds in (1, 58, 2):
        world.clock.at += timedelta(seconds=seconds)
        world.submit(Order(f"case-{seconds}", 1, "text"))
        world.settle()
        answers.append(reasons(world)[-1][1])
    assert answers == [FIRST, FIRST, SECOND]

    publish(world, "third")
    world.settle()
    world.restart(node, wordy(lambda: packaged("fourth")))
    world.clock.at += timedelta(hours=1)
    world.submit(Order("last", 1, "text"))
    world.settle()
    assert reasons(world)[-1][1] == "third"


def test_a_switch_is_read_from_the_next_batch_on(world: World):
    world.start(intake())
    world.start(wordy())
    publish(world, "stop", kind="switch")
    world.settle()
    world.clock.at += timedelta(microseconds=1)
    world.submit(Order("case", 1, "text"))
    world.settle()
    assert [word for _, word in reasons(world)] == ["stop"]


def test_the_set_that_a_batch_read_is_in_its_note(world: World):
    lived(world)
    rows = world.stores.rows("criteria", "SELECT sha256, entries FROM reference_set")
    sets = {sha256: json.loads(entries) for sha256, entries in rows}
    for at, reference in world.stores.rows("criteria", "SELECT at, reference FROM lane_batch"):
        active = [entry for entry in sets[reference] if entry[2] <= at]
        assert active, (at, reference)
