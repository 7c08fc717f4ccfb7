"""Intake's HTTP against a real SQLite file: submit, wait, look, and a problem document for
everything that goes wrong.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import Engine, create_engine
from sqlmodel import Session, SQLModel, select

from services.intake import handlers, store
from services.intake.api import entrance, routes
from services.intake.model import IntakeState
from services.intake.tables import AppealRow, SubmissionRow
from shared.clock import SettableClock
from shared.errors import Malformed, Unavailable
from shared.events.criteria import Determination
from shared.events.submissions import FHIR_BUNDLE, SUBMISSIONS, AuthorizationRequestSubmitted
from shared.examples.pas import bundle
from shared.ids import NAMESPACE, case_id, lane_of, record_id
from shared.json_bounds import MAX_VALUE
from shared.lanes.outcome import Outcome, Received
from shared.lanes.service import HomeAddress
from shared.lanes.store.tables import AliasRow, CaseRow, table_of
from shared.settings import MAX_NATIVE_BYTES, Settings, load
from shared.web import problems
from shared.web.entrance import guard
from tests.access import known
from tests.unit.intake.given import (
    RECEIVED_AT,
    case_determined,
    line,
    raw,
    request,
    told,
    when,
)

TABLES: dict[str, type[SQLModel]] = {"submission": SubmissionRow, "appeal": AppealRow}
ANSWER = case_determined(Determination.APPROVED, Determination.PENDED)


@dataclass
class Platform:
    """The log and intake's lane in one: what is published is decided at once and stored in the
    file, and answered where `answers` says so.
    Not while it is `asleep`.
    """

    engine: Engine
    settings: Settings
    answers: bool = True
    away: bool = False
    asleep: bool = False
    published: list[tuple[str, int, dict[str, str], bytes]] = field(default_factory=list)

    async def publish(
        self, ce_type: str, partition: int, headers: dict[str, str], value: bytes
    ) -> UUID:
        if self.away:
            raise Unavailable("The log does not answer.")
        self.published.append((ce_type, partition, headers, value))
        record = record_id("submissions", partition, len(self.published))
        if self.asleep:
            return record
        external = handlers.submissions(self.settings)
        submission = external.read(ce_type, headers, value)
        address = external.address(submission, record)
        with Session(self.engine) as session:
            named = [session.get(AliasRow, (partition, alias)) for alias in address.aliases]
        case_id = next((one.case_id for one in named if one is not None), address.case_id)
        at = RECEIVED_AT + timedelta(seconds=len(self.published))
        outcome = when(
            store.case(self.engine, case_id),
            Received(record, case_id, ce_type, submission, at, at, value),
        )
        self.keep(case_id, partition, outcome)
        if self.answers and outcome.state is not None:
            event = ANSWER.model_copy(update={"request_version": outcome.state.version})
            self.keep(case_id, partition, when(outcome.state, told(event)))
        return record

    def keep(self, case_id: UUID, partition: int, outcome: Outcome[IntakeState]) -> None:
        with Session(self.engine) as session:
            state = outcome.state.model_dump_json().encode() if outcome.state else None
            session.merge(CaseRow(case_id=case_id, p=partition, state=state))
            for alias in outcome.forgotten:
                session.delete(session.get_one(AliasRow, (partition, alias)))
            for alias in outcome.aliases:
                session.merge(AliasRow(p=partition, alias=alias, case_id=case_id))
            for row in outcome.rows:
                session.merge(TABLES[row.table](**row.values))
            session.commit()
        if outcome.anew is not None:
            self.keep(outcome.anew.case_id, partition, outcome.anew.outcome)

    async def look(self, case_id: UUID) -> IntakeState | None:
        return store.case(self.engine, case_id)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return started(tmp_path)


def started(tmp_path: Path) -> Platform:
    engine = create_engine(f"sqlite:///{tmp_path}/intake.sqlite")
    SQLModel.metadata.create_all(
        engine, tables=[table_of(model) for model in (CaseRow, AliasRow, *TABLES.values())]
    )  # type: ignore[attr-defined]
    return Platform(engine, load("intake"))


@pytest_asyncio.fixture
async def client(platform: Platform) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    guard(app, entrance(MAX_NATIVE_BYTES))
    external = handlers.submissions(platform.settings)
    app.include_router(
        routes(
            platform.engine, platform.publish, platform.look, external, SettableClock(RECEIVED_AT)
        )
    )
    async with AsyncClient(transport=ASGITransport(known(app)), base_url="http://intake") as client:
        yield client
    platform.engine.dispose()


def problem(response: Response) -> tuple[int, str]:
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"].endswith(body["code"])
    return response.status_code, body["code"]


def outcome(response: Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/fhir+json"
    body = response.json()
    assert body["resourceType"] == "OperationOutcome"
    return response.status_code, body["issue"][0]["details"]["coding"][0]["code"]


@pytest.mark.asyncio
async def test_a_request_is_acknowledged_once_the_log_has_it(
    client: AsyncClient, platform: Platform
):
    response = await client.post("/v1/submissions", content=raw(request()))
    body = response.json()
    assert (response.status_code, response.headers["location"]) == (
        202,
        f"/v1/submissions/{body['submission_id']}",
    )
    ((ce_type, partition, _, value),) = platform.published
    assert (ce_type, value) == (AuthorizationRequestSubmitted.TYPE, raw(request()))
    assert 0 <= partition < 24


@pytest.mark.asyncio
async def test_nobody_is_told_of_a_case_before_one_holds_the_submission(
    client: AsyncClient, platform: Platform
):
    platform.asleep = True
    for wait in ("", "?wait=0.1"):
        response = await client.post(f"/v1/submissions{wait}", content=raw(request()))
        assert response.status_code == 202
        assert response.json() == {
            "submission_id": response.headers["location"].rpartition("/")[2],
            "status": "accepted",
        }


@pytest.mark.asyncio
async def test_the_same_request_after_its_withdrawal_is_a_new_case(client: AsyncClient):
    first = await opened(client)
    withdrawn = request(amends=first, lines=[line(1, cancelled=True), line(2, cancelled=True)])
    assert (await opened(client, withdrawn), await opened(client, withdrawn)) == (first, first)
    second = await opened(client)
    assert second != first
    assert await opened(client) == second


@pytest.mark.asyncio
async def test_an_equal_request_is_answered_by_the_case_that_is_open(client: AsyncClient):
    first, again = await opened(client), await opened(client)
    other = await opened(client, request(sender="clinic-2"))
    assert first == again != other


@pytest.mark.asyncio
async def test_a_request_like_a_refused_one_is_a_case_of_its_own_on_the_list_of_appeals(
    client: AsyncClient, platform: Platform
):
    first = (await client.post("/v1/submissions?wait=5", content=raw(request()))).json()["case_id"]
    refused = case_determined(Determination.NOT_CERTIFIED, Determination.NOT_CERTIFIED)
    state = store.case(platform.engine, UUID(first))
    platform.keep(UUID(first), lane_of(UUID(first)), when(state, told(refused)))
    again = (await client.post("/v1/submissions", content=raw(request()))).json()

    (entry,) = (await client.get("/v1/appeals")).json()
    taken = (await client.get(f"/v1/submissions/{again['submission_id']}")).json()
    assert (entry["former_case_id"], entry["case_id"]) == (first, taken["case_id"])
    assert (entry["state"], entry["received_at"]) == ("open", taken["received_at"])
    case = (await client.get(f"/v1/cases/{entry['case_id']}")).json()
    assert case["resembles"] == first
    assert (await client.get("/v1/appeals?state=decided")).json() == []


@pytest.mark.asyncio
async def test_who_waits_gets_the_outcome(client: AsyncClient):
    response = await client.post("/v1/submissions?wait=5", content=raw(request()))
    assert response.status_code == 200
    assert [one["determination"] for one in response.json()["case"]["lines"]] == ["A1", "A4"]


@pytest.mark.asyncio
async def test_who_waits_in_vain_gets_the_acknowledgement(client: AsyncClient, platform: Platform):
    platform.answers = False
    response = await client.post("/v1/submissions?wait=0.1", content=raw(request()))
    assert (response.status_code, response.json()["status"]) == (202, "accepted")
    assert "case_id" not in response.json()


@pytest.mark.asyncio
async def test_a_case_can_be_looked_at_and_shows_no_diagnosis(client: AsyncClient):
    case = (await client.get(f"/v1/cases/{await opened(client)}")).json()
    assert (case["urgency"], case["clock"]["rule"], case["lines"][0]["determination"]) == (
        "standard",
        "ma-standard-7d",
        "A1",
    )
    assert "C79" not in str(case)
    assert "1960" not in str(case)


@pytest.mark.asyncio
async def test_what_became_of_a_submission_can_be_asked(client: AsyncClient):
    body = (await client.post("/v1/submissions", content=raw(request()))).json()
    found = (await client.get(f"/v1/submissions/{body['submission_id']}")).json()
    assert found["outcome"] == "accepted"
    assert (await client.get(f"/v1/cases/{found['case_id']}")).status_code == 200


@pytest.mark.asyncio
async def test_an_amendment_is_answered_for_its_case(client: AsyncClient):
    case_id = await opened(client)
    response = await client.post(
        "/v1/submissions?wait=5",
        content=raw(request(amends=case_id, lines=[line(1), line(2), line(3)])),
    )
    assert (
        response.status_code,
        response.json()["case_id"],
        len(response.json()["case"]["versions"]),
    ) == (200, case_id, 2)


@pytest.mark.asyncio
async def test_an_amendment_of_nothing_is_a_problem_for_who_waits(client: AsyncClient):
    content = raw(request(amends=str(case_id(NAMESPACE, 5))))
    assert problem(await client.post("/v1/submissions?wait=5", content=content)) == (
        404,
        "unknown_case",
    )
    assert problem(await client.post("/v1/submissions?wait=5", content=content)) == (
        404,
        "unknown_case",
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", (400, "not_json")),
        (b"\xff", (400, "not_utf8")),
        (b"[" * 5_000, (400, "too_deep")),
        (b" " * (MAX_VALUE + 1), (413, "too_large")),
        (raw(request(urgency="soon")), (422, "schema")),
        (raw(request(sender="\x00")), (422, "null_character")),
    ],
    ids=["json", "utf8", "deep", "large", "schema", "nul"],
)
async def test_what_cannot_be_read_never_reaches_the_log(
    client: AsyncClient, platform: Platform, content: bytes, expected: tuple[int, str]
):
    assert problem(await client.post("/v1/submissions", content=content)) == expected
    assert platform.published == []


@pytest.mark.asyncio
async def test_a_stream_is_cut_off_at_ten_mebibytes_without_a_declared_length(client: AsyncClient):
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(30):
            sent += 1
            yield b" " * 1024 * 1024

    assert problem(await client.post("/v1/submissions", content=endless())) == (413, "too_large")
    assert sent < 15


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", f"/v1/cases/{UUID(int=4)}", (404, "unknown_case")),
        ("GET", f"/v1/submissions/{UUID(int=4)}", (404, "unknown_submission")),
        ("GET", "/v1/cases/not-an-id", (422, "schema")),
        ("GET", "/nowhere", (404, "not_found")),
        ("DELETE", "/v1/submissions", (405, "method_not_allowed")),
        ("POST", "/v1/submissions?wait=999", (422, "schema")),
    ],
)
async def test_every_error_is_a_problem_document(
    client: AsyncClient, method: str, path: str, expected: tuple[int, str]
):
    assert problem(await client.request(method, path)) == expected


@pytest.mark.asyncio
async def test_a_log_that_is_away_is_503_with_a_time_to_retry(
    client: AsyncClient, platform: Platform
):
    platform.away = True
    native = await client.post("/v1/submissions", content=raw(request()))
    assert problem(native) == (503, "unavailable")
    fhir = await client.post("/fhir/Claim/$submit", content=raw(bundle("homecare")))
    assert outcome(fhir) == (503, "unavailable")
    assert int(native.headers["retry-after"]) == int(fhir.headers["retry-after"]) > 0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/fhir/Claim/$inquire", (404, "not_found")),
        ("GET", "/fhir/metadata/nowhere", (404, "not_found")),
        ("GET", "/fhir/Claim/$submit", (405, "method_not_allowed")),
        ("POST", "/fhir/Claim/$submit?wait=999", (422, "schema")),
    ],
)
async def test_every_error_of_fhir_is_an_operation_outcome(
    client: AsyncClient, method: str, path: str, expected: tuple[int, str]
):
    assert outcome(await client.request(method, path)) == expected


@pytest.mark.asyncio
async def test_a_bug_behind_fhir_is_an_operation_outcome(client: AsyncClient, platform: Platform):
    platform.settings = replace(platform.settings, keys=None)  # type: ignore[arg-type]
    content = raw(bundle("homecare"))
    assert outcome(await client.post("/fhir/Claim/$submit", content=content)) == (
        500,
        "internal_error",
    )


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "size"),
    [("/v1/submissions", MAX_NATIVE_BYTES), ("/fhir/Claim/$submit", MAX_VALUE)],
)
async def test_a_body_may_have_what_its_path_allows_and_no_byte_more(
    client: AsyncClient, platform: Platform, path: str, size: int
):
    good = raw(request() if "v1" in path else bundle("homecare"))
    assert (await client.post(path, content=good.ljust(size))).is_success
    refused = await client.post(path, content=good.ljust(size + 1))
    assert refused.status_code == 413
    assert f"larger than {size:,} bytes" in refused.text
    assert len(platform.published) == 1


@pytest.mark.asyncio
async def test_a_bug_is_a_problem_document_that_tells_nothing(
    client: AsyncClient, platform: Platform
):
    platform.engine.dispose()
    platform.settings = replace(platform.settings, keys=None)  # type: ignore[arg-type]
    assert problem(await client.post("/v1/submissions", content=raw(request()))) == (
        500,
        "internal_error",
    )


async def opened(client: AsyncClient, content: dict[str, Any] | None = None) -> str:
    """The case that holds a request once it was sent."""
    sent = await client.post("/v1/submissions", content=raw(content or request()))
    return str((await client.get(sent.headers["location"])).json()["case_id"])


def codes_of(response: Response) -> list[str]:
    assert response.headers["content-type"] == "application/fhir+json"
    claim_response = response.json()["entry"][0]["resource"]
    return [
        item["adjudication"][0]["extension"][0]["extension"][-1]["valueCodeableConcept"]["coding"][
            0
        ]["code"]
        for item in claim_response["item"]
    ]


@pytest.mark.asyncio
async def test_a_bundle_is_answered_with_its_items_determined(
    client: AsyncClient, platform: Platform
):
    response = await client.post(
        "/fhir/Claim/$submit",
        content=raw(bundle("homecare")),
        headers={"pa-sender": "clearinghouse-7"},
    )
    assert (response.status_code, codes_of(response)) == (200, ["A1", "A4"])
    assert (platform.published[0][0], platform.published[0][2]["pa_sender"]) == (
        FHIR_BUNDLE,
        "clearinghouse-7",
    )


@pytest.mark.asyncio
async def test_a_bundle_without_an_outcome_in_time_is_pended(
    client: AsyncClient, platform: Platform
):
    platform.answers = False
    assert codes_of(
        await client.post("/fhir/Claim/$submit?wait=0.1", content=raw(bundle("homecare")))
    ) == ["A4", "A4"]


@pytest.mark.asyncio
async def test_a_bundle_that_no_case_holds_in_time_is_queued_and_nothing_is_said_of_its_items(
    client: AsyncClient, platform: Platform
):
    platform.asleep = True
    response = await client.post("/fhir/Claim/$submit?wait=0.1", content=raw(bundle("homecare")))
    claim_response = response.json()["entry"][0]["resource"]
    assert (claim_response["outcome"], "item" in claim_response) == ("queued", False)
    assert response.headers["location"].startswith("/v1/submissions/")


@pytest.mark.asyncio
async def test_an_update_is_answered_by_the_case_that_it_updates(
    client: AsyncClient, platform: Platform
):
    await client.post("/fhir/Claim/$submit", content=raw(bundle("homecare")))
    response = await client.post("/fhir/Claim/$submit", content=raw(bundle("homecare_update")))
    assert codes_of(response) == ["A1", "C", "A4"]
    with Session(platform.engine) as session:
        assert len(session.exec(select(CaseRow)).all()) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (raw({"resourceType": "Bundle"}), 422, "no_entries"),
        (b" " * (MAX_VALUE + 1), 413, "too_large"),
        (raw(bundle("homecare_update")), 404, "unknown_case"),
    ],
    ids=["json", "empty", "large", "orphan"],
)
async def test_a_refused_bundle_gets_one_operation_outcome(
    client: AsyncClient, content: bytes, status: int, code: str
):
    response = await client.post("/fhir/Claim/$submit", content=content)
    body = response.json()
    assert (
        response.status_code,
        body["resourceType"],
        body["issue"][0]["details"]["coding"][0]["code"],
    ) == (status, "OperationOutcome", code)


@pytest.mark.asyncio
async def test_a_bundle_is_told_all_its_faults_in_one_answer(client: AsyncClient):
    content = bundle("homecare")
    content["entry"][0]["resource"] |= {"status": "draft", "insurer": {"reference": "nobody"}}
    response = await client.post("/fhir/Claim/$submit", content=raw(content))
    assert response.status_code == 422
    assert [issue["expression"] for issue in response.json()["issue"]] == [
        ["Claim.status"],
        ["Claim.insurer"],
    ]


@pytest.mark.asyncio
async def test_a_sender_that_no_record_header_can_carry_is_refused(client: AsyncClient):
    response = await client.post(
        "/v1/submissions", content=raw(request()), headers={b"pa-sender": b"\xe9"}
    )
    assert problem(response) == (422, "bad_sender")


def test_the_service_reads_its_topics_and_names_its_reference():
    service = handlers.service(load("intake"))
    assert service.references is not None
    items = service.references.packaged()
    assert (service.name, SUBMISSIONS in service.external) == ("intake", True)
    assert [(item.kind, item.id) for item in items] == [
        ("clock-rules", "clock-rules"),
        ("zone", "America/Chicago"),
    ]
    reference = service.references.build(items)
    assert service.decide(reference, None, told(ANSWER), RECEIVED_AT) == Outcome(None)


def test_the_same_member_lives_in_one_partition_whatever_the_form():
    external = handlers.submissions(load("intake"))
    first, update = (
        external.address(external.read("", {}, raw(bundle(name))), NAMESPACE)
        for name in ("homecare", "homecare_update")
    )
    assert first.partition == update.partition
    assert first.aliases[-1] == update.aliases[1]


@pytest.mark.parametrize("other", [UUID(int=3), case_id(NAMESPACE, 24)])
def test_an_amendment_of_what_can_be_no_case_is_refused(other: UUID):
    external = handlers.submissions(load("intake"))
    submission = external.read("", {}, raw(request(amends=str(other))))
    with pytest.raises(Malformed) as refused:
        external.address(submission, NAMESPACE)
    assert refused.value.code == "unknown_case"


def test_an_amendment_by_id_goes_to_the_lane_of_the_case_that_it_names():
    external = handlers.submissions(load("intake"))
    named = case_id(NAMESPACE, 5)
    submission = external.read("", {}, raw(request(amends=str(named))))
    assert external.address(submission, NAMESPACE) == HomeAddress(5, named)
