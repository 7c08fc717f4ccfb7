"""A sender has its own cases and no others, whichever way it asks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from services.intake import handlers, store
from services.intake.api import entrance, routes
from services.intake.fhir.read import read as read_bundle
from shared.access.principal import Principal, Role
from shared.clock import SettableClock
from shared.examples.pas import bundle
from shared.ids import NAMESPACE, case_id, lane_of
from shared.settings import MAX_NATIVE_BYTES
from shared.web.entrance import guard
from tests.access import known
from tests.unit.intake.given import RECEIVED_AT, raw, request
from tests.unit.intake.test_api import Platform, codes_of, outcome, problem, started

FOREIGN = int(os.environ.get("PRIORAUTH_TEST_FOREIGN", "50"))
OURS, THEIRS = "clinic-1", "clinic-2"
REQUESTER = read_bundle(bundle("homecare")).sender
As = Callable[..., AsyncClient]
pytestmark = pytest.mark.asyncio


def submitter(*senders: str, roles: frozenset[Role] = frozenset({Role.SUBMITTER})) -> Principal:
    return Principal("system", roles, frozenset(senders))


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return started(tmp_path)


@pytest_asyncio.fixture
async def of(platform: Platform) -> As:
    """A client of who speaks for some senders."""
    app = FastAPI()
    guard(app, entrance(MAX_NATIVE_BYTES))
    external, clock = handlers.submissions(platform.settings), SettableClock(RECEIVED_AT)
    app.include_router(routes(platform.engine, platform.publish, platform.look, external, clock))

    def client(*senders: str, roles: frozenset[Role] = frozenset({Role.SUBMITTER})) -> AsyncClient:
        transport = ASGITransport(known(app, submitter(*senders, roles=roles)))
        return AsyncClient(transport=transport, base_url="http://intake")

    return client


async def sent(client: AsyncClient, sender: str, **more: object) -> Response:
    return await client.post("/v1/submissions", content=raw(request(sender=sender, **more)))


async def bundled(client: AsyncClient, **headers: str) -> Response:
    content = raw(bundle("homecare"))
    return await client.post("/fhir/Claim/$submit", content=content, headers=headers)


async def test_a_thousand_foreign_ids_are_neither_read_nor_changed(
    of: As,
    platform: Platform,
):
    ours, theirs = of(OURS), of(THEIRS)
    unknown = await ours.get(f"/v1/cases/{UUID(int=1)}")
    nowhere = await ours.get(f"/v1/submissions/{UUID(int=1)}")
    assert (problem(unknown), problem(nowhere)) == (
        (404, "unknown_case"),
        (404, "unknown_submission"),
    )
    for n in range(FOREIGN):
        member = {**request()["member"], "id": f"M-{n}"}
        place = (await sent(theirs, THEIRS, member=member, reference=f"R-{n}")).headers["location"]
        foreign = (await theirs.get(place)).json()["case_id"]
        before = store.case(platform.engine, UUID(foreign))

        assert (await ours.get(place)).content == nowhere.content
        assert (await ours.get(f"/v1/cases/{foreign}")).content == unknown.content
        for change in ({"urgency": "expedited"}, {"lines": _withdrawn()}):
            amended = await sent(ours, OURS, member=member, amends=foreign, **change)
            seen = (await ours.get(amended.headers["location"])).json()
            assert (seen["outcome"], seen["code"]) == ("rejected", "unknown_case")
            assert seen["case_id"] is None
            forged = await sent(ours, THEIRS, member=member, amends=foreign, **change)
            assert problem(forged) == (403, "sender")
        assert store.case(platform.engine, UUID(foreign)) == before


def _withdrawn() -> list[dict[str, object]]:
    return [{**one, "cancelled": True} for one in request()["lines"]]


async def test_an_amendment_of_nothing_and_of_another_s_case_are_told_the_same(of: As):
    ours, theirs = of(OURS), of(THEIRS)
    place = (await sent(theirs, THEIRS)).headers["location"]
    foreign = (await theirs.get(place)).json()["case_id"]
    nothing = str(case_id(UUID(foreign), lane_of(UUID(foreign))))
    answers = [
        await ours.post("/v1/submissions?wait=5", content=raw(request(amends=one)))
        for one in (foreign, nothing)
    ]

    assert answers[0].content == answers[1].content
    assert [problem(one) for one in answers] == [(404, "unknown_case")] * 2


@pytest.mark.parametrize(
    ("senders", "named", "taken"),
    [
        ((OURS,), (OURS, None), True),
        ((OURS,), (OURS, OURS), True),
        ((OURS, THEIRS), (THEIRS, None), True),
        ((OURS, THEIRS), (OURS, THEIRS), True),
        ((OURS,), (THEIRS, None), False),
        ((OURS,), (THEIRS, OURS), False),
        ((OURS,), (OURS, THEIRS), False),
        ((), (OURS, None), False),
        (("*",), (OURS, None), False),
        ((OURS,), (OURS.upper(), None), False),
        ((OURS,), (f"{OURS} ", None), False),
    ],
)
async def test_a_native_request_is_taken_from_who_speaks_for_its_sender(
    of: As,
    platform: Platform,
    senders: tuple[str, ...],
    named: tuple[str, str | None],
    taken: bool,
):
    body, header = named
    headers = {"pa-sender": header} if header else {}
    content = raw(request(sender=body))
    answer = await of(*senders).post("/v1/submissions", content=content, headers=headers)

    assert answer.status_code in ({202} if taken else {403, 422})
    assert bool(platform.published) is taken


async def test_a_bundle_without_a_header_is_that_of_the_only_sender(
    of: As,
    platform: Platform,
):
    answer = await bundled(of("clearinghouse-7"))

    assert codes_of(answer)
    assert platform.published[0][2]["pa_sender"] == "clearinghouse-7"


async def test_a_bundle_of_who_speaks_for_several_is_its_requester_s(of: As):
    assert outcome(await bundled(of("a", "b"))) == (403, "sender")
    assert codes_of(await bundled(of("a", REQUESTER)))


async def test_a_bundle_with_another_s_header_is_refused_as_fhir(of: As):
    assert outcome(await bundled(of("a"), **{"pa-sender": "b"})) == (403, "sender")
    assert codes_of(await bundled(of("a", "b"), **{"pa-sender": "b"}))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.NURSE, Role.OPERATIONS, Role.PROVIDER_READER])
async def test_who_only_reads_submits_nothing(of: As, role: Role):
    client = of(OURS, roles=frozenset({role}))

    assert problem(await sent(client, OURS)) == (403, "role")
    assert outcome(await bundled(client)) == (403, "role")


async def test_the_plan_s_own_portal_submits_for_any_sender(of: As):
    assert (await sent(of(roles=frozenset({Role.SERVICE})), THEIRS)).status_code == 202


async def test_a_refused_submission_is_its_sender_s(of: As):
    ours = of(OURS)
    place = (await sent(ours, OURS, amends=str(case_id(NAMESPACE, 3)))).headers["location"]

    assert (await ours.get(place)).json()["code"] == "unknown_case"
    assert problem(await of(THEIRS).get(place)) == (404, "unknown_submission")
