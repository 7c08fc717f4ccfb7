"""What holds for every input: nothing is refused, and knowing less never approves."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition.library import packaged
from shared import examples
from shared.events.submissions import AuthorizationRequestSubmitted
from tests.unit.criteria.given import AT, CASE

VOCABULARIES = packaged().vocabularies
PATHS = sorted({path for vocabulary in VOCABULARIES.values() for path in vocabulary.entries})
WORDS = sorted(
    {
        str(value)
        for vocabulary in VOCABULARIES.values()
        for entry in vocabulary.entries.values()
        for value in entry.spec.allowed
    }
)
NUMBERS = st.one_of(st.integers(-50, 200), st.floats(allow_nan=True, allow_infinity=True))
VALUES = st.one_of(
    st.booleans(),
    NUMBERS,
    st.sampled_from([*WORDS, "T6", "L6", "2025-10-31", ""]),
    st.fixed_dictionaries({"low": NUMBERS, "high": NUMBERS, "low_open": st.booleans()}),
    st.fixed_dictionaries({"any_of": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)}),
    st.lists(st.sampled_from(WORDS), max_size=3),
)
FACTS = st.fixed_dictionaries(
    {
        "path": st.sampled_from(PATHS),
        "value": VALUES,
        "subject": st.sampled_from(
            ["member", "lesion:T6", "lesion:L5", "lesion:L6", "lesion:", "foramen:L3", "nobody:1"]
        ),
        "certainty": st.sampled_from(["confirmed", "probable", "possible"]),
        "scope": st.sampled_from(["own", "group"]),
        "unit": st.sampled_from([None, "kg", "lb", "stone"]),
    }
)
EXAMPLES = st.sampled_from(
    [examples.reference_case, examples.bariatric_without_bmi, examples.without_t6_lesion]
)
SEGMENTS = st.sampled_from([None, "T4-T8", "L4-S1", "L1-L6", "S5-C1", "T6", "-", "C1-S5"])


def request_of(content: dict[str, Any]) -> AuthorizationRequestSubmitted:
    return AuthorizationRequestSubmitted.model_validate_json(json.dumps(content))


@settings(max_examples=150, deadline=None)
@given(make=EXAMPLES, facts=st.lists(FACTS, max_size=12), segment=SEGMENTS, closed=st.booleans())
def test_no_input_yields_a_refusal(
    make: Any,
    facts: list[dict[str, Any]],
    segment: str | None,
    closed: bool,
):
    content = make()
    content["facts"] += facts
    content["lines"][0]["segment"] = segment
    content["lists"] = [{"name": "lesions", "closed": closed}]
    found = evaluate(request_of(content), AT)
    assert {line.outcome for line in found.lines} <= {"approve", "pend"}
    assert found.event(CASE, 1).model_dump_json(exclude_defaults=True)


@settings(max_examples=80, deadline=None)
@given(make=EXAMPLES, gone=st.sets(st.integers(0, 60)))
def test_knowing_less_never_turns_a_pended_line_into_an_approved_one(make: Any, gone: set[int]):
    whole = make()
    less = {
        **whole,
        "facts": [
            {**fact, "certainty": "possible"} if at in gone else fact
            for at, fact in enumerate(whole["facts"])
        ],
    }
    before = {line.sequence: line.outcome for line in evaluate(request_of(whole), AT).lines}
    after = {line.sequence: line.outcome for line in evaluate(request_of(less), AT).lines}
    assert all(
        before[sequence] == "approve" for sequence, outcome in after.items() if outcome == "approve"
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(seed: Any):
    content = examples.reference_case()
    expected = {
        line.sequence: (line.outcome, line.tree.state)
        for line in evaluate(request_of(content), AT).lines
    }
    seed.shuffle(content["facts"])
    found = evaluate(request_of(content), AT)
    assert {line.sequence: (line.outcome, line.tree.state) for line in found.lines} == expected


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 50))
def test_the_same_fact_in_two_documents_changes_nothing(at: int):
    content = examples.reference_case()
    again = {
        **content["facts"][at % len(content["facts"])],
        "source": {"document": "copy", "page": 1},
    }
    expected = [(line.outcome, line.reason) for line in evaluate(request_of(content), AT).lines]
    content["facts"].append(again)
    assert [
        (line.outcome, line.reason) for line in evaluate(request_of(content), AT).lines
    ] == expected
