"""Evaluations that failed, and calls, over HTTP: which they are, and what people do about them."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine

from services.criteria.api.doors import doors
from services.criteria.api.routes import evaluation_failures, results, routes
from services.criteria.tables import (
    CallClosureRow,
    CallRow,
    EvaluationFailureRow,
    ReevaluationRow,
    WorklistRow,
)
from shared.events.reviews import REVIEWS, CallClosed, ReevaluationRequested
from shared.ids import case_id
from shared.web.problems import install
from tests.access import ANYBODY, known
from tests.unit.criteria.test_tables import engine, store

__all__ = ["engine"]
HOME = case_id(UUID(int=1), 3)
RECORD = UUID(int=77)


class Log:
    """Takes what is published, as the ingress does."""

    def __init__(self) -> None:
        self.published: list[tuple[Any, ...]] = []

    async def publish(self, *record: Any) -> UUID:
        self.published.append(record)
        return RECORD


def ask(engine: Engine, method: str, path: str, log: Log | None = None, **body: Any) -> Any:
    async def send() -> httpx.Response:
        app = FastAPI()
        install(app)
        app.include_router(evaluation_failures(engine))
        app.include_router(routes(engine))
        app.include_router(results(engine))
        app.include_router(doors(log or Log()))  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(known(app)), base_url="http://service"
        ) as client:
            return await client.request(method, path, json=body or None)

    return asyncio.run(send())


def failure(n: int, *, is_open: bool = True) -> EvaluationFailureRow:
    return EvaluationFailureRow(
        case_id=UUID(int=n),
        cause=UUID(int=n),
        request_version=1,
        error="KeyError",
        place="services/x.py:1",
        engine_version="1.0.0",
        failed_at=0,
        is_open=is_open,
    )


def test_failures_that_are_over_are_not_listed_and_pages_follow_each_other(engine: Engine) -> None:
    store(engine, failure(1), failure(2, is_open=False), failure(3), failure(4))
    first = ask(engine, "GET", "/v1/evaluation-failures?limit=2").json()
    assert [one["case_id"] for one in first] == [str(UUID(int=1)), str(UUID(int=3))]
    assert (first[0]["error"], first[0]["place"]) == ("KeyError", "services/x.py:1")
    after = f"/v1/evaluation-failures?limit=2&after={first[-1]['case_id']}"
    assert [one["case_id"] for one in ask(engine, "GET", after).json()] == [str(UUID(int=4))]


def test_asking_writes_an_event_to_the_cases_lane_and_says_where_the_result_will_be(
    engine: Engine,
) -> None:
    log = Log()
    answer = ask(engine, "POST", f"/v1/cases/{HOME}/reevaluations", log, reason="mended")
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/cases/{HOME}/reevaluations/{RECORD}"
    ((topic, lane, key, headers, value),) = log.published
    event = ReevaluationRequested(case_id=HOME, reason="mended", by=ANYBODY.subject)
    assert (topic, lane, key) == (REVIEWS, 3, str(HOME).encode())
    assert (headers, value) == ({"ce_type": event.TYPE}, event.published())


@pytest.mark.parametrize(
    ("case", "body", "status"),
    [
        (UUID(int=5), {"reason": "r"}, 404),
        (HOME, {"reason": ""}, 422),
        (HOME, {}, 422),
        (HOME, {"reason": "r", "by": "somebody else"}, 422),
    ],
)
def test_what_names_no_case_no_reason_or_another_than_who_asks_is_refused_and_not_written(
    engine: Engine, case: UUID, body: dict[str, Any], status: int
) -> None:
    log = Log()
    answer = ask(engine, "POST", f"/v1/cases/{case}/reevaluations", log, **body)
    assert (answer.status_code, log.published) == (status, [])


def test_the_result_is_there_once_it_was_read_and_under_its_own_case_alone(engine: Engine) -> None:
    path = f"/v1/cases/{HOME}/reevaluations/{RECORD}"
    assert ask(engine, "GET", path).status_code == 404
    row = ReevaluationRow(
        reevaluation_id=RECORD,
        case_id=HOME,
        asked_by="op-1",
        reason="mended",
        outcome="evaluated",
        taken_at=0,
    )
    store(engine, row)
    assert ask(engine, "GET", path).json()["outcome"] == "evaluated"
    other = f"/v1/cases/{UUID(int=9)}/reevaluations/{RECORD}"
    assert ask(engine, "GET", other).status_code == 404


def test_the_worklist_has_reviews_and_open_calls_by_due_time_alone(engine: Engine) -> None:
    def call(item: str, due_at: int, *, is_open: bool = True) -> CallRow:
        return CallRow(
            case_id=HOME, item=item, lines="1,2", due_at=due_at, breached=False, is_open=is_open
        )

    review = WorklistRow(
        case_id=HOME,
        sequence=1,
        content_digest="1:" + "0" * 64,
        evaluation_id=HOME,
        reason="not_evaluated",
        urgency="standard",
        due_at=2,
        is_open=True,
    )
    store(engine, call("late", 3), call("soon", 1), call("done", 0, is_open=False), review)
    found = ask(engine, "GET", "/v1/worklist").json()
    assert [(one["kind"], one.get("item")) for one in found] == [
        ("call", "soon"),
        ("review", None),
        ("call", "late"),
    ]
    assert found[0]["lines"] == [1, 2]
    assert [one["kind"] for one in ask(engine, "GET", "/v1/worklist?limit=2").json()] == [
        "call",
        "review",
    ]


def test_a_call_is_closed_by_an_event_in_the_cases_lane(engine: Engine) -> None:
    log, item = Log(), "uncovered-level:L1"
    path, body = f"/v1/cases/{HOME}/calls/{item}/closed", {"outcome": "reached"}
    assert ask(engine, "POST", path, log, **body).status_code == 422
    assert ask(engine, "POST", path, log, **body | {"outcome": "x"}).status_code == 422
    answer = ask(engine, "POST", path, log, **body, idempotency_key="k-1")
    assert answer.status_code == 202
    ((topic, lane, _, headers, value),) = log.published
    event = CallClosed(
        case_id=HOME, item=item, by=ANYBODY.subject, outcome="reached", idempotency_key="k-1"
    )
    assert (topic, lane) == (REVIEWS, 3)
    assert (headers, value) == ({"ce_type": event.TYPE}, event.published())

    place = answer.headers["Location"]
    assert ask(engine, "GET", place).status_code == 404
    row = CallClosureRow(
        case_id=HOME,
        idempotency_key="k-1",
        item=item,
        closed_by="rn-1",
        result="recorded",
        taken_at=0,
    )
    store(engine, row)
    assert ask(engine, "GET", place).json()["outcome"] == "recorded"


def test_a_call_is_not_closed_by_a_key_that_cannot_stand_in_an_address(engine: Engine) -> None:
    log, path = Log(), f"/v1/cases/{HOME}/calls/uncovered/closed"

    for key in ("é", "a\nb", "a\u0000", "k" * 201):
        answer = ask(engine, "POST", path, log, outcome="reached", idempotency_key=key)
        assert (answer.status_code, log.published) == (422, [])
