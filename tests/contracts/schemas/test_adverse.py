"""The line nobody crosses, in every place that can carry an adverse code: in events, in their
schemas, and in the tables.

A field or column that comes later and is not in the tables here fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel
from sqlalchemy import CheckConstraint
from sqlmodel import SQLModel

from services.audit.tables import TABLES as AUDIT_TABLES
from services.criteria.tables import CRITERIA_TABLES
from services.intake.tables import INTAKE_TABLES
from services.letters.tables import LETTER_TABLES
from shared.errors import Impossible, Malformed
from shared.events.adverse import CODE
from shared.events.catalogue import EVENTS
from shared.events.criteria import Basis, Determination, LineDetermined
from shared.events.letters import LetterKind
from shared.events.model import EventData
from shared.events.reviews import ReviewRecorded
from shared.lanes.batch.reader import read_data
from shared.lanes.store.tables import LANE_TABLES, table_of
from tests.unit.intake import given as of_intake
from tools.catalogue.schemas import schema_of

Json = dict[str, Any]
REFUSED = Determination.NOT_CERTIFIED
RECORDED = ReviewRecorded(
    evaluation_id=UUID(int=1),
    sequence=1,
    determination=REFUSED,
    reviewer=of_intake.REVIEWER,
    reason="Seen.",
    criterion="instability",
)
GUARDED: dict[str, EventData] = {
    "pa.criteria.line-determined.v1:determination": of_intake.line_determined(1, REFUSED),
    "pa.criteria.case-determined.v1:determination": of_intake.case_determined(REFUSED),
    "pa.criteria.case-determined.v1:lines.determination": of_intake.case_determined(REFUSED),
    "pa.criteria.review-recorded.v1:determination": RECORDED,
    "pa.letters.letter-issued.v1:kind": of_intake.letter(LetterKind.REFUSAL),
    "pa.letters.letter-issued.v1:determination": of_intake.letter(LetterKind.REFUSAL).model_copy(
        update={"determination": "A3", "kind": LetterKind.PARTIAL}
    ),
}
"""An example that refuses, by the place where it says so."""
COMMANDS = {"pa.reviews.review-submitted.v1:determination"}
"""What people ask for: it decides nothing until its case has taken it."""
COLUMNS = {
    "line_determination.determination": "no_adverse_by_software",
    "letter.determination": "no_refusal_without_clinician",
    "letter.kind": "no_refusal_without_clinician",
}
"""The constraint that guards a column which can carry an adverse code."""
HARMLESS = {
    "submission.outcome": "accepted, duplicated or rejected as a document",
    "clock.kind": "which duty the clock measures",
    "clock_act.outcome": "whether an act on a clock was taken",
    "review.outcome": "what became of a command",
    "reevaluation.outcome": "what became of a command",
    "call_item.outcome": "how a call ended",
    "reference_publication.outcome": "what became of a publication",
    "timer.kind": "which timer",
    "task.kind": "which task",
    "lane_batch.kind": "what a batch worked",
    "reference_item.kind": "kind of reference data",
}
SAYS_AN_OUTCOME = re.compile(r"determin|decision|outcome|kind|verdict|ruling")


def places(model: type[BaseModel], way: str = "") -> Iterator[str]:
    """The places of a model that can carry an adverse code."""
    for name, field in model.model_fields.items():
        kinds = list(_classes(field.annotation))
        if name == "determination" or {Determination, LetterKind} & {*kinds}:
            yield f"{way}{name}"
        for kind in kinds:
            if issubclass(kind, BaseModel) and kind is not model:
                yield from places(kind, f"{way}{name}.")


def _classes(annotation: Any) -> Iterator[type]:
    for part in get_args(annotation) or (annotation,):
        if isinstance(part, Determination):
            yield Determination
        elif isinstance(part, type) and not get_args(part):
            yield part
        elif get_args(part):
            yield from _classes(part)


def test_every_place_of_an_event_that_can_refuse_is_guarded():
    found = {f"{event.TYPE}:{place}" for event in EVENTS for place in places(event)}

    assert found == GUARDED.keys() | COMMANDS
    asked = {event.TYPE for event in EVENTS if event.REFUSES}
    assert asked == {place.partition(":")[0] for place in found}


def unfounded(place: str) -> Iterator[tuple[str, Json]]:
    """The example as it refuses without a clinician, in every way."""
    whole = json.loads(GUARDED[place].published())
    blank = {
        f"blank {part}": {"reviewer": {**_who(whole), part: " "}}
        for part in ("id", "name", "licence", "specialty")
    }
    ways: dict[str, Json] = {
        "no reviewer": {"reviewer": None},
        "by software": {"basis": "engine"},
        "no basis": {"basis": None},
        **blank,
    }
    for name, change in ways.items():
        told = json.loads(json.dumps(whole))
        if _changed(told["lines"][0] if "lines" in told else told, change):
            yield f"{place}, {name}", told
    if "lines" in whole:
        yield f"{place}, no line", {**whole, "lines": []}


def _changed(at: Json, change: Json) -> bool:
    """Changes what is there of the fields; whether there was any."""
    if "reviewers" in at and "reviewer" in change:
        who = change["reviewer"]
        change = {"reviewers": [who] if who else None}
    there = at.keys() & change.keys()
    at |= {name: change[name] for name in there}
    for name in [name for name in there if change[name] is None]:
        del at[name]
    return bool(there)


def _who(event: Json) -> Json:
    """The clinician that an event names."""
    for holder in (event, *event.get("lines", ())):
        if "reviewer" in holder:
            return dict(holder["reviewer"])
        if "reviewers" in holder:
            return dict(holder["reviewers"][0])
    raise AssertionError(event)


CASES = {name: (place, told) for place in GUARDED for name, told in unfounded(place)}


@pytest.mark.parametrize("name", CASES)
def test_what_refuses_without_a_clinician_cannot_be_read(name: str):
    place, told = CASES[name]

    with pytest.raises(Malformed) as refused:
        read_data(type(GUARDED[place]), json.dumps(told).encode())

    # What its schema requires anyway is missed before anybody asks who stands behind it.
    required = {
        name for name, one in type(GUARDED[place]).model_fields.items() if one.is_required()
    }
    assert refused.value.code == (CODE if required <= told.keys() else "schema")


@pytest.mark.parametrize("name", CASES)
def test_the_schema_refuses_it_too(name: str):
    place, told = CASES[name]
    schema = schema_of(type(GUARDED[place]))

    assert valid(schema, json.loads(GUARDED[place].published()), schema)
    assert not valid(schema, told, schema)


@pytest.mark.parametrize("place", GUARDED)
def test_nothing_that_refuses_without_a_clinician_is_published(place: str):
    event = GUARDED[place]
    alone: Json = {"reviewer": None, "reviewers": (), "basis": Basis.ENGINE}
    if isinstance(event, ReviewRecorded):
        # What the clinician's decision rests on, which is another thing.
        del alone["basis"]
    forged = event.model_copy(
        update={name: value for name, value in alone.items() if name in type(event).model_fields}
        | (
            {"lines": (event.lines[0].model_copy(update={"reviewer": None}),)}
            if hasattr(event, "lines")
            else {}
        )
    )

    with pytest.raises(Impossible):
        forged.published()


def test_an_approval_needs_no_clinician():
    approved = of_intake.line_determined(1, Determination.APPROVED)

    assert read_data(LineDetermined, approved.published()) == approved


def valid(schema: Json, value: Any, whole: Json) -> bool:
    """Whether a value fits a JSON Schema, as far as the keywords that the rule is made of go."""
    if "$ref" in schema:
        named = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        if not valid(named, value, whole):
            return False
    if "anyOf" in schema and not any(valid(one, value, whole) for one in schema["anyOf"]):
        return False
    if "if" in schema and valid(schema["if"], value, whole):
        return valid(schema["then"], value, whole) and _plain(schema, value, whole)
    return _plain(schema, value, whole)


TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "null": type(None),
    "integer": int,
    "boolean": bool,
}


def _plain(schema: Json, value: Any, whole: Json) -> bool:
    says = (
        "type" not in schema or isinstance(value, TYPES[schema["type"]]),
        "enum" not in schema or value in schema["enum"],
        "const" not in schema or value == schema["const"],
        "pattern" not in schema or re.search(schema["pattern"], str(value)) is not None,
    )
    if not all(says):
        return False
    if isinstance(value, list):
        return _items(schema, value, whole)
    if isinstance(value, dict):
        present = all(name in value for name in schema.get("required", ()))
        return present and all(
            valid(below, value[name], whole)
            for name, below in schema.get("properties", {}).items()
            if name in value
        )
    return True


def _items(schema: Json, value: list[Any], whole: Json) -> bool:
    fits = all(valid(schema.get("items", {}), one, whole) for one in value)
    held = "contains" not in schema or any(valid(schema["contains"], one, whole) for one in value)
    return fits and held and len(value) >= schema.get("minItems", 0)


def tables() -> Iterator[type[SQLModel]]:
    """Every table of every service."""
    yield from (*LANE_TABLES, *CRITERIA_TABLES, *LETTER_TABLES, *AUDIT_TABLES)
    yield from INTAKE_TABLES


def test_every_column_that_can_refuse_is_guarded_by_the_database():
    found = {
        f"{table_of(model).name}.{column.name}": table_of(model)
        for model in tables()
        for column in table_of(model).columns
        if SAYS_AN_OUTCOME.search(column.name)
    }

    assert found.keys() == COLUMNS.keys() | HARMLESS.keys()
    for name, constraint in COLUMNS.items():
        checks = {one.name for one in found[name].constraints if isinstance(one, CheckConstraint)}
        assert constraint in checks, name
