"""The read side on both databases: size, timeline, proofs, verification; and the signing of
checkpoints.
"""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlmodel import Session

from services.audit.api import routes
from services.audit.handlers import checkpoint_now, service
from services.audit.keys import signing_key, trusted
from services.audit.log import checkpoint, merkle, note, proof
from services.audit.model import Head
from services.audit.store import LogStore
from shared.access.key_files import create
from shared.errors import Impossible, Unavailable
from shared.events.audit import ACCESS, AUDIT, CaseAccessed
from shared.events.catalogue import EXTERNAL, PRODUCERS
from shared.ids import NAMESPACE, derive
from shared.settings import Settings
from tests.unit.asking import Http
from tests.unit.audit import given


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return given.settings(tmp_path)


@pytest.fixture
def http(engine: sqlalchemy.Engine, settings: Settings) -> Http:
    return Http(routes(engine, settings))


def body(http: Http, path: str) -> Any:
    answer = http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def header(name: str, value: str, **deviating: Any) -> dict[str, Any]:
    headers = dict(given.record(**deviating).headers) | {name: value.encode()}
    return {"headers": tuple(headers.items())}


def test_audit_reads_every_topic_but_its_own(settings: Settings):
    assert set(service(settings).consumes) == {*PRODUCERS, *EXTERNAL} - {AUDIT}


def test_an_empty_log_has_no_size_and_verifies(http: Http):
    assert body(http, "/v1/log") == {"size": 0, "root": None, "lanes": [], "checkpoint": None}
    assert body(http, "/v1/verify")["consistent"] is True


def test_the_log_says_its_size_and_its_last_checkpoint(
    http: Http, engine: sqlalchemy.Engine, settings: Settings
):
    given.take(engine, settings, 3, [given.record(0), given.record(1)])
    given.take(engine, settings, 7, [given.record(2, partition=7)])
    sealed = checkpoint_now(engine, settings, given.NOW)
    assert sealed is not None
    log = body(http, "/v1/log")
    assert (log["size"], [lane["size"] for lane in log["lanes"]]) == (3, [2, 1])
    assert (sealed.size, log["checkpoint"]["note"], log["checkpoint"]["n"]) == (3, sealed.note, 0)
    assert log["checkpoint"]["at"] == "2026-01-05T09:00:00Z"
    assert checkpoint.parse(note.read(sealed.note, trusted(settings))).root == sealed.root


def test_nothing_new_is_not_signed_again(engine: sqlalchemy.Engine, settings: Settings):
    assert checkpoint_now(engine, settings, given.NOW) is None
    given.take(engine, settings, 3, [given.record()])
    assert checkpoint_now(engine, settings, given.NOW) is not None
    assert checkpoint_now(engine, settings, given.NOW + timedelta(hours=1)) is None


def test_a_lane_that_went_back_is_not_signed(engine: sqlalchemy.Engine, settings: Settings):
    given.take(engine, settings, 3, [given.record(0), given.record(1)])
    checkpoint_now(engine, settings, given.NOW)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lane_state")
    with pytest.raises(Impossible, match="Lane 3"):
        checkpoint_now(engine, settings, given.NOW)


def test_a_timeline_is_in_the_order_of_time_and_shows_a_repeat_once(
    http: Http, engine: sqlalchemy.Engine, settings: Settings
):
    late = given.record(0, **header("ce_time", "2026-01-05T09:00:01Z", n=0))
    early = given.record(
        1,
        topic="pa.intake.v1",
        **header("ce_time", "2026-01-05T09:00:00.5Z", n=1, topic="pa.intake.v1"),
    )
    repeat = late._replace(offset=5)
    stranger = given.record(6, **header("ce_subject", str(derive(NAMESPACE, "case", "2")), n=6))
    undated = given.record(7, **header("ce_time", "no time", n=7))
    given.take(
        engine,
        settings,
        3,
        [late, early, repeat, stranger, undated],
        given.NOW + timedelta(minutes=1),
    )
    events = body(http, f"/v1/cases/{given.CASE}/timeline")
    assert [(event["n"], event["topic"], event["offset"]) for event in events] == [
        (1, "pa.intake.v1", 1),
        (0, "pa.criteria.v1", 0),
        (4, "pa.criteria.v1", 7),
    ]
    assert events[0]["type"] == "pa.criteria.case-determined.v1"
    assert {event["event_id"] for event in events} == {
        str(derive(NAMESPACE, "event", str(n))) for n in (0, 1, 7)
    }


def test_who_looked_at_a_case_is_told_apart_from_what_became_of_it(
    http: Http, engine: sqlalchemy.Engine, settings: Settings
):
    look = CaseAccessed(
        principal="ann", service="letters", action="read_letters", case_id=given.CASE, at=given.NOW
    )
    event = given.record(0)
    seen = given.record(1)._replace(topic=ACCESS, value=look.published())
    broken = given.record(2)._replace(topic=ACCESS, value=b"{}")
    given.take(engine, settings, 3, [event, seen, broken])

    assert [one["n"] for one in body(http, f"/v1/cases/{given.CASE}/timeline")] == [0]
    (found,) = body(http, f"/v1/cases/{given.CASE}/accesses")
    assert (found["look"]["principal"], found["look"]["action"], found["n"]) == (
        "ann",
        "read_letters",
        1,
    )
    assert body(http, f"/v1/cases/{derive(NAMESPACE, 'case', '9')}/accesses") == []


def test_a_case_that_nobody_heard_of_has_no_timeline(http: Http):
    assert http.get(f"/v1/cases/{given.CASE}/timeline").status_code == 404


@pytest.mark.parametrize("n", [0, 255, 256, 511, 512, 599])
def test_a_proof_leads_from_the_entry_to_the_signed_root(
    http: Http, engine: sqlalchemy.Engine, settings: Settings, n: int
):
    given.take(engine, settings, 3, [given.record(i) for i in range(600)])
    checkpoint_now(engine, settings, given.NOW)
    given.take(engine, settings, 3, [given.record(i) for i in range(600, 700)])
    shown = body(http, f"/v1/proof/3/{n}")
    path, root = [base64.b64decode(one) for one in shown["proof"]], base64.b64decode(shown["root"])
    assert shown["size"] == 600
    assert proof.included(merkle.leaf_hash(base64.b64decode(shown["leaf"])), (n, 600), path, root)
    assert f"lane 3 600 {shown['root']}\n" in note.read(shown["checkpoint"], trusted(settings))


def test_an_entry_that_is_not_signed_yet_is_proven_in_its_lane(
    http: Http, engine: sqlalchemy.Engine, settings: Settings
):
    given.take(engine, settings, 3, [given.record(0), given.record(1)])
    shown = body(http, "/v1/proof/3/1")
    assert (shown["size"], len(shown["proof"]), shown["checkpoint"]) == (2, 1, None)


def test_an_entry_that_is_not_there_has_no_proof(http: Http):
    assert http.get("/v1/proof/3/0").status_code == 404


def test_the_log_is_verified_over_http(http: Http, engine: sqlalchemy.Engine, settings: Settings):
    for start in (0, 300):
        given.take(
            engine,
            settings,
            3,
            [
                given.record(n, value=None if n == 7 else b"\x00\xff")
                for n in range(start, start + 300)
            ],
        )
        checkpoint_now(engine, settings, given.NOW)
    report = body(http, "/v1/verify")
    assert report == {
        "events": 600,
        "lanes": 1,
        "checkpoints": 2,
        "sealed": 600,
        "unsealed": 0,
        "held": None,
        "consistent": True,
        "verified": False,
        "problems": [],
        "gaps": [],
    }


def test_a_change_is_located_over_http(http: Http, engine: sqlalchemy.Engine, settings: Settings):
    given.take(engine, settings, 3, [given.record(n) for n in range(9)])
    checkpoint_now(engine, settings, given.NOW)
    with engine.begin() as connection:
        postgresql = engine.dialect.name == "postgresql"
        connection.exec_driver_sql(
            "ALTER TABLE entry DISABLE TRIGGER USER"
            if postgresql
            else "DROP TRIGGER entry_not_updated"
        )
        connection.exec_driver_sql("UPDATE entry SET type = 'pa.criteria.other.v1' WHERE n = 6")
    problem = body(http, "/v1/verify")["problems"][0]
    assert (problem["code"], problem["p"], problem["first"]) == ("changed", 3, 6)


def test_the_signing_key_is_made_once_and_is_its_owners_alone(settings: Settings):
    first = signing_key(settings, begun=bool)
    path = settings.state / "audit.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing_key(settings, begun=bool).verifier() == first.verifier()
    assert trusted(settings) == (first.verifier(),)
    assert sorted(file.name for file in settings.state.iterdir() if "key" in file.name) == [
        "audit.key"
    ]


def test_a_signed_log_that_lost_its_key_is_not_given_another(settings: Settings):
    signing_key(settings, begun=bool)
    path = settings.state / "audit.key"
    path.unlink()

    with pytest.raises(Impossible, match=rf"signing key is gone.*chmod 600 {path}$"):
        signing_key(settings, begun=lambda: True)
    assert not path.exists()


def test_a_signing_key_that_others_can_read_is_refused(settings: Settings):
    signing_key(settings, begun=bool)
    path = settings.state / "audit.key"
    path.chmod(0o640)

    with pytest.raises(Impossible, match=rf"chmod 600 {path}$"):
        signing_key(settings, begun=bool)


def test_of_two_processes_that_start_together_one_key_stays(settings: Settings):
    first = signing_key(settings, begun=bool)
    create(settings.state / "audit.key", "another")
    assert signing_key(settings, begun=bool).verifier() == first.verifier()


def test_a_key_without_its_public_half_is_given_it_again(settings: Settings):
    first = signing_key(settings, begun=bool)
    (settings.state / "audit.pub").unlink()
    assert signing_key(settings, begun=bool).verifier() == first.verifier()
    assert trusted(settings) == (first.verifier(),)
    assert (settings.state / "audit.pub").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_cannot_be_written_is_waited_for(settings: Settings):
    settings.state.rmdir()
    settings.state.touch()
    with pytest.raises(Unavailable, match="signing key"):
        signing_key(settings, begun=bool)


@pytest.mark.databases("sqlite")
def test_a_store_that_cannot_be_written_is_waited_for_and_the_checkpoint_signed_later(
    engine: sqlalchemy.Engine, settings: Settings, http: Http
):
    given.take(engine, settings, 3, [given.record()])
    switch = {"query_only": "ON"}
    sqlalchemy.event.listen(
        engine,
        "checkout",
        lambda opened, *_: opened.execute(f"PRAGMA query_only = {switch['query_only']}"),
    )
    with pytest.raises(Unavailable, match="does not answer or is full"):
        LogStore(engine).seal(signing_key(settings, begun=bool), 1)
    switch["query_only"] = "OFF"
    assert LogStore(engine).seal(signing_key(settings, begun=bool), 2) is not None
    assert body(http, "/v1/verify")["consistent"]


class Overtaken(LogStore):
    """A log to which another process adds a checkpoint while this one reads."""

    def heads(self, session: Session) -> tuple[Head, ...]:
        other = LogStore(self._engine).seal(self.by, 2)
        assert other is not None
        return super().heads(session)


def test_of_two_processes_that_sign_together_the_first_one_does(
    engine: sqlalchemy.Engine, settings: Settings, http: Http
):
    given.take(engine, settings, 3, [given.record()])
    store = Overtaken(engine)
    store.by = signing_key(settings, begun=bool)
    assert store.seal(store.by, 1) is None
    assert body(http, "/v1/verify") == {
        "events": 1,
        "lanes": 1,
        "checkpoints": 1,
        "sealed": 1,
        "unsealed": 0,
        "held": None,
        "consistent": True,
        "verified": False,
        "problems": [],
        "gaps": [],
    }


def test_a_log_that_lacks_a_part_gives_no_proof(engine: sqlalchemy.Engine, settings: Settings):
    given.take(engine, settings, 3, [given.record(n) for n in range(300)])
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE subtree")
        connection.exec_driver_sql("CREATE TABLE subtree (p int, level int, i int, hash int)")
    with pytest.raises(Impossible, match="lacks a part"):
        LogStore(engine).proof(3, 299, 300)
