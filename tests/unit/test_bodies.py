"""What a body must be before a route sees it, and what is said to who sends another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from httpx import ASGITransport, AsyncClient, Response

from shared.json_bounds import MAX_TOKENS
from shared.web import bodies
from shared.web.capacity import Capacity
from shared.web.entrance import Entrance, guard

pytestmark = pytest.mark.asyncio
LARGE = 1_000_000


@pytest_asyncio.fixture
async def app() -> FastAPI:
    app = FastAPI()
    guard(app, Entrance({"/large": LARGE}))

    @app.post("/{name}")
    async def size(name: str, request: Request) -> int:
        return len(await request.body()) if name else 0

    @app.get("/there")
    def there() -> str:
        return "there"

    return app


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://service") as client:
        yield client


def code(response: Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


@pytest.mark.parametrize(("path", "most"), [("/large", LARGE), ("/other", bodies.MOST_BYTES)])
async def test_a_body_is_bounded_by_its_path_whether_its_length_is_declared_or_not(
    client: AsyncClient, path: str, most: int
):
    async def in_pieces(size: int) -> AsyncIterator[bytes]:
        for _ in range(0, size, 1_000):
            yield b" " * 1_000
        yield b" " * (size % 1_000)

    assert (await client.post(path, content=b" " * most)).json() == most
    assert code(await client.post(path, content=b" " * (most + 1))) == (413, "too_large")
    refused = await client.post(path, content=in_pieces(most + 1))
    assert code(refused) == (413, "too_large")
    assert f"{most:,} bytes" in refused.json()["detail"]
    assert refused.headers["connection"] == "close"


async def test_a_body_of_a_million_tokens_reaches_no_route(client: AsyncClient):
    assert code(await client.post("/large", content=b"[" + b"1," * MAX_TOKENS)) == (
        413,
        "too_complex",
    )


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"content-type": "application/x-www-form-urlencoded"}, (415, "media_type", "accept")),
        ({"content-type": "text/plain"}, (415, "media_type", "accept")),
        ({"content-type": "application/fhir+xml"}, (415, "media_type", "accept")),
        ({"content-encoding": "gzip"}, (415, "content_encoding", "accept-encoding")),
    ],
)
async def test_what_is_said_to_be_no_json_is_refused_with_what_is_taken(
    client: AsyncClient, headers: dict[str, str], expected: tuple[int, str, str]
):
    refused = await client.post("/large", content=b"{}", headers=headers)
    assert code(refused) == expected[:2]
    assert expected[2] in refused.headers


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "application/json; charset=utf-8"},
        {"content-type": "Application/FHIR+JSON"},
        {"content-encoding": "identity"},
    ],
)
async def test_json_is_taken_under_each_of_its_names(client: AsyncClient, headers: dict[str, str]):
    assert (await client.post("/large", content=b"{}", headers=headers)).json() == 2


async def test_a_body_that_takes_too_long_is_refused(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "SECONDS", 0.1)

    async def slow() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.02)

    assert code(await client.post("/large", content=slow())) == (408, "too_slow")


async def test_all_bodies_together_are_bounded_and_each_is_given_back(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "MOST_HELD", 1_500)
    for _ in range(3):
        assert (await client.post("/large", content=b" " * 1_000)).json() == 1_000
    refused = await client.post("/large", content=b" " * 2_000)
    assert code(refused) == (503, "busy")
    assert refused.headers["retry-after"] == "1"


async def test_head_is_get_without_a_body(client: AsyncClient):
    got, head = await client.get("/there"), await client.head("/there")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == got.headers
    assert (await client.head("/nowhere/at-all")).status_code == 404


async def test_one_request_too_many_is_told_when_to_come_back():
    app = FastAPI()
    going, waits = asyncio.Event(), asyncio.Event()

    @app.get("/slow")
    async def slow() -> str:
        going.set()
        await waits.wait()
        return "done"

    @app.get("/healthz")
    def alive() -> str:
        return "alive"

    guard(app, Entrance())
    capped = Capacity(app, most=1)

    async def asked(scope: dict[str, object], *rest: object) -> None:
        await capped(scope | {"app": app}, *rest)  # type: ignore[arg-type]

    async with AsyncClient(transport=ASGITransport(asked), base_url="http://service") as client:  # type: ignore[arg-type]
        first = asyncio.create_task(client.get("/slow"))
        await going.wait()
        refused = await client.get("/slow")
        assert (code(refused), refused.headers["retry-after"]) == ((503, "busy"), "1")
        assert (await client.get("/healthz")).status_code == 200
        waits.set()
        assert (await first).status_code == 200
        assert (await client.get("/slow")).status_code == 200
