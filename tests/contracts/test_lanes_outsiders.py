"""Records that outsiders wrote: answered, never parked, handed to the lane where their member
lives.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from shared.events.envelope import UNREADABLE, headers_of
from shared.events.intake import INTAKE
from shared.events.submissions import SUBMISSIONS
from shared.ids import record_id
from shared.lanes.batch.reader import ORIGIN, RECEIVED, SEAL, VIA, seal
from tests.contracts.toy import START, Faults, Order, case_of, intake
from tests.contracts.world import KEY, World

REJECTED = "pa.intake.submission-rejected.v1"
Headers = tuple[tuple[str, bytes | None], ...]


@pytest.mark.parametrize(
    ("headers", "value", "code"),
    [
        ((), b"not json", "toy-order"),
        ((), b"[" * 5_000, "nesting"),
        ((), None, "toy-order"),
        ((), b'{"case": "a\\u0000", "home": 1}', "nul"),
        ((("x", b"\xff"),), b"{}", "header"),
        ((("x", None),), b"{}", "header"),
        ((("x", b"two\nlines"),), b"{}", "header"),
        ((("x", b"y" * 1_001),), b"{}", "header"),
        (((UNREADABLE, None),), b"{}", "header"),
        ((("foreign", None), ("n\u00e4me", b"\xff")), b"{}", "toy-order"),
    ],
)
def test_what_cannot_be_read_is_answered_and_harms_nobody(
    world: World, headers: Headers, value: bytes | None, code: str
) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "before"))
    world.broker.append((SUBMISSIONS, 3), b"", headers, value)
    world.submit(Order("ann", 3, "after"))
    node.settle()
    assert world.state("intake", case_of("ann")) == ["before", "after"]
    ((_, rejected),) = [entry for entry in world.events(INTAKE) if entry[0].type == REJECTED]
    assert json.loads(rejected.value or b"")["code"] == code
    assert world.parked("intake") == []
    assert node.engine.health.parked == 0


def test_a_record_in_another_lane_goes_home_with_its_first_id_and_receipt(world: World) -> None:
    node = world.start(intake())
    world.submit(
        Order("ann", 3, "first"),
        partition=7,
        headers=[("ce_type", b"toy"), ("x", b"kept"), ("y", b"\xff")],
    )
    node.engine.step(0)
    node.engine.step(0)
    world.clock.at = START + timedelta(minutes=5)
    node.settle()
    origin = record_id(world.broker.topic_id(SUBMISSIONS), 7, 0)
    ((envelope, event),) = world.events(INTAKE)
    assert (event.partition, envelope.causation) == (3, origin.hex)
    content = json.loads(event.value or b"")
    assert content["submission_id"] == str(origin)
    assert content["received_at"].startswith(START.isoformat()[:19])
    forwarded = world.broker.records(SUBMISSIONS)[0]
    assert dict(forwarded.headers)["x"] == b"kept"
    assert "y" not in dict(forwarded.headers)


def test_a_record_that_is_not_to_be_handed_on_is_rejected_where_it_lies(world: World) -> None:
    service = intake()
    stays = {topic: replace(one, handed_on=False) for topic, one in service.external.items()}
    node = world.start(replace(service, external=stays))
    world.submit(Order("ann", 3, "first"), partition=7)
    node.settle()

    ((_, rejected),) = world.events(INTAKE)
    assert json.loads(rejected.value or b"")["code"] == "lane"
    assert [one.partition for one in world.broker.records(SUBMISSIONS)] == [7]
    assert world.parked("intake") == []


def test_a_record_for_another_service_is_passed_over_unread(world: World) -> None:
    service = intake()
    theirs = {
        topic: replace(one, passes_over="theirs".__eq__) for topic, one in service.external.items()
    }
    node = world.start(replace(service, external=theirs))
    world.broker.append((SUBMISSIONS, 3), b"", (("ce_type", b"theirs"),), b"not json")
    world.submit(Order("ann", 3, "first"))
    node.settle()
    node = world.restart(node)
    node.settle()

    assert world.state("intake", case_of("ann")) == ["first"]
    assert [
        envelope.type for envelope, _ in world.events(INTAKE) if envelope.type == REJECTED
    ] == []
    assert world.parked("intake") == []


def test_a_record_handed_on_twice_is_one_submission(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first"), partition=7)
    node.settle()
    forwarded = next(
        record for record in world.broker.records(SUBMISSIONS) if record.partition == 3
    )
    world.broker.append((SUBMISSIONS, 3), forwarded.key, forwarded.headers, forwarded.value)
    node.settle()
    assert len(world.events(INTAKE)) == 1
    assert world.state("intake", case_of("ann")) == ["first"]


def test_a_lane_does_not_see_the_cases_of_another(world: World) -> None:
    store, _ = world.stores.open(intake())
    world.start(intake())
    world.submit(Order("ann", 3, "first", "alias"))
    world.settle()
    ann = case_of("ann")
    assert store.load({ann: 8}, {(8, "also-first")}) == ({}, {})
    assert list(store.load({ann: 3}, set())[0]) == [ann]
    cases, names = store.load({}, {(3, "also-first"), (8, "also-first")})
    assert (list(cases), names) == ([ann], {(3, "also-first"): ann})


@pytest.mark.parametrize("stolen", [True, False])
def test_a_forged_origin_is_ignored(world: World, *, stolen: bool) -> None:
    node = world.start(intake())
    origin, received = str(case_of("somebody else")), "2020-01-01T00:00:00+00:00"
    forged = seal(KEY, (origin, received, "1:1"), b"other content") if stolen else "0" * 64
    headers = [
        (ORIGIN, origin.encode()),
        (RECEIVED, received.encode()),
        (VIA, b"1:1"),
        (SEAL, forged.encode()),
    ]
    world.submit(Order("ann", 3, "here"), headers=headers)
    world.submit(Order("ann", 3, "elsewhere"), partition=7, headers=headers)
    node.settle()
    causes = {envelope.causation for envelope, _ in world.events(INTAKE)}
    assert causes == {record_id(world.broker.topic_id(SUBMISSIONS), p, 0).hex for p in (3, 7)}
    assert all(b"2020" not in (record.value or b"") for record in world.broker.records(INTAKE))


def test_a_record_too_large_to_be_handed_on_is_rejected(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "x" * (10 * 1024 * 1024 - 8_000)), partition=7)
    world.submit(Order("bob", 3, "small"), partition=7, headers=[("x", b"y" * 5_000)])
    world.submit(Order("cid", 3, "fits"), partition=7)
    node.settle()
    assert [envelope.type == REJECTED for envelope, _ in world.events(INTAKE)].count(True) == 2
    assert world.state("intake", case_of("cid")) == ["fits"]


def test_an_alias_finds_the_case_that_it_was_given_to(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "alias"))
    world.submit(Order("other", 3, "same batch", alias="also-first"))
    node.settle()
    node = world.restart(node)
    world.submit(Order("another", 3, "later", alias="also-first"))
    world.submit(Order("third", 3, "unknown", alias="also-nobody"))
    node.settle()
    assert world.state("intake", case_of("ann")) == ["first", "same batch", "later"]
    assert world.state("intake", case_of("third")) == ["unknown"]


def test_a_record_that_several_aliases_may_place_goes_by_the_first_that_names_a_case(
    world: World,
) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "alias"))
    node.settle()
    world.submit(Order("other", 3, "second", alias="also-nobody,also-first"))
    node.settle()
    assert world.state("intake", case_of("ann")) == ["first", "second"]


@pytest.mark.parametrize("batches", [1, 2])
def test_an_alias_is_never_pointed_at_another_case(world: World, batches: int) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "alias"))
    if batches > 1:
        node.settle()
    world.submit(Order("bob", 3, "second", "alias"))
    if batches > 1:
        node.settle()
    world.submit(Order("bob", 3, "third", "take", alias="also-second,also-first"))
    world.submit(Order("cid", 3, "fourth", alias="also-first"))
    node.settle()
    assert world.state("intake", case_of("ann")) == ["first", "fourth"]
    assert world.state("intake", case_of("bob")) == ["second", "third"]


@pytest.mark.parametrize("batches", [1, 2])
def test_an_alias_that_a_case_has_left_names_the_next_one_that_takes_it(
    world: World, batches: int
) -> None:
    node = world.start(intake())
    for order in (
        Order("ann", 3, "first", "alias"),
        Order("ann", 3, "first", "leave"),
        Order("bob", 3, "second", "take", alias="also-first"),
        Order("cid", 3, "third", alias="also-first"),
    ):
        world.submit(order)
        if batches > 1:
            node.settle()
    node.settle()
    assert world.state("intake", case_of("ann")) == ["first", "first"]
    assert world.state("intake", case_of("bob")) == ["second", "third"]
    rows = world.stores.rows("intake", "SELECT alias, case_id FROM case_alias")
    assert [(alias, UUID(str(case_id))) for alias, case_id in rows] == [
        ("also-first", case_of("bob"))
    ]


@pytest.mark.parametrize("batches", [1, 2])
def test_a_record_that_finds_a_case_may_open_another_which_takes_its_alias(
    world: World, batches: int
) -> None:
    node = world.start(intake())
    for order in (
        Order("ann", 3, "first", "alias"),
        Order("bob", 3, "second", "anew", alias="also-first"),
        Order("cid", 3, "third", alias="also-first"),
    ):
        world.submit(order)
        if batches > 1:
            node.settle()
    node.settle()
    assert world.state("intake", case_of("ann")) == ["first"]
    assert world.state("intake", case_of("bob")) == ["second", "third"]
    assert world.state("intake", case_of("cid")) == []
    assert len(list(world.broker.records(INTAKE))) == 3


def test_a_case_and_the_one_that_it_opens_are_kept_together_or_not_at_all(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "alias"))
    world.submit(Order("bob", 3, "second", "anew-untold", alias="also-first"))
    world.submit(Order("cid", 3, "third", alias="also-first"))
    node.settle()
    assert [why for *_, why in world.parked("intake")] == ["bug", "behind"]
    assert world.state("intake", case_of("bob")) == []
    assert len(list(world.broker.records(INTAKE))) == 1


def test_a_case_cannot_leave_an_alias_of_another(world: World) -> None:
    node = world.start(intake())
    world.submit(Order("ann", 3, "first", "alias"))
    node.settle()
    world.submit(Order("bob", 3, "first", "leave"))
    node.settle()
    world.submit(Order("cid", 3, "third", alias="also-first"))
    node.settle()
    assert world.state("intake", case_of("ann")) == ["first", "third"]


def test_the_same_sent_again_waits_behind_what_is_parked_of_it(world: World) -> None:
    faults = Faults(broken={"bad"})
    node = world.start(intake(faults))
    for name in ("ann", "bob"):
        world.submit(Order(name, 3, "bad", "take", alias="also-bad"))
        node.settle()
    assert [row[3] for row in world.parked("intake")] == ["bug", "behind"]
    faults.broken.clear()
    world.requeue(node)
    node.settle()
    assert world.state("intake", case_of("ann")) == ["bad", "bad"]
    assert world.state("intake", case_of("bob")) == []


def test_what_is_tried_again_takes_no_alias_of_another_case(world: World) -> None:
    faults = Faults(broken={"bad"})
    node = world.start(intake(faults))
    world.submit(Order("bob", 3, "bad", "take", alias="also-bad,also-first"))
    world.submit(Order("ann", 3, "first", "alias"))
    node.settle()
    faults.broken.clear()
    world.requeue(node)
    node = world.restart(node)
    node.settle()
    world.submit(Order("cid", 3, "third", alias="also-first"))
    node.settle()
    assert world.state("intake", case_of("bob")) == ["bad"]
    assert world.state("intake", case_of("ann")) == ["first", "third"]


def test_headers_of_forwarded_records_can_be_packed(world: World) -> None:
    world.start(intake())
    world.submit(Order("ann", 3, "first"), partition=7, headers=[("empty", b""), ("", b"nameless")])
    world.settle()
    assert world.state("intake", case_of("ann")) == ["first"]
    assert headers_of(b"a\nb") == [("a", b"b")]
