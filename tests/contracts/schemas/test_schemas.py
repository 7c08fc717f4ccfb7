"""Published events stay readable: against every released version only optional fields and values
of open enumerations were added, and the generated files are up to date.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from shared.events.catalogue import EVENTS
from shared.events.criteria import CriteriaEvaluated, LineDetermined
from shared.events.evolution.upcasters import UPCASTERS
from tests.contracts.schemas.compatibility import differences
from tools.catalogue.__main__ import RELEASED, SCHEMAS, document_files, schema_files
from tools.catalogue.schemas import schema_of

Json = dict[str, Any]
SNAPSHOTS = sorted(path for path in RELEASED.glob("*/*.json") if path.stem not in UPCASTERS)
PRESENT = {event.TYPE: schema_of(event) for event in EVENTS}


@pytest.mark.parametrize("path", SNAPSHOTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_since_a_release_only_optional_fields_and_values_of_open_enumerations_were_added(
    path: Path,
):
    assert path.stem in PRESENT, "a released event type is gone"
    assert differences(json.loads(path.read_text()), PRESENT[path.stem]) == []


def test_there_is_a_released_version_to_compare_with():
    assert len(SNAPSHOTS) >= len(PRESENT) - 5


def test_the_committed_schemas_are_those_of_the_catalogue():
    committed = {path: path.read_text() for path in SCHEMAS.glob("*.json")}

    assert committed == schema_files(), "run: make schemas"


def test_the_committed_documents_are_those_of_the_catalogue():
    for path, text in document_files().items():
        assert path.read_text() == text, "run: make docs"


FORBIDDEN: dict[str, Callable[[Json], Any]] = {
    "a required field": lambda schema: (
        schema["properties"].update(new={"type": "string"}),
        schema["required"].append("new"),
    ),
    "a field gone": lambda schema: schema["properties"].pop("segment"),
    "another type": lambda schema: schema["properties"]["sequence"].update(type="string"),
    "a tighter limit": lambda schema: schema["properties"]["reason"].update(maxLength=10),
    "a value less": lambda schema: schema["$defs"]["Determination"]["enum"].remove("A6"),
    "another value in its place": lambda schema: schema["$defs"]["Determination"].update(
        enum=["A1", "A2", "A3", "A4", "A7", "C"]
    ),
    "a value more where the enumeration is closed": lambda schema: schema["$defs"]["ContentChange"][
        "enum"
    ].append("editorial"),
    "no longer open": lambda schema: schema["$defs"]["Determination"].pop("x-open"),
    "open from now on": lambda schema: schema["$defs"]["ContentChange"].update({"x-open": True}),
    "closed with a value more": lambda schema: (
        schema["$defs"]["Determination"].pop("x-open"),
        schema["$defs"]["Determination"]["enum"].append("A7"),
    ),
    "no longer required": lambda schema: schema["required"].remove("reason"),
    "another default": lambda schema: schema["properties"]["segment"].update(default="T1-T2"),
}
ALLOWED: dict[str, Callable[[Json], Any]] = {
    "an optional field": lambda schema: schema["properties"].update(
        new={"type": "string", "default": ""}
    ),
    "a value more where the enumeration is open": lambda schema: schema["$defs"]["Determination"][
        "enum"
    ].append("A7"),
    "an optional field deep inside": lambda schema: schema["$defs"]["Authorization"][
        "properties"
    ].update(new={"type": "integer", "default": 0}),
}


def found_in(change: Callable[[Json], Any]) -> list[str]:
    """The differences between a released schema and what a change made of it."""
    released = schema_of(LineDetermined)
    present = deepcopy(released)
    change(present)
    return differences(released, present)


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_adding_an_optional_field_or_a_value_that_readers_expect_passes(
    change: Callable[[Json], Any],
):
    assert found_in(change) == []


@pytest.mark.parametrize("change", FORBIDDEN.values(), ids=FORBIDDEN)
def test_any_other_change_fails(change: Callable[[Json], Any]):
    assert found_in(change) != []


def test_words_for_people_may_change_and_a_tree_is_compared_to_its_depths():
    released = schema_of(CriteriaEvaluated)
    reworded, broken = deepcopy(released), deepcopy(released)
    reworded["$defs"]["Node"]["description"] = "other words"
    broken["$defs"]["Evidence"]["properties"]["path"]["minLength"] = 2

    assert differences(released, reworded) == []
    assert differences(released, broken) != []
