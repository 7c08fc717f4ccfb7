"""Every door through which software could refuse: each is shut."""

from __future__ import annotations

import sqlite3
from typing import Any, get_args

import pytest
from pydantic import ValidationError
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition import edition
from services.criteria.engine.language import vocabulary
from services.criteria.engine.language.yaml_source import PolicyInvalid
from services.criteria.tables import LineDeterminationRow
from shared.events.content.changes import LineChange
from shared.events.evaluation import LineEvaluation
from shared.lanes.store.tables import table_of
from tests.unit.criteria.given import AT, CASE, HEAD, VOCABULARY, example

REFUSALS = (
    "deny",
    "denied",
    "refuse",
    "reject",
    "A3",
    "A6",
    "not_certified",
    "modified",
    "partial",
    "delay",
    "",
)


@pytest.mark.parametrize("outcome", REFUSALS)
def test_the_result_type_has_no_refusal(outcome: Any):
    assert get_args(LineEvaluation.model_fields["outcome"].annotation) == ("approve", "pend")
    with pytest.raises(ValidationError):
        LineEvaluation(sequence=1, outcome=outcome, reason="r")


def test_the_json_schema_has_no_refusal():
    assert LineEvaluation.model_json_schema()["properties"]["outcome"]["enum"] == [
        "approve",
        "pend",
    ]
    change = LineChange.model_json_schema()["properties"]
    assert all(
        {tuple(one.get("enum", ())) for one in change[name]["anyOf"]} == {("approve", "pend"), ()}
        for name in ("before", "after")
    )


@pytest.mark.parametrize("outcome", REFUSALS[:-1])
@pytest.mark.parametrize(
    "line",
    [
        "decision: {otherwise: %s}",
        "guards: [{id: g, when: {fact: a, is: true}, then: %s, text: t}]",
        "outcomes: {otherwise: %s}",
    ],
)
def test_no_policy_can_say_that_it_refuses(line: str, outcome: str):
    words = vocabulary.load(VOCABULARY, "toy")
    with pytest.raises(PolicyInvalid):
        edition.load(
            f"{HEAD}{line % outcome}\ncriteria: {{fact: a, is: true}}\n",
            "toy",
            {words.name: words},
            {},
        )


def table() -> sqlite3.Connection:
    """The table as the database holds it."""
    made = sqlite3.connect(":memory:")
    made.execute(str(CreateTable(table_of(LineDeterminationRow)).compile(dialect=sqlite.dialect())))
    return made


def insert(into: sqlite3.Connection, **values: Any) -> None:
    row = {
        "case_id": "c",
        "content_digest": "1:0",
        "sequence": 1,
        "determination": "A1",
        "basis": "engine",
        "reason": "r",
        "decided_at": 0,
        **values,
    }
    marks = ", ".join(f":{name}" for name in row)
    # Names of our own.
    into.execute(f"INSERT INTO line_determination ({', '.join(row)}) VALUES ({marks})", row)


CLINICIAN = {
    "reviewer_id": "r",
    "reviewer_name": "n",
    "reviewer_licence": "l",
    "reviewer_licence_state": "OH",
    "reviewer_specialty": "s",
}


@pytest.mark.parametrize("determination", ["A2", "A3", "A6", "C", "A5", "", "deny"])
def test_the_database_takes_no_adverse_determination_of_the_engine(determination: str):
    with pytest.raises(sqlite3.IntegrityError):
        insert(table(), determination=determination)


@pytest.mark.parametrize("missing", CLINICIAN)
@pytest.mark.parametrize("value", [None, "", " "])
def test_the_database_takes_no_refusal_without_a_clinician(missing: str, value: Any):
    clinician = {**CLINICIAN, missing: value}
    with pytest.raises(sqlite3.IntegrityError):
        insert(table(), determination="A3", basis="clinician", **clinician)


@pytest.mark.parametrize("basis", ["engine", "sender", "machine", ""])
def test_the_database_takes_a_refusal_on_no_other_basis(basis: str):
    with pytest.raises(sqlite3.IntegrityError):
        insert(table(), determination="A3", basis=basis, **CLINICIAN)


def test_the_database_takes_an_approval_a_referral_and_a_clinicians_refusal():
    made = table()
    insert(made)
    insert(made, sequence=2, determination="A4")
    insert(made, sequence=3, determination="A3", basis="clinician", **CLINICIAN)
    assert made.execute("SELECT count(*) FROM line_determination").fetchone() == (3,)


def test_an_evaluation_cannot_be_altered_after_it_was_made():
    found = evaluate(example("reference_case"), AT).event(CASE, 1)
    with pytest.raises(ValidationError):
        found.lines[0].outcome = "deny"  # type: ignore[assignment,misc]
