"""Every service that decides, replayed from its history after a day with everything in it: the same
bytes, across publications of reference data.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from services.criteria import reference
from services.criteria.handlers import service as criteria
from services.intake.handlers import service as intake
from services.letters.handlers import service as letters
from shared.events.criteria import CRITERIA, ReviewRequested
from shared.events.intake import INTAKE
from shared.events.letters import LETTERS
from shared.events.policies import POLICIES, PublishedItem, ReferencePublished
from shared.events.reviews import REVIEWS, ReviewRecorded
from shared.examples import bariatric_without_bmi, reference_case
from shared.examples.pas import text
from shared.lanes.engine.ports import Setup
from shared.lanes.replay import Replay, with_reference
from shared.lanes.seals import HEADER
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import BatchNote
from shared.lanes.store.connect import reading_engine, store_of
from shared.lanes.store.migrate import upgrade
from tests.cases.conversation import cases
from tests.cases.platform import Platform, Urls, rows, running, templates
from tests.databases import on_each
from tests.desk import attested

BUILT = {"intake": intake, "criteria": criteria, "letters": letters}
TOLD = "SELECT p, n, kind, at, ranges, parked, reference, code FROM lane_batch ORDER BY at, p, n"
BARIATRIC = "bariatric.ncd-100-1"


def publication(kind: str, ident: str, content: str) -> bytes:
    item = PublishedItem(kind=kind, id=ident, content=content)
    return ReferencePublished(items=(item,), published_by="committee", reason="a test").published()


def newer_edition() -> bytes:
    packaged = {item.id: item.content.decode() for item in reference.packaged()}
    changed = packaged[f"{BARIATRIC}@1.1.0"].replace(
        "version: 1.1.0", "version: 1.1.1\nprecedence: 1"
    )
    return publication("edition", f"{BARIATRIC}@1.1.1", changed)


def stopping(*, stopped: bool) -> bytes:
    switch = reference.Switch(stopped=stopped, reason="A doubt.").model_dump_json()
    return publication("switch", "all", switch)


def lived(platform: Platform) -> None:
    """Requests over both doors, an edition and a switch that are published in between, an
    amendment, what cannot be read, and a month in which every timer goes off.
    """

    def native(request: dict[str, object]) -> None:
        platform.send("/v1/submissions", json.dumps(request).encode(), "application/json")

    native(bariatric_without_bmi())
    platform.broker.append((POLICIES, 3), b"", (), newer_edition())
    platform.send("/fhir/Claim/$submit?wait=0", text("homecare"), "application/fhir+json")
    native(reference_case())
    known = {"path": "body.bmi", "value": 41, "unit": "kg/m2"}
    complete = bariatric_without_bmi()
    complete["facts"] = [*complete["facts"], known | {"source": {"document": "chart", "page": 1}}]
    native(complete | {"amends": str(cases(platform)[0])})
    platform.broker.append((POLICIES, 0), b"", (), stopping(stopped=True))
    platform.send("/fhir/Claim/$submit?wait=0", text("homecare_update"), "application/fhir+json")
    native(complete | {"reference": "R-2", "note": "Another request."})
    platform.record(5, [], b"nonsense")
    forged(platform)
    platform.settle()
    platform.broker.append((POLICIES, 0), b"", (), stopping(stopped=False))
    platform.send("/fhir/Claim/$submit?wait=0", text("referral"), "application/fhir+json")
    refused_by_a_clinician(platform)
    platform.pass_days(30)


def refused_by_a_clinician(platform: Platform) -> None:
    """A line that waits is refused. The services that replay have no desk: they find its key in the
    set of reference data.
    """
    envelope, value = [
        (envelope, value)
        for envelope, value in platform.events(CRITERIA)
        if envelope.type == ReviewRequested.TYPE
    ][-1]
    asked = json.loads(value)
    review = attested(
        case_id=envelope.case_id,
        idempotency_key="review-1",
        evaluation_id=asked["evaluation_id"],
        sequence=asked["lines"][0],
        content_digest=asked["contents"][0]["digest"],
        determination="A3",
    )
    platform.write(REVIEWS, envelope.case_id, review.TYPE, review.published())
    told = [envelope.type for envelope, _ in platform.events(CRITERIA)]
    assert ReviewRecorded.TYPE in told


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    on_each(metafunc, "places")


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Urls, Urls]]:
    """Two empty stores of each service on a database: to live in, and to be replayed to."""
    if request.param == "sqlite":
        yield files(tmp_path / "lived"), files(tmp_path / "replayed")
        return
    server = os.environ["PRIORAUTH_TEST_POSTGRES"].rpartition("/")[0]
    with ExitStack() as stack:
        made = [stack.enter_context(databases(server, which)) for which in ("lived", "replayed")]
        yield made[0], made[1]


def files(folder: Path) -> Urls:
    folder.mkdir()
    templates(folder)
    return {name: f"sqlite:///{folder}/{name}.sqlite" for name in BUILT}


@contextmanager
def databases(server: str, which: str) -> Iterator[Urls]:
    """A database for each service, dropped afterwards."""
    names = {service: f"replay_{os.getpid()}_{which}_{service}" for service in BUILT}
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        for name in names.values():
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            for service, name in names.items():
                engine = reading_engine(f"{server}/{name}")
                upgrade(service, engine)
                engine.dispose()
            yield {service: f"{server}/{name}" for service, name in names.items()}
        finally:
            for name in names.values():
                drop = SQL("DROP DATABASE {} WITH (FORCE)")
                connection.execute(drop.format(Identifier(name)))


@pytest.mark.parametrize("name", list(BUILT))
def test_a_service_is_replayed_to_the_same_bytes(
    name: str, stores: Path, places: tuple[Urls, Urls], tmp_path: Path
):
    lives, empty = places
    with running(stores, tmp_path / "platform", documents=False, urls=lives) as platform:
        lived(platform)
        settings = platform.settings[name]
        service = BUILT[name](settings)
        history = [BatchNote(*row) for row in rows(settings.database_url, TOLD)]
        original = store_of(service, settings.database_url)
        store = store_of(service, empty[name])

        def read(topic: str, p: int, first: int, last: int) -> list[Record]:
            return [
                record
                for record in platform.broker.records(topic)
                if record.partition == p and first <= record.offset <= last
            ]

        with_reference(store, original, history)
        topic_ids = {topic: platform.broker.topic_id(topic) for topic in service.consumes}
        replay = Replay(service, store, Setup("replay", settings.keys.handover), topic_ids)
        replay.run(history, read)

        assert len({note.reference for note in history}) >= (1 if name != "criteria" else 3)
        assert published(replay.broker.records(service.topic)) == published(
            platform.broker.records(service.topic), sealed=True
        )
        # A batch of nothing but what nobody sealed has nothing to work.
        worked = (
            "SELECT p, n, kind, at, ranges, parked, reference FROM lane_batch "
            "WHERE ranges <> '' ORDER BY p, n"
        )
        assert rows(empty[name], worked) == rows(settings.database_url, worked)
        for table in ("case_state", "reference_set", "reference_publication", "timer", "task"):
            sql = f"SELECT * FROM {table}"
            assert sorted(rows(empty[name], sql), key=str) == sorted(
                rows(settings.database_url, sql), key=str
            ), table
        original.close()
        store.close()


def forged(platform: Platform) -> None:
    """Somebody writes an amendment of their own between the events of each topic: a replay has no
    keys to tell them by.
    """
    for topic in (INTAKE, CRITERIA, LETTERS):
        for one in platform.broker.records(topic)[-1:]:
            headers = tuple(pair for pair in one.headers if pair[0] != HEADER)
            platform.broker.append((topic, one.partition), one.key, headers, b"{}")


def published(records: list[Record], *, sealed: bool = False) -> set[tuple[object, ...]]:
    """Events without repeats, without what the broker gave them and the seals that they were sent
    with; what nobody sealed is no event.
    """
    return {
        (
            one.partition,
            one.key,
            tuple(pair for pair in one.headers if pair[0] != HEADER),
            one.value,
        )
        for one in records
        if HEADER in dict(one.headers) or not sealed
    }
