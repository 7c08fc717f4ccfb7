"""Who is refused stands in the log, and nobody fills it by being refused."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from shared.access.actions import Action
from shared.access.principal import Principal, Role
from shared.observe import seldom
from shared.observe.seldom import Seldom
from shared.web import access, identity
from shared.web.access import allowed
from shared.web.entrance import Door, Entrance, guard
from tests.access import known
from tests.unit.access.issuing import verifier


def test_the_first_of_a_kind_is_told_at_once_and_the_others_are_counted():
    now = [100.0]
    lines = Seldom(lambda: now[0])

    assert [lines.due("token_expired") for _ in range(1_000)] == [1] + [0] * 999
    assert lines.due("token_missing") == 1
    now[0] += seldom.SECONDS
    assert [lines.due(kind) for kind in ("token_expired", "token_missing")] == [1_000, 1]


def test_many_kinds_fill_no_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(seldom, "MOST_KINDS", 3)
    lines = Seldom(lambda: 1.0)

    assert [lines.due(n) for n in range(10)] == [1] * 10
    assert len(lines._last) <= 3


def test_a_bad_token_and_a_role_that_may_not_are_told_without_the_token(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(identity, "REFUSED", Seldom())
    monkeypatch.setattr(access, "REFUSED", Seldom())
    nurse = Principal("ann", frozenset({Role.NURSE}))
    with capture_logs() as lines:
        assert asked(known(application(Entrance()), nurse)) == 403
        door = Door(verifier(), frozenset({"service"}))
        assert asked(application(Entrance(door=door)), "Bearer made.up.token") == 401

    assert {(line["event"], line.get("principal"), line.get("action")) for line in lines} == {
        ("role_refused", "ann", "read_log"),
        ("token_refused", None, None),
    }
    assert "made.up" not in str(lines)


def nothing() -> None:
    pass


def application(entrance: Entrance) -> FastAPI:
    app = FastAPI()
    guard(app, entrance)
    app.get("/secret", dependencies=[allowed(Action.READ_LOG)])(nothing)
    return app


def asked(app: ASGIApp, shown: str = "") -> int:
    """The status of the answer."""

    async def ask() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            headers = {"Authorization": shown} if shown else {}
            return (await client.get("/secret", headers=headers)).status_code

    return asyncio.run(ask())
