"""A record on a topic of ours counts only with the seal of the topic's producer; any other is
nobody's: it has no effect, and keeps nothing from having its own.
"""

from __future__ import annotations

import hmac
from dataclasses import replace

import pytest

from benchmarks.testbed.keys import check_of, key_of, keys_of, sealer_of
from shared.events.catalogue import CONSUMES, PRODUCERS
from shared.events.envelope import Envelope, pack
from shared.events.intake import INTAKE, SubmissionDuplicated
from shared.lanes.seals import HEADER, SealCheck, Sealer, SealKey, begin_of
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry
from tests.contracts.test_lanes_order import ANN, accepted, event_id
from tests.contracts.toy import START, Order, case_of, criteria, intake
from tests.contracts.toy_rows import audit
from tests.contracts.world import World

FLOOD = 600
"""Three times as many as the parked ones in a row that stop a lane."""


@pytest.fixture
def sealed(world: World) -> World:
    world.sealed = True
    return world


def event(n: int = 1) -> Envelope:
    return Envelope(
        event_id(n),
        SubmissionDuplicated.TYPE,
        START.isoformat(),
        ANN,
        "intake",
        {"intake": n},
        event_id(n - 1).hex if n > 1 else "",
        event_id(n).hex,
    )


def record(envelope: Envelope, value: bytes = b"{}", sealer: Sealer | None = None) -> Record:
    entry = OutboxEntry(3, 1, INTAKE, 3, b"", pack(envelope), value)
    headers = (sealer or sealer_of("intake")).record_headers(entry)
    return Record(INTAKE, 3, 0, 0, None, tuple(headers), value)


def passes(one: Record, reader: str = "criteria", lane: Lane | None = None) -> bool:
    return check_of(reader).passes(one, lane or Lane(3, 1))


@pytest.mark.parametrize("reader", [name for name, topics in CONSUMES.items() if INTAKE in topics])
def test_each_reader_of_a_topic_finds_the_seal_that_is_for_it(reader: str) -> None:
    assert passes(record(event()), reader)


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_a_seal_is_the_first_half_of_an_hmac_as_the_library_computes_it(length: int) -> None:
    key = bytes(range(length))

    seal = SealKey(key).seal(b"content")

    assert seal == hmac.digest(key, b"content", "sha256").hex()[:32]


def test_a_topic_of_ours_has_as_many_seals_as_readers() -> None:
    for topic, producer in PRODUCERS.items():
        readers = [name for name, topics in CONSUMES.items() if topic in topics]
        assert len(keys_of(producer).pairs.seals) == len(readers)


@pytest.mark.parametrize(
    "deviating",
    [
        {"id": event_id(9)},
        {"type": "pa.intake.request-cancelled.v1"},
        {"time": "2026-03-02T09:00:01+00:00"},
        {"case_id": case_of("bob")},
        {"clock": {"intake": 2}},
        {"clock": {"intake": 1, "criteria": 1}},
        {"prev": event_id(9).hex},
        {"causation": event_id(9).hex},
    ],
    ids=str,
)
def test_a_seal_of_one_event_does_for_no_other(deviating: dict[str, object]) -> None:
    genuine = record(event())
    seal = [pair for pair in genuine.headers if pair[0] == HEADER]
    other = record(event()._replace(**deviating), sealer=Sealer("", ()))

    assert not passes(other._replace(headers=(*other.headers, *seal)))
    assert not passes(genuine._replace(value=b"{} "))
    assert not passes(genuine._replace(partition=4))
    assert passes(genuine)


@pytest.mark.parametrize(
    "seal",
    [b"", b":", b",,", b"x" * 5000, b"\xff\x00", b"00000000:" + b"0" * 32, None],
)
def test_what_is_no_seal_is_none(seal: bytes | None) -> None:
    genuine = record(event())
    name = next(v for k, v in genuine.headers if k == HEADER and v).split(b":")[0]
    headers = tuple(pair for pair in genuine.headers if pair[0] != HEADER)

    assert not passes(genuine._replace(headers=headers))
    assert not passes(genuine._replace(headers=(*headers, (HEADER, seal))))
    assert not passes(genuine._replace(headers=(*headers, (HEADER, name + b":"))))
    assert not passes(genuine._replace(headers=()))


def test_a_header_of_two_lines_does_not_stand_for_two_headers() -> None:
    genuine = record(event())
    named = dict(genuine.headers)
    moved = named | {
        "ce_id": (named["ce_id"] or b"") + b"\n" + (named["ce_type"] or b""),
        "ce_type": named["ce_time"],
        "ce_time": named["ce_subject"],
    }
    assert not passes(genuine._replace(headers=tuple(moved.items())))


def test_a_reader_cannot_seal_for_another_reader() -> None:
    known_to_letters = Sealer(INTAKE, [key_of("seal-intake-letters")])
    assert passes(record(event(), sealer=known_to_letters), "letters")
    assert not passes(record(event(), sealer=known_to_letters), "criteria")
    assert not passes(record(event(), sealer=known_to_letters), "audit")


def test_while_a_key_changes_the_seals_of_both_count() -> None:
    both = SealCheck({INTAKE: (key_of("old"), key_of("new"))}, required=True)
    for key in ("old", "new"):
        assert both.passes(record(event(), sealer=Sealer(INTAKE, [key_of(key)])), Lane(3, 1))
    only = SealCheck({INTAKE: (key_of("new"),)}, required=True)
    assert not only.passes(record(event(), sealer=Sealer(INTAKE, [key_of("old")])), Lane(3, 1))


def test_a_forged_event_has_no_effect_and_the_genuine_one_behind_it_has_its_own(
    sealed: World,
) -> None:
    first, reader = sealed.start(intake()), sealed.start(criteria())
    sealed.submit(Order("ann", 3, "first"))
    sealed.settle()
    # As the next event of the case: the genuine one has the same number.
    accepted(sealed, 2, prev=sealed.events(INTAKE)[0][0].id.hex)
    reader.settle()
    sealed.submit(Order("ann", 3, "second"))
    sealed.submit(Order("bob", 3, "other"))
    sealed.settle()

    assert [reason for *_, reason in sealed.parked("criteria")] == ["unsealed"]
    assert len(sealed.state("criteria", ANN)) == 2
    assert str(event_id(2)) not in sealed.state("criteria", ANN)
    assert len(sealed.state("criteria", case_of("bob"))) == 1
    assert (reader.engine.health.unsealed, reader.engine.health.refused) == (1, {})
    assert first.engine.health.unsealed == 0


def test_however_many_are_forged_no_lane_stops_and_no_case(sealed: World) -> None:
    reader = sealed.start(criteria())
    for n in range(FLOOD):
        accepted(sealed, 1, case_id=case_of(f"case {n}"), prev=event_id(9).hex)
    reader.settle()
    sealed.start(intake())
    sealed.submit(Order("ann", 3, "genuine"))
    sealed.settle()

    assert reader.engine.health.refused == {}
    assert reader.engine.health.unsealed == FLOOD
    assert len(sealed.state("criteria", ANN)) == 1


def test_an_event_sent_once_more_to_another_lane_is_nobodys(sealed: World) -> None:
    reader = sealed.start(criteria())
    sealed.start(intake())
    sealed.submit(Order("ann", 3, "first"))
    sealed.settle()
    ((_, genuine),) = sealed.events(INTAKE)
    sealed.broker.append((INTAKE, 4), genuine.key, genuine.headers, genuine.value)
    sealed.broker.append((INTAKE, 3), genuine.key, genuine.headers, genuine.value)
    reader.settle()

    assert sealed.parked("criteria") == [(4, INTAKE, 0, "unsealed")]
    assert len(sealed.state("criteria", ANN)) == 1


def test_what_a_missing_key_parked_is_worked_once_it_is_there(sealed: World) -> None:
    sealed.sealed = False
    sealed.start(intake())
    sealed.sealed = True
    sealed.submit(Order("ann", 3, "first"))
    sealed.settle()
    reader = sealed.start(criteria())
    reader.settle()
    assert [reason for *_, reason in sealed.parked("criteria")] == ["unsealed"]

    sealed.sealed = False
    reader = sealed.restart(reader)
    reader.database.query("UPDATE parked SET requeued = TRUE")
    reader.settle()

    assert sealed.parked("criteria") == []
    assert len(sealed.state("criteria", ANN)) == 1


def test_audit_keeps_what_is_forged_and_says_so(sealed: World) -> None:
    node = sealed.start(audit())
    accepted(sealed, 1)
    sealed.start(intake())
    sealed.submit(Order("ann", 3, "first"))
    sealed.settle()

    assert node.engine.health.unsealed == 1
    assert len(sealed.stores.rows("audit", "SELECT value FROM toy_entry")) == 3


def test_seals_are_asked_for_from_where_they_were_switched_on(world: World) -> None:
    """A store that was worked without them takes what its topics held then, and nothing later."""
    world.start(intake())
    reader = world.start(criteria())
    world.submit(Order("ann", 3, "before"))
    world.settle()
    world.crash(reader)
    world.submit(Order("ann", 3, "unread"))
    world.settle()

    world.sealed = True
    reader = world.start(criteria())
    reader.settle()
    assert len(world.state("criteria", ANN)) == 2
    world.submit(Order("ann", 3, "unsealed"))
    world.settle()

    assert len(world.state("criteria", ANN)) == 2
    assert [(offset, reason) for _, _, offset, reason in world.parked("criteria")] == [
        (2, "unsealed")
    ]
    assert reader.engine._claims.lanes[3].positions[begin_of(INTAKE)] == 2
    reader = world.restart(reader)
    reader.settle()
    assert reader.engine._claims.lanes[3].positions[begin_of(INTAKE)] == 2


def test_a_lane_keeps_where_seals_begin_though_it_accepts_for_a_while() -> None:
    lane = Lane(3, 1, positions={INTAKE: 7})
    check_of("criteria").begin(lane, INTAKE, 7)
    accepting = SealCheck(keys_of("criteria").pairs.checks, required=False)
    accepting.begin(lane, INTAKE, 90)
    unsealed = record(event(), sealer=Sealer("", ()))

    assert lane.positions[begin_of(INTAKE)] == 7
    assert accepting.passes(replace_offset(unsealed, 8), lane)
    assert not passes(replace_offset(unsealed, 8), lane=lane)
    assert passes(replace_offset(unsealed, 6), lane=lane)
    assert replace(lane).positions[begin_of(INTAKE)] == 7


def replace_offset(one: Record, offset: int) -> Record:
    return one._replace(offset=offset)
