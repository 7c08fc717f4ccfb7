"""What one principal asks leaves room for the others."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from shared.access.principal import Principal, Role
from shared.web import limits, problems
from shared.web.limits import BearerLimits
from tests.access import known

ANN, BEN = (Principal(name, frozenset({Role.SUBMITTER})) for name in ("ann", "ben"))


class Service:
    """An application that answers when it is let to, before which limits stand."""

    def __init__(self, per_second: int) -> None:
        self.now = 50.0
        self.go, self.both = asyncio.Event(), asyncio.Event()
        self.working = 0
        self.app = FastAPI()
        self.app.add_middleware(BearerLimits, per_second=per_second, clock=lambda: self.now)
        problems.install(self.app, {})
        self.app.get("/v1/worklist")(self._answer)

    async def _answer(self) -> str:
        self.working += 1
        if self.working == 2:
            self.both.set()
        await self.go.wait()
        return "done"

    async def ask(self, who: Principal) -> httpx.Response:
        transport = httpx.ASGITransport(known(self.app, who))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.get("/v1/worklist")

    async def statuses(self, who: Principal, times: int) -> list[int]:
        return [(await self.ask(who)).status_code for _ in range(times)]


def test_a_burst_is_taken_and_then_so_many_a_second():
    async def asked() -> None:
        service = Service(per_second=3)
        service.go.set()
        assert await service.statuses(ANN, 8) == [200] * 6 + [429] * 2
        assert await service.statuses(BEN, 1) == [200]
        service.now += 1
        assert await service.statuses(ANN, 4) == [200] * 3 + [429]
        service.now += 3600
        assert await service.statuses(ANN, 7) == [200] * 6 + [429]

    asyncio.run(asked())


def test_who_is_told_to_wait_is_told_how_long():
    async def asked() -> httpx.Response:
        service = Service(per_second=1)
        service.go.set()
        await service.statuses(ANN, 2)
        return await service.ask(ANN)

    refused = asyncio.run(asked())
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert refused.headers["Retry-After"] == "1"


def test_so_many_are_worked_at_a_time_and_the_next_when_one_is_done(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(limits, "AT_A_TIME", 2)

    async def asked() -> list[int]:
        service = Service(per_second=100)
        first = [asyncio.create_task(service.ask(ANN)) for _ in range(2)]
        await service.both.wait()
        refused = await service.ask(ANN)
        other = asyncio.create_task(service.ask(BEN))
        service.go.set()
        answers = [refused, *[await one for one in (*first, other)], await service.ask(ANN)]
        return [one.status_code for one in answers]

    assert asyncio.run(asked()) == [429, 200, 200, 200, 200]


def test_many_principals_fill_no_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MOST_KNOWN", 3)

    async def nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        pass

    async def asked() -> int:
        limited = BearerLimits(nothing, 1)
        for n in range(10):
            state = {"principal": Principal(f"p{n}", ANN.roles)}
            await limited({"type": "http", "state": state}, receive, send)
        return len(limited._accounts)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(_message: Message) -> None:
        pass

    assert asyncio.run(asked()) <= 3
