"""The published JSON Schema of a request and the service take the same documents."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.intake.reading import native
from shared.errors import Malformed
from shared.events.submissions import AuthorizationRequestSubmitted
from shared.json_bounds import MAX_VALUE
from tests.unit.intake.given import line, outcome_of, raw, request
from tests.unit.intake.json_schema import TEXT, Schema
from tools.catalogue.schemas import schema_of

SCHEMA = Schema(
    {
        name: one
        for name, one in schema_of(AuthorizationRequestSubmitted).items()
        if name not in ("$schema", "$id")
    }
)
DAYS = frozenset({"birth_date", "service_date", "start_of_care", "care_ends_at", "observed_at"})
"""How a day or an instant may be written is the business of other tests."""
ANYTHING = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, -1, 5, 2**31, 2**53, 10**30, 0.5, -2.25, 1e300])
    | st.sampled_from(["", "1", "no", "true", "en", "OH", "ohio", "x" * 65, "y" * 201, "z" * 401])
    | st.text(TEXT, max_size=5)
    | st.just([])
    | st.just({})
    | st.just(["x"])
    | st.just([None])
    | st.just({"low": "1"})
    | st.just({"any_of": [1, "x", True]})
    | st.just({"any_of": []})
)


def refused_by_schema(document: Any) -> bool:
    """Whether the service says that a document does not fit the schema."""
    try:
        native.read(raw(document), MAX_VALUE)
    except Malformed as refusal:
        return refusal.code == "schema"
    return False


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, the whole first."""
    match value:
        case dict():
            steps = list(value.items())
        case list():
            steps = list(enumerate(value))
        case _:
            steps = []
    return [way, *(place for step, one in steps for place in places(one, (*way, step)))]


@given(SCHEMA.documents())
@settings(max_examples=150, deadline=None)
@example(request())
def test_what_fits_the_schema_is_taken(document: Any):
    assert SCHEMA.fits(document)
    assert not refused_by_schema(document)


@given(SCHEMA.documents() | st.just(request()), st.data())
@settings(max_examples=400, deadline=None)
def test_what_the_schema_refuses_is_refused_and_nothing_else(document: Any, data: st.DataObject):
    changed = copy.deepcopy(document)
    *way, last = data.draw(st.sampled_from(places(changed)[1:]))
    at: Any = changed
    for step in way:
        at = at[step]
    kind = data.draw(st.sampled_from(["replaced", "removed", "added"]))
    if kind == "removed":
        del at[last]
    elif kind == "added" and isinstance(at, dict):
        at[data.draw(st.sampled_from(["prority", "units", "value", "sequence"]))] = 1
    else:
        value = data.draw(ANYTHING)
        if not (last in DAYS and isinstance(value, str)):
            at[last] = value
    assert refused_by_schema(changed) is not SCHEMA.fits(changed)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"prority": "high"}, "(top): extra_forbidden (there are amends, asker, documents, "),
        ({"lines": [line(1, codes=[{"system": "cpt", "code": "1", "units": 0}])]}, "(ge 1)"),
        ({"lines": [line("1")]}, "lines.0.sequence: int_type"),
        ({"lines": []}, "lines: too_short (min length 1)"),
        ({"urgency": "soon"}, "urgency: enum (expected 'standard', 'expedited' or 'emergency')"),
        (
            {"member": {"id": "m", "state": "x"}},
            "member.state: string_pattern_mismatch (pattern",
        ),
        (
            {"facts": [{"path": "a", "value": {"low": "1"}}]},
            "no_form_fits (true or false, integer, number, text, any_of, low and high, list)",
        ),
        ({"amends": "0" * 32}, "amends: uuid_parsing"),
    ],
)
def test_a_refusal_says_where_and_what_is_allowed(changed: dict[str, Any], told: str):
    with pytest.raises(Malformed) as caught:
        native.read(raw(request(**changed)), MAX_VALUE)
    assert told in str(caught.value)
    assert "high" not in str(caught.value).replace("low and high", "")
    assert str(caught.value).count(": ") == 2


def test_every_misfit_is_told_in_one_answer():
    content = request(urgency="soon", member={"id": ""}, lines=[line(0)], reference=7)
    with pytest.raises(Malformed) as caught:
        native.read(raw(content), MAX_VALUE)
    told = str(caught.value)
    for place in ("urgency", "member.id", "lines.0.sequence", "reference"):
        assert place in told


# Members that stand twice


@given(SCHEMA.documents())
@settings(max_examples=60, deadline=None)
def test_no_request_is_taken_for_one_with_a_member_twice(document: Any):
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False, indent=1)):
        found = outcome_of(lambda text=text: native.read(text.encode(), MAX_VALUE))
        assert found != "duplicate_member"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_member_that_stands_twice_is_refused_wherever_it_stands(data: st.DataObject):
    content = request(note='a "quoted: note\\" {')
    named = [way for way in places(content) if way and isinstance(way[-1], str)]
    way = data.draw(st.sampled_from(named))
    text = json.dumps(doubled(content, way), ensure_ascii=False)
    with pytest.raises(Malformed) as caught:
        native.read(text.replace("\N{LATIN SMALL LETTER SHARP S}", "").encode(), MAX_VALUE)
    assert (caught.value.code, way[-1] in str(caught.value)) == ("duplicate_member", True)


def doubled(value: Any, way: tuple[Any, ...]) -> Any:
    """A document that has a member twice once a mark in its name is taken away."""
    if not way:
        return value
    step, *rest = way
    if isinstance(value, list):
        return [doubled(one, tuple(rest)) if at == step else one for at, one in enumerate(value)]
    once = {name: doubled(one, tuple(rest)) if name == step else one for name, one in value.items()}
    return once if rest else {f"{step}\N{LATIN SMALL LETTER SHARP S}": value[step]} | once
