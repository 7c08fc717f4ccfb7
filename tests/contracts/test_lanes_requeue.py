"""What operators see of parked events, and what a requeue comes to: counted exactly, in order, and
to the same bytes as if nothing had been parked.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from sqlalchemy import NullPool
from sqlmodel import SQLModel, create_engine

from services.criteria.handlers import service as criteria_service
from services.intake.handlers import service as intake_service
from services.letters.handlers import service as letters_service
from shared.events.criteria import CRITERIA
from shared.events.intake import INTAKE, SubmissionDuplicated
from shared.events.letters import LETTERS
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.examples import reference_case
from shared.lanes.engine.ports import Limits
from shared.lanes.service import CaseService
from shared.lanes.store.connect import reading_engine, sqlalchemy_url
from shared.lanes.store.parked import (
    APPLIED,
    FAILED,
    HELD,
    PENDING,
    Parked,
    ParkedFilter,
    RecordRef,
)
from shared.lanes.store.tables import table_of
from tests.contracts.faulty import faulty, settings_of
from tests.contracts.stores import PostgresServer, SqliteServer
from tests.contracts.test_lanes_parking import ANN, BOB, accepted, given
from tests.contracts.toy import Faults, Order, criteria, letters
from tests.contracts.world import World

TOPIC_OF = {"intake": INTAKE, "criteria": CRITERIA, "letters": LETTERS}
REAL = (intake_service, criteria_service, letters_service)
Bytes = dict[str, list[tuple[Any, ...]]]


def parked(world: World, service: str = "criteria") -> Parked:
    """The operator's view of a service's store, over connections that are closed after use."""
    return Parked(create_engine(sqlalchemy_url(world.stores.url(service)), poolclass=NullPool))


def spots(table: Parked, choice: ParkedFilter | None = None) -> list[RecordRef]:
    return [entry.ref for entry in table.page(choice or ParkedFilter(), None, 100)]


def test_parked_events_are_found_by_case_and_by_reason_and_counted(world: World) -> None:
    given(world, Faults())
    table = parked(world)

    assert table.reasons(ParkedFilter()) == {"behind": 2, "bug": 1}
    assert table.reasons(ParkedFilter(case_id=BOB)) == {}
    assert [entry.reason for entry in table.page(ParkedFilter(case_id=ANN), None, 2)] == [
        "bug",
        "behind",
    ]
    assert [str(spot) for spot in spots(table, ParkedFilter(reason="bug"))] == [f"{INTAKE}/3/0"]


def test_pages_follow_each_other_without_a_gap(world: World) -> None:
    given(world, Faults())
    table = parked(world)

    seen: list[RecordRef] = []
    while page := table.page(ParkedFilter(), seen[-1] if seen else None, 1):
        seen += [entry.ref for entry in page]

    assert [spot.offset for spot in seen] == [0, 1, 2]


def test_one_parked_event_is_shown_with_its_bytes(world: World) -> None:
    given(world, Faults())

    found = parked(world).record(RecordRef(INTAKE, 3, 0))

    assert found is not None
    first = world.broker.records(INTAKE)[0]
    assert (found.detail, found.record.value, found.record.headers) == (
        "ZeroDivisionError",
        first.value,
        first.headers,
    )
    assert parked(world).record(RecordRef(INTAKE, 3, 99)) is None


def test_what_was_asked_for_is_pending_until_its_lane_is_worked_then_applied(world: World) -> None:
    faults = Faults()
    node, _ = given(world, faults)
    faults.broken.clear()
    table = parked(world)

    asked = table.requeue([ANN], [])

    assert set(table.outcomes(asked).values()) == {PENDING}
    node.settle()
    assert [table.outcomes(asked)[spot] for spot in asked] == [APPLIED] * 3


def test_the_first_that_fails_again_is_failed_and_the_rest_of_its_case_is_held(
    world: World,
) -> None:
    faults = Faults()
    node, ids = given(world, faults)
    faults.broken = {ids[1]}
    table = parked(world)

    asked = table.requeue([ANN], [])
    node.settle()

    assert [table.outcomes(asked)[spot] for spot in asked] == [APPLIED, FAILED, HELD]


def test_an_event_that_waits_for_its_cause_is_not_asked_for(world: World) -> None:
    accepted(world, [Order("ann", 3, str(n)) for n in range(2)])
    records = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    world.broker.append((INTAKE, 3), b"", records[1].headers, records[1].value)
    world.start(criteria()).settle()

    assert parked(world).reasons(ParkedFilter()) == {"waiting": 1}
    assert parked(world).requeue([ANN], []) == []


def test_what_parks_behind_while_a_requeue_is_under_way_is_taken_along(world: World) -> None:
    faults = Faults()
    node, ids = given(world, faults)
    accepted(world, [Order("ann", 3, "fourth")])
    faults.broken.clear()
    node.engine._next_tick = float("inf")
    parked(world).requeue([ANN], [])
    node.settle()
    assert [row[3] for row in world.parked("criteria")] == ["bug", "behind", "behind", "behind"]

    node.engine._next_tick = 0.0
    node.settle()

    assert world.parked("criteria") == []
    assert world.state("criteria", ANN)[:3] == ids[:3]


def test_events_of_two_topics_are_tried_in_the_order_in_which_they_came(world: World) -> None:
    ids = accepted(world, [Order("ann", 3, text) for text in ("first", "second")])
    faults = Faults({ids[0]})
    node = world.start(letters(faults))
    node.settle()
    world.start(criteria()).settle()
    node.settle()
    assert len(world.parked("letters")) == 4
    faults.broken.clear()
    node = world.restart(node)

    parked(world, "letters").requeue([ANN], [])
    node.settle()

    assert world.state("letters", ANN) == [
        f"{kind}:{ident}" for kind in ("submission", "review") for ident in ids
    ]


class Tripping(SubmissionDuplicated):
    """What toy criteria reads, with a bug that one record meets."""

    over: ClassVar[bytes | None] = None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **how: Any) -> Any:
        if json_data == cls.over:
            raise ZeroDivisionError
        return SubmissionDuplicated.model_validate_json(json_data, **how)


def unreadable_by(world: World, *texts: str) -> list[str]:
    """Intake's topic as it is, with orders of Ann's whose headers the running version of criteria
    cannot read.
    """
    ids = accepted(world, [Order("ann", 3, text) for text in texts])
    records = world.broker.records(INTAKE)
    world.broker.recreate(INTAKE)
    for record in records:
        world.broker.append((INTAKE, 3), b"", record.headers, record.value)
    return ids


def test_a_record_of_no_known_case_is_read_again_and_what_waited_for_it_follows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = unreadable_by(world, "first", "second")
    first = world.broker.records(INTAKE)[0]
    with monkeypatch.context() as broken:
        broken.setattr(Tripping, "over", first.value)
        node = world.start(replace(criteria(), reads=frozenset({Tripping})))
        node.settle()
        assert [row[3] for row in world.parked("criteria")] == ["bug", "waiting"]
        asked = parked(world).requeue([], [RecordRef(INTAKE, 3, 0)])
        node.settle()
        assert parked(world).outcomes(asked) == {RecordRef(INTAKE, 3, 0): FAILED}

    asked = parked(world).requeue([], [RecordRef(INTAKE, 3, 0)])
    node.settle()

    assert parked(world).outcomes(asked) == {RecordRef(INTAKE, 3, 0): APPLIED}
    assert world.state("criteria", ANN) == ids
    assert world.parked("criteria") == []


def test_a_record_whose_headers_stay_unreadable_stays_parked_under_its_reason(world: World) -> None:
    world.broker.append((INTAKE, 3), b"", [("ce_id", b"\xff")], b"{}")
    node = world.start(criteria())
    node.settle()
    table = parked(world)

    asked = table.requeue([], spots(table))
    node.settle()

    assert table.outcomes(asked) == {asked[0]: FAILED}
    assert table.reasons(ParkedFilter()) == {"header": 1}


def test_more_than_half_parked_over_a_while_stops_the_lane_though_some_pass(world: World) -> None:
    ids = accepted(world, [Order(f"case-{n}", 3, "x") for n in range(30)] + [Order("bob", 4, "x")])
    broken = {ident for n, ident in enumerate(ids[:30]) if n % 3}
    node = world.start(criteria(Faults(broken)), limits=Limits(records=2, tick=0.0, breaker=4))

    node.settle()

    assert set(node.engine.health.refused) == {3}
    assert "breaker: 13 of the last 20 records were parked" in node.engine.health.refused[3]
    assert "priorauth parked list" in node.engine.health.refused[3]
    assert len(world.state("criteria", BOB)) == 1


def test_one_in_a_hundred_parked_stops_nothing(world: World) -> None:
    ids = accepted(world, [Order(f"case-{n}", 3, "x") for n in range(300)])
    node = world.start(
        criteria(Faults(set(ids[::100]))), limits=Limits(records=20, tick=0.0, breaker=4)
    )

    node.settle()

    assert node.engine.health.refused == {}
    assert len(world.parked("criteria")) == 3


def lived(world: World, *, parks: str, later: timedelta) -> Bytes:
    """The reference case through the three real services, one of which was a bad deploy at first
    (none: all were good); what came of it.
    """
    for build in REAL:
        service = build(settings_of(build))
        tables = [table_of(model) for model in service.tables]
        engine = reading_engine(world.stores.url(service.name))
        SQLModel.metadata.drop_all(engine, tables=tables)
        SQLModel.metadata.create_all(engine, tables=tables)
        engine.dispose()
    services: dict[str, CaseService[Any]] = {
        service.name: service for service in (build(settings_of(build)) for build in REAL)
    }
    nodes = {
        name: world.start(faulty(service) if name == parks else service)
        for name, service in services.items()
    }
    headers = [("ce_type", AuthorizationRequestSubmitted.TYPE.encode())]
    world.broker.append((SUBMISSIONS, 7), b"", headers, json.dumps(reference_case()).encode())
    world.settle()
    if parks:
        requeued_after(world, nodes[parks], services[parks], later)
    topics = {
        topic: [record[5:] for record in world.broker.records(topic)] for topic in TOPIC_OF.values()
    }
    assert len(topics[LETTERS]) == 2
    states = {
        name: world.stores.rows(
            name, "SELECT case_id, p, seq, prev, applied, parked, state FROM case_state"
        )
        for name in services
    }
    return topics | states


def requeued_after(world: World, node: Any, good: CaseService[Any], later: timedelta) -> None:
    """Rolls the bad deploy back and requeues everything: all of it is applied."""
    name = good.name
    assert world.parked(name)
    world.clock.at += later
    world.restart(node, good)
    world.settle()
    table = parked(world, name)
    asked = table.requeue(
        [
            case
            for case in {entry.case_id for entry in table.page(ParkedFilter(), None, 100)}
            if case
        ],
        [],
    )
    assert len(asked) == sum(
        count for reason, count in table.reasons(ParkedFilter()).items() if reason != "waiting"
    )
    world.settle()
    assert set(table.outcomes(asked).values()) == {APPLIED}
    assert world.parked(name) == []


@pytest.mark.parametrize("service", ["criteria", "letters", "intake"])
def test_a_requeue_gives_the_bytes_that_would_have_been(
    world: World, server: SqliteServer | PostgresServer, service: str
) -> None:
    undisturbed = lived(world, parks="", later=timedelta(0))
    world.stores.close()
    again = World(server.stores())

    requeued = lived(again, parks=service, later=timedelta(0))
    again.stores.close()

    assert [requeued[of] for of in (TOPIC_OF[service], service)] == [
        undisturbed[of] for of in (TOPIC_OF[service], service)
    ]
    for topic in TOPIC_OF.values():
        assert sorted(map(known, requeued[topic])) == sorted(map(known, undisturbed[topic]))


def test_a_requeue_later_gives_the_same_events_at_their_own_time(
    world: World, server: SqliteServer | PostgresServer
) -> None:
    undisturbed = lived(world, parks="", later=timedelta(0))
    world.stores.close()
    again = World(server.stores())

    # Before the call that one of the requests asks for is due: that would be one event more.
    requeued = lived(again, parks="criteria", later=timedelta(minutes=30))
    again.stores.close()

    for topic in TOPIC_OF.values():
        assert sorted(map(known, requeued[topic])) == sorted(map(known, undisturbed[topic]))


def known(record: tuple[Any, ...]) -> tuple[bytes, ...]:
    """What of an event depends neither on the clock nor on what other services did meanwhile: its
    id, type, predecessor and cause.
    """
    headers = dict(record[0])
    return tuple(headers[name] or b"" for name in ("ce_id", "ce_type", "ce_prev", "ce_causationid"))
