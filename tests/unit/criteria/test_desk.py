"""A clinician's command is checked against the registry when it is taken, signed, and written; the
case decides what comes of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from benchmarks.testbed.keys import key_of
from services.criteria.api.desk.clinicians import Registry, registry
from services.criteria.api.desk.desk import Desk, desk_of
from services.criteria.api.desk.routes import ReviewLog, commands
from services.criteria.decide import decide
from services.criteria.decide.attestation import item_of, unattested
from services.criteria.engine.edition.library import packaged
from services.criteria.tables import CRITERIA_TABLES, ReviewRow, WorklistRow
from shared.access.local_issuer import LOCAL
from shared.access.principal import Principal, Role
from shared.clock import SettableClock
from shared.errors import Impossible, Unavailable
from shared.events.criteria import Basis, InformationRequested, LineDetermined
from shared.events.reviews import REVIEWS, InformationAskedFor, ReviewSubmitted
from shared.ids import case_id
from shared.instants import micros
from shared.lanes.seals import Sealer
from shared.lanes.store.tables import table_of
from shared.settings import TokenSettings, load
from shared.web.problems import install
from tests import desk
from tests.access import known
from tests.unit.criteria.given import AT, REFERENCE, received
from tests.unit.criteria.test_reviews import pended

Json = dict[str, Any]
HOME = case_id(UUID(int=9), 3)
SEALER = Sealer(REVIEWS, (key_of("seal-criteria-intake"),))
CASE = pended()
LINE = CASE.line(2)
assert LINE is not None
DIGEST = LINE.summary.digest or ""
POLICY = LINE.summary.policy
assert POLICY is not None
CRITERION = {
    "kind": "criterion",
    "policy": POLICY.policy,
    "version": POLICY.version,
    "criterion": "cauda_equina",
}
WHO = {
    "physician": Principal("local-physician", frozenset({Role.PHYSICIAN})),
    "director": Principal("local-director", frozenset({Role.MEDICAL_DIRECTOR})),
    "nurse": Principal("local-nurse", frozenset({Role.NURSE})),
    "nurse with a physician's token": Principal("local-nurse", frozenset({Role.PHYSICIAN})),
    "physician with a nurse's token": Principal("local-physician", frozenset({Role.NURSE})),
    "stranger": Principal("somebody", frozenset({Role.PHYSICIAN})),
    "auditor": Principal("local-physician", frozenset({Role.AUDITOR})),
}


class Log:
    """Takes what would be written."""

    def __init__(self) -> None:
        self.published: list[tuple[str, int, bytes]] = []

    async def publish(
        self, topic: str, lane: int, _key: bytes, _headers: dict[str, str], value: bytes
    ) -> UUID:
        self.published.append((topic, lane, value))
        return UUID(int=1)


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    SQLModel.metadata.create_all(made, tables=[table_of(table) for table in CRITERIA_TABLES])
    with Session(made) as session:
        session.add(waiting())
        session.commit()
    yield made
    made.dispose()


def waiting(**changed: Any) -> WorklistRow:
    values = {
        "case_id": HOME,
        "sequence": 2,
        "content_digest": DIGEST,
        "evaluation_id": CASE.evaluation_id,
        "reason": "criteria_unknown",
        "urgency": "standard",
        "due_at": micros(AT),
        "is_open": True,
    }
    return WorklistRow(**{**values, **changed})


def refusal(**changed: Any) -> Json:
    return {
        "act": "refuse",
        "idempotency_key": "k-1",
        "sequence": 2,
        "content_digest": DIGEST,
        "evaluation_id": str(CASE.evaluation_id),
        "reason": "The signs do not fit the level.",
        "basis": CRITERION,
        **changed,
    }


def approval(**changed: Any) -> Json:
    command = refusal(act="approve", **changed)
    del command["basis"]
    return command


def modification(**changed: Any) -> Json:
    return refusal(act="modify", granted_units=2, **changed)


def ask(**changed: Any) -> Json:
    command = refusal(act="ask", what="Was it scanned?", asked_of="provider", until="2025-11-15")
    return {name: one for name, one in command.items() if name not in {"basis", "reason"}} | changed


def post(
    engine: Engine,
    command: Json,
    who: str = "physician",
    log: Log | None = None,
    **made: Any,
) -> httpx.Response:
    at = made.get("at", AT)
    of = made.get("of") or Desk(engine, made.get("registry") or registry(""), desk.KEY)
    app = FastAPI()
    install(app)
    written: Any = log or Log()
    app.include_router(
        commands(
            None if made.get("closed") else of,
            packaged,
            ReviewLog(written, SEALER),
            SettableClock(at),
        )
    )

    async def commanded() -> httpx.Response:
        transport = httpx.ASGITransport(known(app, WHO[who]))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            path = f"/v1/cases/{made.get('case_id', HOME)}/commands?wait={made.get('wait', 0)}"
            return await client.post(path, json=command)

    return asyncio.run(commanded())


def test_a_command_is_signed_and_decides_when_its_case_takes_it(engine: Engine):
    log = Log()
    answer = post(engine, refusal(), log=log)

    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/cases/{HOME}/reviews/k-1"
    ((topic, lane, value),) = log.published
    review = ReviewSubmitted.model_validate_json(value)
    assert (topic, lane) == (REVIEWS, 3)
    assert unattested(review, desk.KEYS) is None
    assert review.registry_sha256 == registry("").sha256
    assert (review.reviewer.id, review.decided_at) == ("md-example", AT)
    assert "attestation" not in answer.json()["signed"]
    outcome = decide(REFERENCE, CASE, received(review), AT)
    line = next(one.data for one in outcome.events if isinstance(one.data, LineDetermined))
    assert (line.determination, line.basis, line.reviewer) == (
        "A3",
        Basis.CLINICIAN,
        review.reviewer,
    )


@pytest.mark.parametrize(
    ("who", "command", "code"),
    [
        ("nurse", refusal(), "role"),
        ("nurse", modification(), "role"),
        ("nurse with a physician's token", refusal(), "role"),
        ("physician with a nurse's token", refusal(), "role"),
        ("physician with a nurse's token", approval(), "role"),
        ("stranger", approval(), "not_registered"),
        ("auditor", approval(), "role"),
        ("physician", refusal(expertise="dermatology"), "no_such_licence"),
        ("physician", refusal(licence_state="TX"), "no_such_licence"),
    ],
)
def test_whoever_may_not_decide_so_is_refused_and_nothing_is_written(
    engine: Engine, who: str, command: Json, code: str
):
    log = Log()
    answer = post(engine, command, who, log)

    assert (answer.status_code, answer.json()["code"], log.published) == (403, code, [])


@pytest.mark.parametrize(
    ("who", "command"),
    [("nurse", approval()), ("director", refusal()), ("physician", modification())],
)
def test_whoever_may_decide_so_is_taken(engine: Engine, who: str, command: Json):
    assert post(engine, command, who).status_code == 202


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2019-12-31", 403),
        ("2020-01-01", 202),
        ("2025-11-15", 202),
        ("2025-11-16", 403),
    ],
)
def test_a_licence_counts_from_its_first_day_to_its_last(
    engine: Engine, tmp_path: Path, day: str, status: int
):
    text = (Path(registry.__code__.co_filename).parent / "clinicians.yaml").read_text()
    file = tmp_path / "clinicians.yaml"
    file.write_text(text.replace("2099-12-31", "2025-11-15"))
    at = datetime.fromisoformat(f"{day}T23:59:00").replace(tzinfo=UTC)

    answer = post(engine, approval(), registry=registry(str(file)), at=at)

    assert answer.status_code == status
    assert status == 202 or answer.json()["code"] == "no_valid_licence"


@pytest.mark.parametrize(
    ("row", "command", "status", "code"),
    [
        ({"content_digest": f"1:{'7' * 64}"}, approval(), 409, "stale_content"),
        ({"evaluation_id": UUID(int=7)}, refusal(), 409, "stale_evaluation"),
        ({"evaluation_id": UUID(int=7)}, approval(), 202, None),
        ({"is_open": False}, refusal(), 409, "already_determined"),
        ({"by_law": "approved_by_law"}, refusal(), 409, "approved_by_law"),
        ({"by_law": "approved_by_law"}, approval(), 202, None),
        ({"by_law": "adverse_appealable"}, refusal(), 202, None),
        ({"sequence": 5}, refusal(sequence=4), 404, "unknown_line"),
    ],
)
def test_what_the_clinician_saw_must_be_what_is_open(
    engine: Engine, row: Json, command: Json, status: int, code: str | None
):
    with Session(engine) as session:
        session.merge(waiting(**row))
        session.commit()

    answer = post(engine, command)

    assert (answer.status_code, answer.json().get("code")) == (status, code)


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        ({**approval(), "act": "refuse"}, "basis"),
        (refusal(reason=""), "reason"),
        (refusal(reason="   "), "reason"),
        (refusal(sequence=0), "sequence"),
        (refusal(sequence=10**30), "sequence"),
        (refusal(act="deny"), "union_tag_invalid"),
        (refusal(basis={"kind": "lcd", "name": "L1"}), "edition"),
        (refusal(more=1), "extra_forbidden"),
        (refusal(basis={**CRITERION, "criterion": "no_such"}), "unknown_criterion"),
        (refusal(basis={**CRITERION, "version": "0.0.0"}), "unknown_criterion"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_written(
    engine: Engine, command: Json, missing: str
):
    log = Log()
    answer = post(engine, command, log=log)

    assert (answer.status_code, log.published) == (422, [])
    assert missing in json.dumps(answer.json())


def test_nothing_is_refused_by_an_edition_whose_review_is_overdue(engine: Engine):
    answer = post(engine, refusal(), at=AT.replace(year=2090))

    assert (answer.status_code, answer.json()["code"]) == (422, "edition_overdue")


def test_an_external_criterion_is_told_whole(engine: Engine):
    log = Log()
    assert post(engine, refusal(basis=desk.BASIS), log=log).status_code == 202
    review = ReviewSubmitted.model_validate_json(log.published[0][2])

    for part in ("words", "name", "edition", "section", "where", "dated"):
        assert desk.BASIS[part] in review.reason
    assert review.criterion == "reasonable_and_necessary"


def on_record(engine: Engine, **changed: Any) -> None:
    """What came of an earlier command by the key k-1."""
    values = {
        "case_id": HOME,
        "idempotency_key": "k-1",
        "sequence": 2,
        "content_digest": DIGEST,
        "evaluation_id": CASE.evaluation_id,
        "outcome": "recorded",
        "reviewer_id": "md-example",
        "taken_at": 0,
    }
    with Session(engine) as session:
        session.merge(ReviewRow(**{**values, **changed}))
        session.commit()


@pytest.mark.parametrize(
    ("earlier", "command"),
    [
        ({"sequence": 1}, approval()),
        ({"sequence": 1}, ask()),
        ({"content_digest": f"1:{'7' * 64}"}, refusal()),
        ({"evaluation_id": UUID(int=7)}, approval()),
        # The line is still open: a question has the key.
        ({}, refusal()),
    ],
)
def test_a_key_of_another_command_is_told_and_nothing_is_written(
    engine: Engine, earlier: Json, command: Json
):
    on_record(engine, **earlier)
    log = Log()
    answer = post(engine, command, log=log, wait=1)

    assert (answer.status_code, answer.json()["code"], log.published) == (409, "key_used", [])


def test_a_key_that_another_command_takes_meanwhile_is_told(engine: Engine):
    class Late(Log):
        async def publish(self, *record: Any) -> UUID:
            on_record(engine, sequence=1)
            return await super().publish(*record)

    answer = post(engine, refusal(), log=Late(), wait=5)

    assert (answer.status_code, answer.json()["code"]) == (409, "key_used")


def test_the_same_question_again_is_answered_with_what_came_of_it(engine: Engine):
    on_record(engine)

    assert post(engine, ask(), wait=5).json()["outcome"] == "recorded"


def test_who_waits_is_told_what_came_of_it(engine: Engine):
    on_record(engine, outcome="stale_content")

    answer = post(engine, refusal(), wait=5)

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "stale_content"
    assert "something else" in answer.json()["detail"]
    assert post(engine, refusal(idempotency_key="k-2"), wait=0.1).status_code == 202


def test_without_a_desk_nobody_commands(engine: Engine):
    assert post(engine, approval(), closed=True).json()["code"] == "no_desk"
    assert desk_of(load("criteria"), engine) is None
    assert desk_of(desk.with_desk(load("criteria")), engine) is None
    # Made-up clinicians decide where the local issuer is trusted, and nowhere else.
    made_up = desk.with_desk(load("criteria"))
    local = replace(made_up, tokens=TokenSettings(issuer=LOCAL.issuer))
    for settings in (replace(made_up, embedded=True), local):
        made = desk_of(settings, engine)
        assert made is not None
        assert item_of(made.key.public_key()) == item_of(desk.KEY.public_key())
    assert desk_of(replace(load("criteria"), embedded=True), engine) is None


def test_what_can_be_no_case_is_refused(engine: Engine):
    with Session(engine) as session:
        session.merge(waiting(case_id=UUID(int=5)))
        session.commit()

    assert post(engine, approval(), case_id=UUID(int=5)).status_code == 404


GOOD = """
clinicians:
- {subject: s1, id: a, name: A, roles: [physician], reports_to: b, licences: [
    {number: "1", state: OH, valid_from: 2020-01-01, valid_until: 2030-01-01, expertise: [x]}]}
- {subject: s2, id: b, name: B, roles: [nurse]}
decider_rules:
- {determinations: [A3, A6], roles: [physician]}
"""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("roles: [physician], rep", "roles: [], rep", "clinicians.0.roles"),
        ("state: OH", "state: Ohio", "clinicians.0.licences.0.state"),
        ("2030-01-01", "2019-01-01", "ends before it begins"),
        ("2030-01-01", "soon", "valid_until"),
        ("reports_to: b", "reports_to: c", "who is not there"),
        ("reports_to: b", "reports_to: a", "reports to themself"),
        ("roles: [nurse]}", "roles: [nurse], reports_to: a}", "reports to themself"),
        ("subject: s2", "subject: s1", "two clinicians have the subject"),
        ("id: b", "id: a", "two clinicians have the id"),
        ("roles: [physician]}\n", "roles: [physician, nurse]}\n", "lets others"),
        ("expertise: [x]", "expertise: []", "expertise"),
        ("name: A", "name: A, age: 3", "extra_forbidden"),
        ("clinicians:", "clinicians: [", "no YAML"),
    ],
)
def test_a_registry_that_is_wrong_is_refused_with_the_place(
    tmp_path: Path, old: str, new: str, why: str
):
    file = tmp_path / "clinicians.yaml"
    file.write_text(GOOD)
    assert isinstance(registry(str(file)), Registry)
    assert GOOD.count(old)
    file.write_text(GOOD.replace(old, new))

    with pytest.raises(Impossible, match=why):
        registry(str(file))


def test_a_registry_that_is_not_there_is_told():
    with pytest.raises(Unavailable, match="PRIORAUTH_CLINICIANS"):
        registry("no/such/file.yaml")


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("nurse", ("nurse-example", "nurse")),
        ("physician", ("md-example", "physician")),
        ("director", ("director-example", "medical_director")),
    ],
)
def test_a_question_is_signed_with_who_asks(engine: Engine, who: str, by: tuple[str, str]):
    log = Log()
    answer = post(engine, ask(), who, log)

    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"] == f"/v1/cases/{HOME}/reviews/k-1"
    ((topic, lane, value),) = log.published
    asked = InformationAskedFor.model_validate_json(value)
    assert (topic, lane) == (REVIEWS, 3)
    assert unattested(asked, desk.KEYS) is None
    assert (asked.by.id, asked.by.role, asked.asked_at) == (*by, AT)
    assert (asked.what, asked.asked_of, asked.registry_sha256) == (
        "Was it scanned?",
        "provider",
        registry("").sha256,
    )
    outcome = decide(REFERENCE, CASE, received(asked), AT)
    assert any(isinstance(one.data, InformationRequested) for one in outcome.events)


@pytest.mark.parametrize(
    ("who", "command", "status", "code"),
    [
        ("stranger", ask(), 403, "not_registered"),
        ("auditor", ask(), 403, "role"),
        ("nurse with a physician's token", ask(), 403, "role"),
        ("nurse", ask(content_digest=f"1:{'7' * 64}"), 409, "stale_content"),
        ("nurse", ask(sequence=5), 404, "unknown_line"),
        ("nurse", ask(until="2025-11-14"), 422, "in_the_past"),
        ("nurse", ask(asked_at="2025-11-15T12:06:00Z"), 422, "in_the_future"),
        ("nurse", ask(asked_at="2025-11-15T12:00:00"), 422, None),
        ("nurse", ask(until=20251120), 422, None),
        ("nurse", ask(what=" "), 422, None),
        ("nurse", ask(what="x" * 1_001), 422, None),
        ("nurse", ask(asked_of="neighbour"), 422, None),
        ("nurse", ask(reason="Decided."), 422, None),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    engine: Engine, who: str, command: Json, status: int, code: str | None
):
    log = Log()
    answer = post(engine, command, who, log)

    assert (answer.status_code, log.published) == (status, []), answer.text
    assert code is None or answer.json()["code"] == code


def test_a_line_that_is_decided_is_not_asked_about(engine: Engine):
    with Session(engine) as session:
        session.merge(waiting(is_open=False))
        session.commit()

    assert post(engine, ask(), "nurse").json()["code"] == "already_determined"


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ({}, 422),
        ({"granted_units": None, "granted_until": None}, 422),
        ({"granted_units": 0}, 422),
        ({"granted_until": 20260101}, 422),
        ({"granted_units": 2}, 202),
        ({"granted_until": "2025-12-31"}, 202),
    ],
    ids=str,
)
def test_a_modification_says_what_it_grants(engine: Engine, stated: Json, status: int):
    log = Log()
    answer = post(engine, refusal(act="modify", **stated), log=log)

    assert answer.status_code == status, answer.text
    assert len(log.published) == (status == 202)
    if status == 202:
        (name, value) = next(iter(stated.items()))
        assert json.loads(log.published[0][2])[name] == value


@pytest.mark.parametrize("act", ["approve", "refuse"])
def test_nothing_else_than_a_modification_grants_a_part(engine: Engine, act: str):
    command = approval() if act == "approve" else refusal()

    assert post(engine, command | {"granted_units": 1}).status_code == 422


@pytest.mark.parametrize("key", ["é", "a\nb", "a b", "a/b", "a\u0000", "", "k" * 201, "a\n"])
@pytest.mark.parametrize("command", [approval(), refusal(), ask()])
def test_a_key_that_cannot_stand_in_an_address_is_refused_before_anything_is_written(
    engine: Engine, command: Json, key: str
):
    log = Log()
    answer = post(engine, command | {"idempotency_key": key}, log=log)

    assert (answer.status_code, log.published) == (422, [])
    assert "idempotency_key" in answer.text


def test_a_key_stands_quoted_in_the_address_of_its_result(engine: Engine):
    answer = post(engine, approval(idempotency_key="2026:a~b._-"))

    assert answer.headers["Location"] == f"/v1/cases/{HOME}/reviews/2026%3Aa~b._-"
