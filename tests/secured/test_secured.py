"""On a Kafka that takes nobody without a password and a PostgreSQL that takes nobody without TLS,
everything works, and nobody may do what is not theirs.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from cli import exits
from cli.services.credentials import bearer
from cli.services.submit import sent
from shared.access.principal import Role
from shared.clock import SystemClock
from shared.events.criteria import ReviewRequested
from shared.events.reviews import ReviewDeclined
from shared.events.submissions import SUBMISSIONS, AuthorizationRequestSubmitted
from shared.examples import bariatric_without_bmi, reference_case
from shared.ids import lane_of
from shared.kafka import acls, lag, users
from shared.kafka.cluster import Cluster
from shared.kafka.refusal import refusal
from shared.kafka.topics import declared as declared_topics
from shared.lanes.kafka.ingress import Ingress
from shared.lanes.seals import HEADER
from shared.lanes.store.schema.rights import rights
from shared.settings import SERVICES
from tests.secured import attempts, forgeries
from tests.secured.stack import ROOT, SecuredStack, secured
from tests.stacks import RunningStack
from tests.stories.telling import by_line, bytes_of, described, determined, eventually, from_sender

pytestmark = [pytest.mark.needs(name) for name in ("java", "mvn", "psql")]
Json = dict[str, Any]
TOPICS = tuple(topic.name for topic in declared_topics())
GROUPS = tuple(f"priorauth-{service}" for service in SERVICES)
OTHER = "pa.history.v1"
"""A topic that nobody reads or writes."""


@pytest.fixture(scope="module")
def stack() -> Iterator[SecuredStack]:
    with secured() as running:
        yield running


@pytest.fixture(scope="module")
def case(stack: SecuredStack) -> Json:
    """The reference case as the submitter's client writes it to Kafka, once it is determined."""
    content = bytes_of(from_sender(reference_case(), "secured"))
    asyncio.run(_written(stack.cluster("submitter"), content))
    case_id = sent(content, stack.urls["intake"], 14).case_id
    assert case_id
    return described(_telling(stack), case_id)


async def _written(cluster: Cluster, content: bytes) -> None:
    door = Ingress(cluster, (SUBMISSIONS,))
    door.start()
    try:
        headers = {"ce_type": AuthorizationRequestSubmitted.TYPE}
        await door.publish(SUBMISSIONS, 0, b"any", headers, content)
    finally:
        door.stop()


def _telling(stack: SecuredStack) -> RunningStack:
    return RunningStack(stack.urls, stack.broker, stack.folder / "state/letters/documents")


def test_intake_takes_what_the_submitter_wrote_and_criteria_determines_it(case: Json):
    assert by_line(case) == {1: "A1", 2: "A1"}


def test_letters_issues_its_notices_and_renders_them(case: Json, stack: SecuredStack):
    def rendered() -> list[Path]:
        return [*(stack.folder / "state/letters").rglob("*.pdf")]

    assert eventually(rendered)
    assert eventually(lambda: _telling(stack).desk.letters(case["case_id"]))


def test_audit_has_it_all_on_record(case: Json, stack: SecuredStack, tmp_path: Path):
    del case
    ran = subprocess.run(
        [sys.executable, "-m", "cli.main", "audit", "verify", "--json"],
        env={
            **os.environ,
            "PRIORAUTH_AUDIT_URL": stack.urls["audit"],
            "PRIORAUTH_TOKEN": bearer(stack.urls["audit"], Role.AUDITOR),
            "PRIORAUTH_HELD": str(tmp_path),
        },
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )

    assert (ran.returncode, json.loads(ran.stdout)["consistent"]) == (exits.UNPROVEN, True)


def test_who_looks_after_it_sees_how_far_each_service_is_and_no_record(
    case: Json, stack: SecuredStack
):
    del case
    seen = lag.lag(stack.cluster("operations"), SystemClock().now())

    assert {one.topic for one in seen if one.records} >= {SUBMISSIONS, "pa.intake.v1"}


def test_no_password_stands_in_a_command_an_environment_or_a_log(case: Json, stack: SecuredStack):
    del case
    known = {
        file.read_text().strip() for file in stack.secrets.rglob("*.password") if file.is_file()
    }
    shown = "".join(
        Path(f"/proc/{process.pid}/{file}").read_text()
        for process in stack.processes.values()
        for file in ("cmdline", "environ")
    ) + "".join(log.read_text(errors="replace") for log in stack.folder.glob("*.log"))

    assert len(known) > 10
    assert [secret for secret in known if secret in shown] == []


@pytest.mark.parametrize("principal", acls.principals())
def test_a_principal_may_do_on_kafka_what_is_declared_and_nothing_else(
    stack: SecuredStack, principal: str
):
    cluster = stack.cluster(principal)
    found = (
        attempts.reads(cluster, TOPICS)
        | attempts.writes(cluster, TOPICS)
        | attempts.joins(cluster, GROUPS)
        | attempts.administers(cluster, OTHER)
    )

    declared = {
        (grant.kind, grant.name, grant.operation)
        for grant in acls.declared()
        if grant.principal == principal
    }
    assert {attempt for attempt, allowed in found.items() if allowed} == declared & {*found}


def pended(stack: RunningStack, name: str) -> dict[str, Json]:
    """Two cases of one lane that wait for a fact, by their ids, with what was sent."""
    first = from_sender(bariatric_without_bmi(), name)
    line = first["lines"][0]
    second = first | {"lines": [line | {"service_date": "2027-01-05"}], "reference": "R-2"}
    cases = {determined(stack, bytes_of(one))["case_id"]: one for one in (first, second)}
    assert len({lane_of(UUID(case_id)) for case_id in cases}) == 1
    for case_id in cases:
        eventually(lambda at=case_id: len(stack.desk.letters(at)) == 2)
    return cases


def settled(stack: RunningStack, case_id: str, content: Json) -> None:
    """The fact comes, and the case is approved."""
    source = {"document": "chart", "page": 1}
    known = {"path": "body.bmi", "value": 41, "unit": "kg/m2", "source": source}
    determined(stack, bytes_of(content | {"facts": [*content["facts"], known], "amends": case_id}))
    eventually(lambda: set(by_line(described(stack, case_id)).values()) == {"A1"})


@pytest.mark.parametrize("stolen", [False, True], ids=["without a seal", "with another's seal"])
def test_whoever_may_write_to_our_topics_and_has_no_key_of_ours_changes_nothing(
    case: Json, stack: SecuredStack, *, stolen: bool
):
    told = _telling(stack)
    cases = pended(told, f"forged-{stolen}")
    victim = next(iter(cases))
    letters, before = len(told.desk.letters(victim)), forgeries.alarms(stack)
    like = [forgeries.genuine(stack, event, case["case_id"]) for event in forgeries.FORGED]
    events = [
        forgeries.forged(stack, one, victim, one.headers[HEADER] if stolen else None)
        for one in like
    ]
    asked = forgeries.genuine(stack, ReviewRequested, victim).data
    review = forgeries.review(victim, asked, "e30.e30.AA" if stolen else None)

    with forgeries.slip(stack) as cluster:
        forgeries.write(cluster, [*events, review])

    # Each of its readers sets a forged event aside and says so; the review is answered.
    eventually(lambda: forgeries.alarms(stack) - before == forgeries.expected(events))
    answer = forgeries.genuine(stack, ReviewDeclined, victim).data
    assert answer["code"] == ("wrong_signature" if stolen else "not_attested")
    assert by_line(described(told, victim)) == {1: "A4"}
    assert len(told.desk.letters(victim)) == letters
    idents = {one.headers["ce_id"] for one in events}
    assert not idents & {one["event_id"] for one in told.desk.timeline(victim)}
    # The case that they were for goes on, and its neighbour in the lane.
    for case_id, content in cases.items():
        settled(told, case_id, content)


def test_a_right_that_nobody_declared_is_shown_and_can_be_taken_away(stack: SecuredStack):
    slip = acls.Grant("submitter", "topic", "pa.reviews.v1", "write")
    with acls.admin_of(stack.administrator) as admin:
        admin.create_acls([acls._acl(slip)])
        acls._wait(admin, [slip])

    (seen,) = acls.drift(stack.cluster("operations"))
    assert (seen.principal, seen.resource, seen.found) == (
        "submitter",
        "topic pa.reviews.v1",
        "not declared",
    )
    assert acls.remove(stack.administrator) == (seen,)


def test_a_password_can_be_changed_and_the_old_one_is_worth_nothing(
    stack: SecuredStack, tmp_path: Path
):
    before = stack.cluster("publisher")
    shutil.copytree(stack.secrets / "admin/users/publisher", tmp_path / "publisher")
    (tmp_path / "publisher/kafka.password").write_text("another-password\n")

    assert users.apply(stack.administrator, tmp_path) == ("publisher",)

    assert refusal(replace(before, password="another-password"), 20.0) is None  # noqa: S106
    assert "does not accept" in str(refusal(before))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "password": ({"password": "-"}, "PRIORAUTH_KAFKA_PASSWORD_FILE"),
    "user": ({"user": "nobody"}, "PRIORAUTH_KAFKA_USER"),
    "mechanism": ({"mechanism": "SCRAM-SHA-256"}, "PRIORAUTH_KAFKA_MECHANISM"),
    "authority": ({"ca_file": ""}, "PRIORAUTH_KAFKA_CA_FILE"),
    "protocol": ({"protocol": "plaintext", "user": "", "password": ""}, "PRIORAUTH_KAFKA_PROTOCOL"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_a_client_of_kafka_is_told(stack: SecuredStack, what: str):
    change, named = WRONG[what]

    refused = refusal(replace(stack.cluster("intake"), **change), 3.0)

    assert refused is not None
    assert named in (refused.remedy or "")


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("PRIORAUTH_KAFKA_PASSWORD_FILE", "does not accept this user with this password"),
        ("PRIORAUTH_DATABASE_PASSWORD_FILE", 'password authentication failed for user "intake"'),
    ],
)
def test_a_service_with_a_wrong_password_does_not_start_and_says_why(
    stack: SecuredStack, tmp_path: Path, setting: str, named: str
):
    (tmp_path / "wrong").write_text("wrong\n")
    (tmp_path / "wrong").chmod(0o600)

    ran = subprocess.run(
        [sys.executable, "-m", "services.intake"],
        env=stack.settings("intake")
        | {setting: str(tmp_path / "wrong"), "PRIORAUTH_STATE": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 1
    assert named in ran.stderr


FORBIDDEN = (
    "ALTER TABLE lane ADD COLUMN more int",
    "ALTER TABLE lane DISABLE TRIGGER ALL",
    "DROP TABLE lane",
    "TRUNCATE lane",
    "TRUNCATE case_state",
    "DELETE FROM lane_batch",
    "UPDATE lane_batch SET kind = ''",
    "DELETE FROM lane",
    "UPDATE alembic_version SET version_num = '9'",
    "CREATE TABLE mine (n int)",
    "CREATE TEMP TABLE mine (n int)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SET ROLE owner",
    "SET session_replication_role = replica",
    "COPY lane TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
)
LOG = tuple(
    statement.format(table)
    for table in ("entry", "checkpoint", "subtree")
    for statement in (
        "UPDATE {} SET p = 0" if table != "checkpoint" else "UPDATE {} SET n = 0",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "DROP TRIGGER {0}_kept ON {0}",
    )
)


@pytest.mark.parametrize(
    ("service", "statement"),
    [
        *((service, one) for service in SERVICES for one in FORBIDDEN),
        *(("audit", one) for one in LOG),
    ],
)
def test_a_service_cannot_change_what_its_rows_are_kept_in(
    stack: SecuredStack, service: str, statement: str
):
    with (
        psycopg.connect(stack.database(service, service)) as connection,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rights_that_its_tables_need_and_no_other(
    stack: SecuredStack, service: str
):
    import_module(f"services.{service}.tables")
    with psycopg.connect(stack.database(service, service)) as connection:
        held = connection.execute(
            "SELECT table_name, string_agg(privilege_type, ', ') FROM "
            "information_schema.role_table_grants WHERE grantee = current_user GROUP BY table_name"
        ).fetchall()

    assert {table: {*given.split(", ")} for table, given in held} == {
        table: {*rights(table).split(", ")} for table, _ in held
    }
    assert len(held) > 17


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("other", [*SERVICES, "postgres", "template1"])
def test_a_service_gets_into_no_database_but_its_own(stack: SecuredStack, service: str, other: str):
    if other != service:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(stack.database(service, other)).close()


def test_nobody_reaches_the_database_without_tls_or_a_password(stack: SecuredStack):
    address = stack.database("intake", "intake")

    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(address.replace("verify-full", "disable")).close()
    bare = stack.database_settings("intake", "intake")["PRIORAUTH_DATABASE_URL"]
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"{bare}?sslmode=require").close()
