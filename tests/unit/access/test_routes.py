"""Every route of the four running applications, asked by every role about its own and about
others', against the table; and one that names no action stops its service.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from sqlmodel import Session

from services.criteria.api.desk.clock_commands import RIGHTS
from services.intake.api import discovery
from services.intake.model import ACCEPTED
from services.intake.tables import SubmissionRow
from shared.access.actions import Action, Relation
from shared.access.local_issuer import FOLDER_NAME, LocalIssuer
from shared.access.permissions import PERMISSIONS, may
from shared.access.principal import Principal, Role
from shared.clock import SystemClock
from shared.errors import Unavailable
from shared.examples import reference_case
from shared.examples.pas import bundle
from shared.lanes.engine.health import Health
from shared.lanes.service import Service
from shared.lanes.store.connect import reading_engine
from shared.lanes.store.parked import Parked
from shared.lanes.store.tables import CaseRow
from shared.settings import SERVICES, Settings, TokenSettings, load
from shared.web import application
from shared.web.access import Permission, permissions_of
from shared.web.identity import DISCOVERY, METRICS, OPEN
from tests.unit.intake.given import opened

OURS, THEIRS = "story-ours", "story-theirs"
CASES = {OURS: UUID(int=11), THEIRS: UUID(int=12)}
SUBMISSIONS = {OURS: UUID(int=21), THEIRS: UUID(int=22)}
RELATIONS = {OURS: Relation.OWN, THEIRS: Relation.ANY}
VALUES: Mapping[str, str] = {
    "{record_id}": str(UUID(int=31)),
    "{reevaluation_id}": str(UUID(int=32)),
    "{letter_id}": str(UUID(int=33)),
    "{form}": "pdf",
    "{idempotency_key}": "once",
    "{item}": "call-1",
    "{spot:path}": "pa.intake.v1/3/0",
    "{p}": "1",
    "{n}": "2",
}
NATIVE, FHIR = "/v1/submissions", "/fhir/Claim/$submit"


@dataclass(frozen=True)
class Services:
    """The four applications as they are built, with a store each, and their issuer."""

    apps: dict[str, FastAPI]
    issuer: LocalIssuer
    runner: asyncio.Runner
    tokens: dict[Principal, str] = field(default_factory=dict)

    def ask(
        self, service: str, method: str, path: str, who: Principal | None, **more: Any
    ) -> httpx.Response:
        peer = more.pop("peer", "127.0.0.1")
        transport = httpx.ASGITransport(self.apps[service], client=(peer, 1))
        shown = {"Authorization": f"Bearer {self.token(who)}"} if who else {}
        shown |= more.pop("also", {})

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1"
            ) as client:
                return await client.request(method, path, headers=shown, **more)

        return self.runner.run(ask())

    def token(self, who: Principal) -> str:
        if who not in self.tokens:
            made = self.issuer.token(who.subject, who.roles, SystemClock(), who.senders)
            self.tokens[who] = made
        return self.tokens[who]


class Still:
    """A replica that works no lane, so that no broker is needed."""

    def __init__(self, service: Service, settings: Settings, **_: Any) -> None:
        self.service, self.instance = service, settings.instance
        self.parked = Parked(reading_engine(settings.database_url))
        self.engine = SimpleNamespace(health=Health())

    def ready(self) -> tuple[bool, str]:
        return True, "ready"


def built(name: str, patch: pytest.MonkeyPatch) -> FastAPI:
    """A service's application."""
    module = import_module(f"services.{name}.app")
    patch.setattr(module, "Replica", Still)
    patch.setattr(module, "Ingress", Nowhere)
    app: FastAPI = module.build(load(name))
    return app


class Nowhere:
    """Says that the log does not answer, once somebody was let through to it."""

    def __init__(self, *_: Any) -> None:
        pass

    async def publish(self, *_: Any) -> UUID:
        raise Unavailable("The log does not answer.", code="log")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    state: Path = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRIORAUTH_STATE", str(state))
        patch.setenv("PRIORAUTH_EMBEDDED", "1")
        apps = {name: built(name, patch) for name in SERVICES}
        engine = reading_engine(load("intake").database_url)
        with Session(engine) as session:
            session.add_all(row for sender in CASES for row in rows(sender))
            session.commit()
        engine.dispose()
        with asyncio.Runner() as runner:
            yield Services(apps, LocalIssuer(state / FOLDER_NAME), runner)


def rows(sender: str) -> Iterator[CaseRow | SubmissionRow]:
    """A case of a sender and the submission that opened it."""
    case_id = CASES[sender]
    state = opened(sender=sender).model_dump_json().encode()
    yield CaseRow(case_id=case_id, p=1, state=state)
    yield SubmissionRow(
        submission_id=SUBMISSIONS[sender],
        case_id=case_id,
        outcome=ACCEPTED,
        sender=sender,
        content_type="application/json",
        received_at=0,
        sha256="",
        raw=b"{}",
    )


def routes(app: FastAPI) -> list[tuple[str, RouteContext]]:
    """Each method of each route."""
    return [
        (method, route)
        for route in iter_route_contexts(app.routes)
        for method in sorted(route.methods or ())
    ]


def demanded(route: RouteContext) -> Permission:
    """What a route demands of everybody: the last of what its router and it demand."""
    return permissions_of(route)[-1]


def filled(path: str, sender: str) -> str:
    """A path about what a sender sent."""
    known = VALUES | {
        "{case_id}": str(CASES[sender]),
        "{submission_id}": str(SUBMISSIONS[sender]),
    }
    for name, value in known.items():
        path = path.replace(name, value)
    assert "{" not in path
    return path


def body(path: str, sender: str) -> dict[str, Any]:
    """A request of a sender where one is asked for; else something that fits no route."""
    if path == FHIR:
        return {"json": bundle("homecare"), "also": {"pa-sender": sender}}
    return {"json": {**reference_case(), "sender": sender} if path == NATIVE else {}}


def expected(permission: Permission, role: Role, sender: str, method: str) -> set[int]:
    """What the table lets a role see of what a sender sent; an answer that is none of these says
    that it was let through.
    """
    who = Principal("p", frozenset({role}))
    if may(who, permission.action, Relation.ANY):
        return set()
    if not permission.somewhere or not any(
        may(who, permission.action, relation) for relation in Relation
    ):
        return {403}
    if may(who, permission.action, RELATIONS[sender]):
        return set()
    return {404} if method == "GET" else {403}


@pytest.mark.parametrize("role", Role)
def test_every_route_answers_every_role_as_the_table_says(services: Services, role: Role):
    who = Principal("somebody", frozenset({role}), frozenset({OURS}))
    wrong = []
    for name, app in services.apps.items():
        for method, route in routes(app):
            path = str(route.path)
            if path in OPEN:
                continue
            for sender in CASES:
                more = {} if method == "GET" else body(path, sender)
                answer = services.ask(name, method, filled(path, sender), who, **more)
                refusals = expected(demanded(route), role, sender, method)
                seen = {answer.status_code} & {401, 403, 404 if _is_held(path) else 403}
                if seen != refusals or answer.status_code == 500:
                    wrong.append((name, method, path, sender, answer.status_code, refusals))

    assert wrong == []


def _is_held(path: str) -> bool:
    """Whether the store holds what a path asks about, so that 404 means that it is kept back."""
    return path in {"/v1/cases/{case_id}", "/v1/submissions/{submission_id}"}


def test_no_route_answers_without_a_token_or_without_a_role(services: Services):
    nobody = Principal("nobody", frozenset(), frozenset({OURS}))
    for name, app in services.apps.items():
        for method, route in routes(app):
            path = filled(str(route.path), OURS)
            if path in OPEN:
                assert services.ask(name, method, path, None).status_code in {200, 404, 503}
                continue
            assert services.ask(name, method, path, None, peer="10.0.0.1").status_code == 401
            assert services.ask(name, method, path, nobody).status_code == 403


def test_only_what_is_meant_to_be_open_is_open(services: Services):
    found = {str(route.path) for app in services.apps.values() for _, route in routes(app)}

    assert found & OPEN == OPEN
    assert len(found - OPEN) > 25
    assert services.ask("intake", "GET", METRICS, None).status_code == 200


def test_a_fhir_client_learns_where_to_get_a_token_once_that_is_set(services: Services):
    app = FastAPI()
    endpoint = "https://id.plan.example/token"
    app.include_router(discovery(TokenSettings("https://id.plan.example", endpoint=endpoint)))
    open_one = Services({"intake": app}, services.issuer, services.runner)
    for path in DISCOVERY:
        told = open_one.ask("intake", "GET", path, None).json()

        assert (told["token_endpoint"], told["issuer"]) == (endpoint, "https://id.plan.example")
        assert told["scopes_supported"] == ["system/Claim.c"]
        unset = services.ask("intake", "GET", path, None)
        assert (unset.status_code, unset.json()["code"] if path == DISCOVERY[0] else "") == (
            404,
            "no_token_endpoint" if path == DISCOVERY[0] else "",
        )


def test_the_documented_interface_and_the_routes_are_the_same(services: Services):
    reader = Principal("p", frozenset({Role.AUDITOR}))
    for name, app in services.apps.items():
        documented = services.ask(name, "GET", "/openapi.json", reader).json()["paths"]

        assert {(path, method.upper()) for path, of in documented.items() for method in of} == {
            (str(route.path_format), method) for method, route in routes(app)
        }
        secured = {
            path for path, of in documented.items() if all("security" in one for one in of.values())
        }
        assert secured == set(documented) - OPEN


def test_every_action_that_is_done_over_http_has_a_route(services: Services):
    named = {
        permission.action
        for app in services.apps.values()
        for _, route in routes(app)
        for permission in permissions_of(route)
    }
    decisions = {Action.APPROVE, Action.ASK, Action.REFUSE, *RIGHTS.values()}

    assert set(PERMISSIONS.grants) - named - {Action.READ_PARKED_CONTENT} <= decisions


def test_a_record_s_content_is_for_its_own_action(
    services: Services, monkeypatch: pytest.MonkeyPatch
):
    grants = dict(PERMISSIONS.grants) | {Action.READ_PARKED_CONTENT: {}}
    monkeypatch.setattr(
        "shared.access.permissions.PERMISSIONS", PERMISSIONS.__class__(grants, PERMISSIONS.scopes)
    )
    who = Principal("p", frozenset({Role.OPERATIONS}))
    path = "/v1/parked/pa.intake.v1/3/0"

    assert services.ask("intake", "GET", path, who).status_code == 404
    assert services.ask("intake", "GET", f"{path}?content=true", who).status_code == 403


def test_a_service_with_a_route_that_names_no_action_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def open_door(*_: Any) -> APIRouter:
        router = APIRouter()
        router.get("/v1/everything")(lambda: "everything")
        return router

    monkeypatch.setenv("PRIORAUTH_STATE", str(tmp_path))
    monkeypatch.setenv("PRIORAUTH_EMBEDDED", "1")
    monkeypatch.setattr(application.parked, "routes", open_door)

    with pytest.raises(ValueError, match="/v1/everything"):
        built("letters", monkeypatch)


def test_a_service_without_an_issuer_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PRIORAUTH_STATE", str(tmp_path))
    monkeypatch.setenv("PRIORAUTH_EMBEDDED", "0")

    with pytest.raises(Exception, match="Set PRIORAUTH_TOKENS_ISSUER"):
        built("letters", monkeypatch)
