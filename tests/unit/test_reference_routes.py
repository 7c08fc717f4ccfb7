"""Reference data over HTTP: an item as it is read now, a check that changes nothing, and one door
for all kinds.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from services.intake.reference import KINDS, intake_reference, packaged
from shared.clock import SettableClock
from shared.lanes.service import References
from shared.lanes.state.reference import PACKAGED, ReferenceEntry, ReferenceItem, ReferenceSet
from shared.web.problems import install
from shared.web.reference import checking, publishing, reading
from tests.access import known
from tests.unit.criteria.given import AT

Json = dict[str, Any]
INTAKE = References(KINDS, packaged, intake_reference)
PLANS = '{"plans": [{"plan": "001", "from": "2026-01-01"}]}'


class Store:
    """The packaged items, all in force."""

    def __init__(self) -> None:
        self.all_of = {one.sha256: one for one in packaged()}

    def newest(self) -> ReferenceSet:
        return ReferenceSet(
            tuple(
                ReferenceEntry(one.kind, one.id, 0, sha256, PACKAGED)
                for sha256, one in self.all_of.items()
            )
        )

    def items(self, entries: Any) -> tuple[ReferenceItem, ...]:
        return tuple(self.all_of[entry.sha256] for entry in entries)


class Written:
    """What would be on the log."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    async def publish(self, *record: Any) -> UUID:
        self.values.append(record[-1])
        return UUID(int=1)


def ask(method: str, path: str, log: Written | None = None, **more: Any) -> httpx.Response:
    app, store, written = FastAPI(), Store(), log or Written()
    install(app)
    clock: Any = SettableClock(AT)
    for router in (
        reading(store, clock),  # type: ignore[arg-type]
        checking(store, INTAKE, clock),  # type: ignore[arg-type]
        publishing(store, written, INTAKE, clock),  # type: ignore[arg-type]
    ):
        app.include_router(router)

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(known(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.request(method, path, **more)

    return asyncio.run(asked())


def publication(kind: str, name: str, content: str) -> Json:
    item = {"kind": kind, "id": name, "content": content}
    return {"items": [item], "published_by": "Ada", "reason": "Because."}


def test_an_item_is_shown_with_its_text_as_it_is_in_force():
    (rules,) = [one for one in packaged() if one.kind == "clock-rules"]
    asked = {"kind": "clock-rules", "id": "clock-rules"}
    found = ask("GET", "/v1/reference/item", params=asked)
    assert (found.json()["content"].encode(), found.json()["sha256"]) == (
        rules.content,
        rules.sha256,
    )
    zone = ask("GET", "/v1/reference/item", params={"kind": "zone", "id": "America/Chicago"})
    assert zone.status_code == 200
    nothing = ask("GET", "/v1/reference/item", params={"kind": "zone", "id": "Nowhere"})
    assert nothing.json()["code"] == "unknown_item"


@pytest.mark.parametrize(
    ("made", "names", "refused"),
    [
        (publication("plans", "2026", PLANS), ["2026"], ""),
        (publication("plans", "2026", "{}"), ["2026"], "plans 2026 does not fit"),
        (publication("clock-rules", "mine", "rules: []"), ["mine"], "There is one table"),
        (publication("plan", "plan", "name: Example"), [], ""),
    ],
)
def test_a_check_builds_the_whole_and_changes_nothing(made: Json, names: list[str], refused: str):
    log = Written()
    found = ask("POST", "/v1/reference/checks", log, json=made)
    assert found.status_code == 200, found.text
    assert [one["id"] for one in found.json()["items"]] == names
    assert found.json()["refused"].startswith(refused)
    assert bool(found.json()["refused"]) is bool(refused)
    assert log.values == []


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (publication("plans", "2026", PLANS), 202),
        (publication("plan", "plan", "What letters reads, letters checks."), 202),
        (publication("plans", "2026", "{}"), 422),
        (publication("anything", "2026", PLANS), 422),
    ],
)
def test_the_door_takes_what_some_service_reads_and_its_own_reads_whole(made: Json, status: int):
    log = Written()
    assert ask("POST", "/v1/reference", log, json=made).status_code == status
    assert len(log.values) == (status == 202)
