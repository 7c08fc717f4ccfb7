"""What letters answers over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from services.letters.api import routes
from services.letters.decide import decide
from services.letters.rendering import render
from services.letters.tables import LETTER_TABLES, DocumentRow, LetterRow
from shared.lanes.outcome import Row, TaskDone
from shared.lanes.store.tables import TaskRow, table_of
from tests.unit.asking import Http
from tests.unit.letters.examples import CASE, NOW, OTHER_CASE, paper, received, told

ROWS: dict[str, type[SQLModel]] = {"letter": LetterRow, "document": DocumentRow}


@pytest.fixture
def engine():
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    SQLModel.metadata.create_all(
        engine, tables=[table_of(table) for table in (*LETTER_TABLES, TaskRow)]
    )
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine: Engine, tmp_path: Path) -> Http:
    return Http(routes(engine, tmp_path))


def keep(engine: Engine, rows: Iterable[Row]):
    with Session(engine) as session:
        for row in rows:
            session.merge(ROWS[row.table](**row.values))
        session.commit()


def test_the_letters_of_a_case_are_listed_and_served(engine: Engine, client: Http, tmp_path: Path):
    outcome = told()
    done = decide(
        paper(),
        outcome.state,
        received(
            TaskDone("render", outcome.tasks[0].key, render(outcome.tasks[0].payload, tmp_path))
        ),
        NOW,
    )
    keep(engine, (*outcome.rows, *done.rows))

    member, provider = client.get(f"/v1/cases/{CASE}/letters").json()

    assert (member["audience"], member["language"], member["kind"]) == ("member", "en", "approval")
    assert (provider["path"], provider["sha256"], provider["documents"]) == (None, None, [])
    assert (tmp_path / member["path"]).is_file()
    pdf = client.get(f"/v1/letters/{member['letter_id']}.pdf")
    assert (pdf.status_code, pdf.headers["content-type"], pdf.headers["etag"]) == (
        200,
        "application/pdf",
        f'"{member["sha256"]}"',
    )
    page = client.get(f"/v1/letters/{member['letter_id']}.html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert client.get(f"/v1/letters/{member['letter_id']}.txt").text.startswith(
        "Example Health Plan"
    )
    # The log knew of each document before anybody had it.
    assert [(one.action, one.case_id, one.resource) for one in client.heard] == [
        ("read_letter_document", CASE, f"{member['letter_id']}.{form}")
        for form in ("pdf", "html", "txt")
    ]


def test_a_letter_that_cannot_be_rendered_says_so_until_it_is(engine: Engine, client: Http):
    outcome = told()
    keep(engine, outcome.rows)
    with Session(engine) as session:
        for task, error in zip(outcome.tasks, ("template_sha256", ""), strict=True):
            open_task = {"case_id": CASE, "kind": task.kind, "key": task.key, "p": 3}
            session.add(TaskRow(**open_task, cause=CASE, payload="{}", error=error))
        session.commit()

    failing = [one["render_failed"] for one in client.get(f"/v1/cases/{CASE}/letters").json()]

    assert failing == ["template_sha256", None]
    with Session(engine) as session:
        session.exec(delete(TaskRow))
        session.commit()
    after = client.get(f"/v1/cases/{CASE}/letters").json()
    assert [one["render_failed"] for one in after] == [None, None]


def test_a_case_without_letters_has_an_empty_list(client: Http):
    assert client.get(f"/v1/cases/{OTHER_CASE}/letters").json() == []


@pytest.mark.parametrize(
    ("path", "status"), [(f"{CASE}.pdf", 404), (f"{CASE}.docx", 422), ("none.pdf", 422)]
)
def test_a_document_that_does_not_exist_is_not_served(path: str, status: int, client: Http):
    assert client.get(f"/v1/letters/{path}").status_code == status
