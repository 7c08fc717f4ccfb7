"""Acts on clocks are taken from whoever may do them, and written sealed for intake."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from benchmarks.testbed.keys import check_of, sealer_of
from services.criteria.api.desk.clock_commands import RIGHTS
from services.criteria.api.desk.routes import ReviewLog, commands
from services.criteria.engine.edition.library import packaged
from services.criteria.handlers import service as criteria
from services.intake.handlers import service as intake
from shared.access.permissions import PERMISSIONS
from shared.access.principal import Principal, Role
from shared.clock import SettableClock
from shared.events.clocks.acts import ClockActSubmitted
from shared.events.criteria import CRITERIA
from shared.events.reviews import REVIEWS, ReviewSubmitted
from shared.ids import case_id
from shared.lanes.seals import HEADER, begin_of
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.settings import load
from shared.web.problems import install
from tests.access import known
from tests.unit.criteria.given import AT

Json = dict[str, Any]
HOME = case_id(UUID(int=9), 3)
ACTS: dict[str, Json] = {
    "extend": {"reason": "member_asked", "words": "Asked for more time to send the images."},
    "expedite": {"asked_by": "physician", "asked_at": "2026-01-05T10:00:00Z"},
    "refuse_expedite": {"words": "Waiting does not put health at risk."},
    "oral_notice": {
        "addressee": "member",
        "notified_at": "2026-01-05T10:00:00Z",
        "adverse": False,
    },
    "mailed": {"letter_id": str(UUID(int=4)), "mailed_at": "2026-01-05T10:00:00Z"},
    "correct_receipt": {"received_at": "2026-01-05T10:00:00Z", "words": "It came by fax."},
    "information_received": {"received_at": "2026-01-05T10:00:00Z"},
}


class Log:
    """Takes what would be written."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    async def publish(
        self, topic: str, lane: int, key: bytes, headers: dict[str, str], value: bytes
    ) -> UUID:
        pairs = tuple((name, text.encode()) for name, text in headers.items())
        self.records.append(Record(topic, lane, len(self.records), 0, key, pairs, value))
        return UUID(int=1)


def post(act: str, role: Role, log: Log | None = None, **changed: Any) -> httpx.Response:
    app = FastAPI()
    install(app)
    written: Any = log or Log()
    app.include_router(
        commands(None, packaged, ReviewLog(written, sealer_of("criteria")), SettableClock(AT))
    )
    command = {"act": act, "idempotency_key": "k-1", **ACTS[act], **changed}

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(known(app, Principal("who", frozenset({role}))))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.post(f"/v1/cases/{HOME}/commands", json=command)

    return asyncio.run(ask())


@pytest.mark.parametrize("act", RIGHTS)
@pytest.mark.parametrize("role", Role)
def test_an_act_is_for_the_roles_that_the_table_names(act: str, role: Role):
    log = Log()
    answer = post(act, role, log)
    may = role in PERMISSIONS.grants[RIGHTS[act]]

    assert (answer.status_code, len(log.records)) == ((202, 1) if may else (403, 0)), answer.text


def test_every_act_has_a_right():
    assert set(RIGHTS) == set(ACTS)
    assert len({*RIGHTS.values()}) == len(RIGHTS)


def test_an_act_is_written_by_whom_in_which_role_and_when():
    log = Log()
    answer = post("extend", Role.NURSE, log)

    (record,) = log.records
    act = ClockActSubmitted.model_validate_json(record.value or b"")
    assert (record.topic, record.partition) == (REVIEWS, 3)
    assert (act.case_id, act.by, act.role, act.submitted_at) == (HOME, "who", "nurse", AT)
    place = f"/v1/cases/{HOME}/clock-acts/k-1"
    assert answer.headers["Location"] == f"{place}?act={act.digest}"
    assert answer.json()["digest"] == act.digest
    assert answer.json()["submitted"]["act"]["reason"] == "member_asked"


@pytest.mark.parametrize(
    ("act", "changed"),
    [
        ("extend", {"reason": "other"}),
        ("extend", {"reason": "because"}),
        ("extend", {"words": "  "}),
        ("expedite", {"asked_by": "nobody"}),
        ("expedite", {"asked_at": "2026-01-05T10:00:00"}),
        ("mailed", {"letter_id": "x"}),
        ("mailed", {"more": 1}),
    ],
)
def test_what_an_act_does_not_say_exactly_is_not_taken(act: str, changed: Json):
    log = Log()

    assert post(act, Role.NURSE, log, **changed).status_code == 422
    assert log.records == []


def test_intake_takes_what_the_desk_wrote_and_nothing_that_another_did():
    log = Log()
    post("extend", Role.NURSE, log)
    (record,) = log.records
    lane, check = Lane(3, 1, positions={begin_of(REVIEWS): 0}), check_of("intake")
    bare = tuple(pair for pair in record.headers if pair[0] != HEADER)

    assert check.passes(record, lane)
    assert not check.passes(record._replace(value=(record.value or b"") + b" "), lane)
    assert not check.passes(record._replace(partition=4), lane)
    assert not check.passes(record._replace(headers=bare), lane)
    assert begin_of(CRITERIA) not in lane.positions


def test_each_record_of_the_topic_has_one_reader():
    log = Log()
    post("extend", Role.NURSE, log)
    (act,) = log.records
    named = (("ce_type", ReviewSubmitted.TYPE.encode()),)
    others = [
        act._replace(headers=()),
        act._replace(headers=named),
        act._replace(headers=(*act.headers, *named)),
        act._replace(headers=(("ce_type", None),)),
    ]

    of_intake, of_criteria = intake(load("intake")), criteria(load("criteria"))
    assert [of_intake.passes_over(one) for one in (act, *others)] == [False, *[True] * 4]
    assert [of_criteria.passes_over(one) for one in (act, *others)] == [True, *[False] * 4]


@pytest.mark.parametrize("key", ["é", "a\nb", "a b", "a/b", "a\u0000", "", "k" * 201])
@pytest.mark.parametrize("act", ACTS)
def test_a_key_that_cannot_stand_in_an_address_is_refused_before_an_act_is_written(
    act: str, key: str
):
    log = Log()

    assert (post(act, Role.NURSE, log, idempotency_key=key).status_code, log.records) == (422, [])
