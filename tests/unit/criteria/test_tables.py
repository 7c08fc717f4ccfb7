"""The database itself refuses an adverse determination without a clinician; what is stored can be
read over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel, create_engine

from services.criteria.api.routes import results as results_of
from services.criteria.api.routes import routes
from services.criteria.tables import (
    CRITERIA_TABLES,
    CallRow,
    EvaluationRow,
    LineDeterminationRow,
    ReviewRow,
    WorklistRow,
)
from shared.lanes.store.tables import table_of
from tests.unit.asking import Http
from tests.unit.criteria.given import CASE

WHO = {
    "reviewer_id": "dr-1",
    "reviewer_name": "Dr. Example",
    "reviewer_licence": "OH-1",
    "reviewer_licence_state": "OH",
    "reviewer_specialty": "neurosurgery",
}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    SQLModel.metadata.create_all(made, tables=[table_of(table) for table in CRITERIA_TABLES])
    yield made
    made.dispose()


def store(engine: Engine, *rows: SQLModel) -> None:
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()


def line(determination: str, basis: str, **who: Any) -> LineDeterminationRow:
    return LineDeterminationRow(
        case_id=CASE,
        sequence=1,
        content_digest="1:" + "0" * 64,
        determination=determination,
        basis=basis,
        reason="r",
        decided_at=0,
        **who,
    )


@pytest.mark.parametrize(
    ("determination", "basis", "who"),
    [
        ("A1", "engine", {}),
        ("A4", "engine", {}),
        ("C", "sender", {}),
        ("A1", "clinician", WHO),
        ("A3", "clinician", WHO),
        ("A6", "clinician", WHO),
    ],
)
def test_what_may_be_determined_is_stored(
    engine: Engine, determination: str, basis: str, who: dict[str, str]
):
    store(engine, line(determination, basis, **who))


@pytest.mark.parametrize(
    ("determination", "basis", "who"),
    [
        ("A3", "engine", {}),
        ("A6", "engine", WHO),
        ("A2", "engine", {}),
        ("C", "engine", {}),
        ("A3", "sender", {}),
        ("A3", "clinician", {}),
        *(("A3", "clinician", {**WHO, name: blank}) for name in WHO for blank in ("", "  ", None)),
        ("A3", "nobody", WHO),
    ],
)
def test_an_adverse_determination_without_a_clinician_is_refused_by_the_database(
    engine: Engine, determination: str, basis: str, who: dict[str, Any]
):
    with pytest.raises(IntegrityError):
        store(engine, line(determination, basis, **who))


def get(engine: Engine, path: str) -> httpx.Response:
    return Http(routes(engine)).get(path)


def test_the_latest_evaluation_is_served_byte_for_byte(engine: Engine):
    rows = [
        EvaluationRow(
            evaluation_id=UUID(int=n),
            case_id=CASE,
            request_version=n,
            evaluated_at=0,
            content=b'{"v":%d}' % n,
        )
        for n in (1, 2)
    ]
    store(engine, *rows)
    assert get(engine, f"/v1/cases/{CASE}/evaluation").content == b'{"v":2}'
    assert get(engine, f"/v1/cases/{UUID(int=5)}/evaluation").status_code == 404


def test_the_worklist_is_sorted_by_due_time_and_by_nothing_else(engine: Engine):
    def row(n: int, due: int, *, is_open: bool = True) -> WorklistRow:
        return WorklistRow(
            case_id=UUID(int=n),
            sequence=1,
            content_digest="1:" + "0" * 64,
            evaluation_id=CASE,
            reason="r",
            urgency="standard",
            due_at=due,
            is_open=is_open,
        )

    store(engine, row(1, 3_000_000), row(2, 1_000_000), row(3, 2_000_000, is_open=False))
    assert [(one["case_id"][-1], one["due_at"]) for one in get(engine, "/v1/worklist").json()] == [
        ("2", "1970-01-01T00:00:01+00:00"),
        ("1", "1970-01-01T00:00:03+00:00"),
    ]


def test_a_line_whose_clock_was_missed_stands_before_all_that_is_due_earlier(engine: Engine):
    def row(n: int, due: int, by_law: str | None = None) -> WorklistRow:
        return WorklistRow(
            case_id=UUID(int=n),
            sequence=1,
            content_digest="1:" + "0" * 64,
            evaluation_id=CASE,
            reason="r",
            urgency="standard",
            due_at=due,
            is_open=True,
            in_time=by_law is None,
            by_law=by_law,
        )

    call = CallRow(case_id=CASE, item="i", lines="1", due_at=1, breached=True, is_open=True)
    store(engine, row(1, 3), row(2, 5, "none"), row(3, 4, "approved_by_law"), call)
    found = get(engine, "/v1/worklist").json()
    assert [one["case_id"][-1] for one in found] == ["3", "2", "a", "1"]
    assert [(one.get("clock_missed"), one.get("by_law")) for one in found[:2]] == [
        (True, "approved_by_law"),
        (True, "none"),
    ]
    assert get(engine, "/v1/worklist?limit=1").json() == found[:1]


def test_whoever_sent_a_review_can_see_what_became_of_it(engine: Engine):
    store(
        engine,
        ReviewRow(
            case_id=CASE,
            idempotency_key="k",
            sequence=1,
            content_digest="1:" + "0" * 64,
            evaluation_id=CASE,
            outcome="stale_evaluation",
            reviewer_id="dr-1",
            taken_at=0,
        ),
    )
    assert get(engine, f"/v1/cases/{CASE}/reviews/k").json()["outcome"] == "stale_evaluation"
    assert get(engine, f"/v1/cases/{CASE}/reviews/other").status_code == 404


@pytest.mark.parametrize("results", ["reviews", "call-closures"])
@pytest.mark.parametrize("key", ["%00", "a%0Ab", "%C3%A9", "k" * 201])
def test_a_key_that_no_command_can_have_is_refused_before_the_database(results: str, key: str):
    unasked: Any = None
    of = routes if results == "reviews" else results_of

    assert Http(of(unasked)).get(f"/v1/cases/{CASE}/{results}/{key}").status_code == 422
