"""Replaying a service's history gives its events again, byte for byte."""

from __future__ import annotations

from datetime import timedelta

from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.lanes.batch.history import spans
from shared.lanes.batch.reader import SEAL
from shared.lanes.engine.ports import Limits, Setup
from shared.lanes.replay import Replay
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import BatchNote
from tests.contracts.stores import SqliteServer, Stores
from tests.contracts.toy import START, Faults, Order, criteria, intake
from tests.contracts.world import KEY, World

TOLD = "SELECT p, n, kind, at, ranges, parked, reference, code FROM lane_batch ORDER BY p, n"
TASKS = "SELECT p, kind, key, queue, turn FROM task ORDER BY p, turn"


def lived(world: World, faults: Faults) -> None:
    """A day with everything in it: two topics, timers, tasks, forwards, aliases, rejections,
    parking, a requeue, a restart.
    """
    node = world.start(intake(faults), limits=Limits(records=7, tick=0.0))
    world.start(criteria())
    acts = ["", "timer", "task", "alias", "twice", "null"]
    for n in range(60):
        world.clock.at = START + timedelta(minutes=n)
        home = n % 5 % 3
        world.submit(
            Order(f"case-{n % 5}-{n % 4}", home, f"text-{n}", acts[n % 6 if n > 45 else n % 4]),
            partition=n % 4,
        )
        if n % 10 == 3:
            world.broker.append((SUBMISSIONS, home), b"", (), b"nonsense")
        if n % 7 == 0:
            world.settle()
        if n == 30:
            node = world.restart(node)
    world.clock.at += timedelta(hours=3)
    world.settle()
    world.requeue(node)
    world.settle()


def test_a_replay_gives_the_same_bytes(world: World, server: SqliteServer) -> None:
    lived(world, Faults())
    assert {note.kind for note in history(world)} >= {
        "input",
        "tick",
        "effect",
        "refuse",
        "requeue",
    }
    stores = fresh(server, world)
    replay = replayed(world, stores)
    stores.close()
    assert outbox(replay.broker.records(INTAKE)) == outbox(world.broker.records(INTAKE))
    handed_on = [
        record for record in world.broker.records(SUBMISSIONS) if SEAL in dict(record.headers)
    ]
    assert set(outbox(replay.broker.records(SUBMISSIONS))) == set(outbox(handed_on))
    assert len(outbox(world.broker.records(INTAKE))) > 60


def test_tasks_that_are_open_have_the_same_turns_in_a_replay(
    world: World, server: SqliteServer
) -> None:
    node = world.start(intake(Faults(unwritable=True)), patient=True)
    world.submit(Order("ann", 3, "first", "task"))
    node.settle()
    node.pool.run()
    node.settle()
    world.submit(Order("bob", 3, "second", "queued"))
    node.settle()
    # The result of the first could not be stored: its batch has a number, and is not replayed.
    assert [note.kind for note in history(world)] == ["input", "postpone", "input"]
    stores = fresh(server, world)
    replayed(world, stores)
    assert stores.rows("intake", TASKS) == world.stores.rows("intake", TASKS)
    assert len(world.stores.rows("intake", TASKS)) == 2
    stores.close()


def history(world: World) -> list[BatchNote]:
    return [BatchNote(*row) for row in world.stores.rows("intake", TOLD)]


def replayed(world: World, stores: Stores) -> Replay:
    """What the history of toy intake comes to in an empty store."""

    def read(topic: str, p: int, first: int, last: int) -> list[Record]:
        return [
            record
            for record in world.broker.records(topic)
            if record.partition == p and first <= record.offset <= last
        ]

    replay = Replay(intake(Faults()), stores.open(intake())[0], Setup("replay", KEY), ids(world))
    replay.run(history(world), read)
    return replay


def fresh(server: SqliteServer, world: World) -> Stores:
    """A store of the same kind for the replay: another file, or the database of a service that was
    not used.
    """
    if world.stores.url("intake").startswith("sqlite"):
        return server.stores()
    return Stores(lambda _: world.stores.url("replayed"))


def ids(world: World) -> dict[str, str]:
    return {topic: world.broker.topic_id(topic) for topic in (SUBMISSIONS, CRITERIA)}


def outbox(records: list[Record]) -> list[tuple[object, ...]]:
    """Records without repeats and without what the broker gave them."""
    return list(
        dict.fromkeys(
            (record.partition, record.key, record.headers, record.value) for record in records
        )
    )


def test_spans_read_what_the_history_says() -> None:
    assert spans("pa.intake.v1:3-7;pa.criteria.v1:0-0;pa.intake.v1:8-8") == [
        ("pa.intake.v1", 3, 7),
        ("pa.criteria.v1", 0, 0),
        ("pa.intake.v1", 8, 8),
    ]
    assert spans("") == []
