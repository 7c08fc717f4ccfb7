"""Any request that the schema allows has an answer: every line is approved or waits for a person.

200 requests; as many as `PRIORAUTH_TEST_REQUESTS` says where it is set (2,000 before a release).
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from services.criteria.decide import decide
from services.criteria.model import CriteriaState
from shared.events.criteria import CaseDetermined, LineDetermined, ReviewRequested
from shared.events.intake import RequestReceived
from shared.lanes.batch.outcome_writer import MAX_VALUE
from shared.lanes.outcome import Outcome, Received
from tests.unit.criteria.any_request import request
from tests.unit.criteria.given import AT, REFERENCE
from tests.unit.intake import given as intake

REQUESTS = int(os.environ.get("PRIORAUTH_TEST_REQUESTS", "200"))
PORTION = 20


@pytest.mark.parametrize("portion", range((REQUESTS + PORTION - 1) // PORTION))
def test_every_line_of_any_request_is_approved_or_waits_for_a_person(portion: int):
    for seed in range(portion * PORTION, min((portion + 1) * PORTION, REQUESTS)):
        try:
            answered(request(seed))
        except Exception as error:
            raise AssertionError(f"the request of seed {seed}") from error


def answered(content: dict[str, Any]) -> None:
    """Intake reads and opens, criteria decides, intake hears of it; then what must hold."""
    submitted = intake.submitted(content, at=AT)
    opened = intake.when(None, submitted)
    accepted = opened.events[0].data
    assert isinstance(accepted, RequestReceived)
    accepted = RequestReceived.model_validate_json(accepted.published())
    received = Received(submitted.id, submitted.case_id, accepted.TYPE, accepted, AT, AT)

    outcome = decide(REFERENCE, None, received, AT)

    has_an_answer(
        outcome, {one["sequence"]: one.get("cancelled", False) for one in content["lines"]}
    )
    state = opened.state
    for emit in outcome.events:
        published = emit.data.published()
        assert len(published) <= MAX_VALUE
        read = type(emit.data).model_validate_json(published)
        assert read.published() == published
        state = intake.when(state, intake.told(read, at=AT)).state


def has_an_answer(outcome: Outcome[CriteriaState], cancelled: dict[int, bool]) -> None:
    """Every line is determined, A1 or A4 unless its sender cancelled it; who is pended is on the
    worklist and in the request for review.
    """
    assert outcome.state is not None
    assert CriteriaState.model_validate_json(outcome.state.model_dump_json()) == outcome.state
    lines = [emit.data for emit in outcome.events if isinstance(emit.data, LineDetermined)]
    codes = {one.sequence: one.determination.value for one in lines}
    assert {line: code == "C" for line, code in codes.items()} == cancelled
    # NA: a declared emergency needs no approval, and waits for a person all the same.
    assert set(codes.values()) <= {"A1", "A4", "C", "NA"}
    (whole,) = [emit.data for emit in outcome.events if isinstance(emit.data, CaseDetermined)]
    assert {one.sequence: one.determination.value for one in whole.lines} == codes
    pended = {line for line, code in codes.items() if code in {"A4", "NA"}}
    reviews = [emit.data for emit in outcome.events if isinstance(emit.data, ReviewRequested)]
    assert {line for one in reviews for line in one.lines} == pended
    listed = {row.values["sequence"] for row in outcome.rows if row.table == "worklist"}
    assert listed == pended
