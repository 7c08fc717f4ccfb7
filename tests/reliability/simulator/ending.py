"""What must hold when everything has come to rest: nothing is left over, and everything that was
asked has its answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from shared.events.catalogue import CONSUMES
from shared.events.criteria import CaseDetermined
from shared.events.letters import Audience
from shared.events.submissions import SUBMISSIONS
from shared.ids import record_id
from tests.reliability.simulator.cases import LANES, LARGEST, case_of
from tests.reliability.simulator.clocks import RUNS
from tests.reliability.simulator.invariants import Durable
from tests.reliability.simulator.ledger import SOURCES
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.world import World


def check(world: World) -> None:
    """Everything, once nothing moves any more."""
    _drained(world)
    _applied(world)
    _answered(world)
    _told(world)


def _drained(world: World) -> None:
    ledger = world.ledger
    unlanded = ledger.outbox.keys() - ledger.landed
    must(not unlanded, "backlog drains", f"never published: {sorted(unlanded)[:3]}")
    for process in world.processes:
        must(
            not process.engine.health.refused,
            "backlog drains",
            f"{process.service.name} refuses {process.engine.health.refused}",
        )
    for service, topics in CONSUMES.items():
        for topic in topics:
            for p in range(LANES):
                read, end = ledger.positions[service, p, topic], world.broker.end((topic, p))
                must(
                    read == end,
                    "backlog drains",
                    f"{service} has read {read} of {end} of {topic}/{p}",
                )
    for name, disk in world.disks.items():
        must(not disk.rows("SELECT 1 FROM task"), "backlog drains", f"{name} has open tasks")
        for case_id, reason in disk.rows("SELECT case_id, reason FROM parked"):
            must(
                case_id is None or (name == "intake" and UUID(case_id) in oversized(world)),
                "backlog drains",
                f"{name} holds {reason} of {case_id}",
            )


def oversized(world: World) -> set[UUID]:
    """Cases whose first event no broker would take: they stay parked, aloud."""
    topic_id = world.broker.topic_id(SUBMISSIONS)
    large = [one for one in world.ledger.outside if len(one.value or b"") > LARGEST]
    return {case for one in large if (case := case_of(one, topic_id)) is not None}


def _applied(world: World) -> None:
    """Every service has applied all events that it reads, and audit holds every record."""
    ledger = world.ledger
    for (case_id, producer), count in ledger.counts.items():
        for service, sources in SOURCES.items():
            if producer in sources and service != "audit":
                have = ledger.applied.get((service, case_id), {}).get(producer, 0)
                must(
                    have == count,
                    "nothing is skipped",
                    f"{service} applied {have} of {count} of {producer}",
                )


def _answered(world: World) -> None:
    """Every submission has one answer, and every accepted version one evaluation."""
    ledger, topic_id = world.ledger, world.broker.topic_id(SUBMISSIONS)
    parked = oversized(world)
    for record in ledger.outside:
        if record.topic == SUBMISSIONS and case_of(record, topic_id) not in parked:
            submission = record_id(topic_id, record.partition, record.offset)
            must(
                ledger.answers[submission] == 1,
                "everything is answered",
                f"{submission} is answered {ledger.answers[submission]} times",
            )
    for (case_id, version), times in ledger.evaluated.items():
        must(times == 1, "one evaluation a version", f"version {version} of {case_id}: {times}")
    for (case_id, producer, _), event in ledger.events.items():
        if producer == "intake" and "request" in event.data:
            version = event.data["version"]
            # One that was replaced or withdrawn before the repair is not evaluated any more.
            over = (case_id, version) in ledger.unevaluated.versions and version < ledger.versions[
                case_id
            ]
            must(
                over or ledger.evaluated[case_id, version] == 1,
                "everything is answered",
                f"version {version} is not evaluated",
            )


def _told(world: World) -> None:
    """Every notice has a letter for each audience, each with its documents, unless it repeats what
    was noticed before; every clock has stopped or run out.
    """
    ledger = world.ledger
    noticed: set[tuple[UUID, str]] = set()
    for ident, event in ledger.by_id.items():
        if event.envelope.type == CaseDetermined.TYPE and not event.data.get("evaluation_failed"):
            contents = set(_contents(event))
            repeats = bool(contents & noticed)
            noticed |= contents
            for audience in Audience.known():
                letter = ledger.letters.get((str(ident), audience.value))
                must(
                    (repeats and letter is None)
                    or (letter is not None and ledger.rendered[letter] == int(world.renders)),
                    "one letter",
                    f"notice {ident} {audience.value}: {letter}",
                )
    for clock, last in ledger.running.items():
        must(last not in RUNS, "clocks end", clock)


def _contents(event: Durable) -> Iterator[tuple[UUID, str]]:
    """The case with what its lines ask for and came to, and, where one was refused, what they came
    to alone, which an administrative change leaves as it is: each is noticed once.
    """
    lines = event.data["lines"]
    came_to = [
        (line["sequence"], line["determination"], line.get("authorization", {}).get("number"))
        for line in lines
    ]
    yield event.envelope.case_id, repr([*came_to, *(line["digest"] for line in lines)])
    if any(determination in {"A3", "A6"} for _, determination, _ in came_to):
        yield event.envelope.case_id, repr(came_to)
