"""Parked events over HTTP: what a list holds, what it keeps to itself, and what an operator can ask
for.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.events.intake import INTAKE
from shared.web import parked as web
from shared.web.entrance import Entrance, guard
from tests.access import known
from tests.contracts.test_lanes_parking import ANN, given
from tests.contracts.test_lanes_requeue import parked
from tests.contracts.toy import Faults, criteria
from tests.contracts.world import Node, World


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def node(world: World, faults: Faults) -> Node:
    """Toy criteria with three events of Ann's parked, and without the fault that parked them."""
    node, _ = given(world, faults)
    faults.broken.clear()
    return node


class Http:
    """Asks the routes without a server in between."""

    def __init__(self, app: FastAPI) -> None:
        self._transport = httpx.ASGITransport(known(app))

    def get(self, path: str, **asked: Any) -> httpx.Response:
        return self._ask("GET", path, **asked)

    def post(self, path: str, **asked: Any) -> httpx.Response:
        return self._ask("POST", path, **asked)

    def _ask(self, method: str, path: str, **asked: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=self._transport, base_url="http://criteria"
            ) as client:
                return await client.request(method, path, **asked)

        return asyncio.run(ask())


@pytest.fixture
def client(world: World, node: Node) -> Http:
    assert len(node.engine.health.refused) == 0
    app = FastAPI()
    guard(app, Entrance())
    app.include_router(web.routes(criteria(), parked(world)))
    return Http(app)


def test_a_list_holds_places_reasons_and_cases_and_no_content(client: Http):
    found = client.get("/v1/parked").json()

    assert (found["service"], found["reasons"]) == ("criteria", {"behind": 2, "bug": 1})
    first = found["records"][0]
    assert (first["id"], first["reason"], first["case_id"]) == (f"{INTAKE}/3/0", "bug", str(ANN))
    assert set(first) == {"id", "case_id", "reason", "since", "requeued"}


def test_a_list_is_narrowed_by_case_and_reason_and_paged(client: Http):
    assert len(client.get("/v1/parked", params={"reason": "behind"}).json()["records"]) == 2
    assert (
        client.get("/v1/parked", params={"case": "00000000-0000-0000-0000-000000000000"}).json()[
            "records"
        ]
        == []
    )
    after = client.get("/v1/parked", params={"after": f"{INTAKE}/3/0", "limit": 1}).json()
    assert ([one["id"] for one in after["records"]], sum(after["reasons"].values())) == (
        [f"{INTAKE}/3/1"],
        3,
    )


def test_one_is_shown_with_headers_and_whether_it_can_be_read_but_its_content_only_on_demand(
    client: Http, world: World
):
    shown = client.get(f"/v1/parked/{INTAKE}/3/0")
    told = client.get(f"/v1/parked/{INTAKE}/3/0", params={"content": True}).json()

    assert (shown.json()["reason"], shown.json()["detail"], shown.json()["readable"]) == (
        "bug",
        "ZeroDivisionError",
        True,
    )
    assert {one["name"]: one["text"] for one in shown.json()["headers"]}["ce_subject"] == str(ANN)
    assert shown.json()["content"] is None
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert told["content"].encode() == world.broker.records(INTAKE)[0].value


def test_one_that_the_running_version_cannot_read_says_why(client: Http, world: World, node: Node):
    world.broker.append((INTAKE, 3), b"", [("ce_id", b"\xff"), ("odd", None)], b"\xff{")
    node.settle()

    found = client.get(f"/v1/parked/{INTAKE}/3/4", params={"content": True}).json()

    assert (found["reason"], found["readable"], found["unreadable"], found["case_id"]) == (
        "header",
        False,
        "header",
        None,
    )
    assert found["headers"] == [
        {"name": "ce_id", "text": None, "hex": "ff"},
        {"name": "odd", "text": None, "hex": None},
    ]
    assert (found["content"], found["content_base64"]) == (None, "/3s=")


def test_what_is_not_parked_is_a_404_with_a_code_and_what_is_no_place_a_422(client: Http):
    missing = client.get(f"/v1/parked/{INTAKE}/3/77")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_parked")
    assert client.get("/v1/parked/no-place").status_code == 422
    assert client.post("/v1/parked/requeue", json={"records": ["x/y/z"]}).status_code == 422


@pytest.mark.parametrize(
    ("path", "most"), [("/v1/parked/requeue", 500), ("/v1/parked/outcomes", 1_000)]
)
def test_nobody_asks_for_more_than_a_page_of_records_at_a_time(client: Http, path: str, most: int):
    spots = [f"{INTAKE}/3/{n}" for n in range(most + 1)]
    assert client.post(path, json={"records": spots[:most]}).status_code == 200
    assert client.post(path, json={"records": spots}).status_code == 422
    assert client.post(path, content=b" " * 65_537).status_code == 413
    assert client.get("/v1/parked", params={"limit": 501}).status_code == 422


def test_a_requeue_names_what_it_asked_for_and_its_outcomes_follow(client: Http, node: Node):
    asked = client.post("/v1/parked/requeue", json={"cases": [str(ANN)]}).json()["records"]
    before = client.post("/v1/parked/outcomes", json={"records": asked}).json()["outcomes"]
    node.settle()
    after = client.post("/v1/parked/outcomes", json={"records": asked}).json()["outcomes"]

    assert asked == [f"{INTAKE}/3/{n}" for n in range(3)]
    assert (set(before.values()), set(after.values())) == ({"pending"}, {"applied"})
    assert client.get("/v1/parked").json()["reasons"] == {}
