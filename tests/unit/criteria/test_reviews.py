"""A clinician's decision is the only way to a refusal; one that cannot be taken changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.criteria.decide import decide
from services.criteria.handlers import address, read_review, service
from services.criteria.model import CriteriaState
from shared import settings
from shared.errors import Malformed
from shared.events.criteria import (
    Authorization,
    Basis,
    CaseDetermined,
    Determination,
    LineDetermined,
    Reviewer,
    ReviewRequested,
)
from shared.events.intake import RequestCancelled
from shared.events.reviews import ReviewDeclined, ReviewSubmitted
from shared.ids import case_id
from shared.lanes.outcome import Outcome
from shared.lanes.service import HomeAddress
from tests import desk
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received

REVIEWER = Reviewer.model_validate(desk.REVIEWER)


def pended() -> CriteriaState:
    state = decide(REFERENCE, None, received(accepted(example("without_bladder_sign"))), AT).state
    assert state is not None
    return state


def digest_of(case: CriteriaState, sequence: int) -> str:
    """The digest of the line's newest content; one of no line where it is unknown."""
    line = case.line(sequence)
    return (line.summary.digest if line else None) or f"1:{'0' * 64}"


def review(case: CriteriaState, **changes: Any) -> ReviewSubmitted:
    """A refusal of the second line as the desk signs it."""
    values = {
        "case_id": CASE,
        "idempotency_key": "key-1",
        "evaluation_id": case.evaluation_id,
        "sequence": 2,
        "content_digest": digest_of(case, 2),
        "determination": Determination.NOT_CERTIFIED,
        "reason": "The signs do not fit the level that was asked for.",
        "criterion": "cauda_equina",
    }
    return desk.attested(**{**values, **changes})


def decided(
    case: CriteriaState | None, submitted: ReviewSubmitted, n: int = 2
) -> Outcome[CriteriaState]:
    return decide(REFERENCE, case, received(submitted, n), AT)


def declines(outcome: Outcome[CriteriaState]) -> list[str]:
    """Why reviews were declined, where nothing else follows."""
    found = [emit.data for emit in outcome.events]
    assert all(isinstance(one, ReviewDeclined) for one in found)
    return [one.code.value for one in found if isinstance(one, ReviewDeclined) and one.detail]


def test_a_refusal_is_recorded_with_the_whole_reviewer():
    outcome = decided(pended(), review(pended()))
    line = next(emit.data for emit in outcome.events if isinstance(emit.data, LineDetermined))
    assert [type(emit.data).__name__ for emit in outcome.events] == [
        "ReviewRecorded",
        "LineDetermined",
        "CaseDetermined",
    ]
    assert (line.determination, line.basis, line.reviewer, line.reason) == (
        Determination.NOT_CERTIFIED,
        Basis.CLINICIAN,
        REVIEWER,
        "cauda_equina",
    )
    assert line.authorization is None


def test_an_approval_by_a_clinician_grants_what_the_line_asked_for():
    outcome = decided(pended(), review(pended(), determination=Determination.APPROVED))
    whole = next(emit.data for emit in outcome.events if isinstance(emit.data, CaseDetermined))
    assert whole.determination is Determination.APPROVED
    assert all(line.authorization for line in whole.lines)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"evaluation_id": UUID(int=7)}, "stale_evaluation"),
        ({"sequence": 9}, "unknown_line"),
        ({"content_digest": f"1:{'7' * 64}"}, "stale_content"),
        ({"criterion": "prognosis"}, "forbidden_sole_reason"),
        (
            {"criterion": "metastatic_diagnosis", "determination": Determination.MODIFIED},
            "forbidden_sole_reason",
        ),
        ({"reason": "   "}, "reviewer_incomplete"),
        ({"reviewer": REVIEWER.model_copy(update={"licence": " "})}, "reviewer_incomplete"),
    ],
)
def test_a_decision_that_cannot_be_taken_changes_nothing(changes: dict[str, Any], answer: str):
    case = pended()
    outcome = decided(case, review(case, **changes))
    assert outcome.state == case
    assert declines(outcome) == [answer]
    assert [(row.table, row.values["outcome"]) for row in outcome.rows] == [("review", answer)]


def test_a_line_that_is_approved_is_not_decided_again():
    case = pended()
    outcome = decided(case, review(case, sequence=1, content_digest=digest_of(case, 1)))
    assert outcome.state == case
    assert declines(outcome) == ["already_determined"]


def test_an_approval_may_have_seen_an_older_evaluation_of_the_same_content():
    case = pended()
    seen = review(case, evaluation_id=UUID(int=7), determination=Determination.APPROVED)
    assert [row.values["outcome"] for row in decided(case, seen).rows if row.table == "review"] == [
        "recorded"
    ]


def test_a_decision_on_an_unknown_case_changes_nothing():
    outcome = decided(None, review(pended()))
    assert (outcome.state, declines(outcome)) == (None, ["unknown_case"])


def test_the_same_idempotency_key_counts_once():
    case = pended()
    first = decided(case, review(case))
    again = decided(first.state, review(case, determination=Determination.APPROVED), 3)
    assert (again.state, again.events, again.rows) == (first.state, (), ())


def test_what_a_clinician_refused_no_evaluation_brings_back_by_itself():
    first = decided(pended(), review(pended()))
    later = decide(
        REFERENCE,
        first.state,
        received(accepted(example("reference_case"), version=2, changed=(2,)), 3),
        AT,
    )
    assert later.state is not None
    assert [line.summary.determination for line in later.state.lines] == [
        Determination.APPROVED,
        Determination.NOT_CERTIFIED,
    ]
    asked = next(emit.data for emit in later.events if isinstance(emit.data, ReviewRequested))
    assert (asked.lines, asked.reason) == ((2,), "evidence_after_refusal")
    again = decided(
        later.state, review(later.state, idempotency_key="2", determination=Determination.APPROVED)
    )
    assert again.state is not None
    assert again.state.line(2).summary.determination is Determination.APPROVED
    refused = decided(later.state, review(later.state, idempotency_key="2"))
    assert [row.values["outcome"] for row in refused.rows] == ["already_determined"]


@pytest.mark.parametrize(
    "determination", [Determination.PENDED, Determination.PARTIAL, Determination.CANCELLED]
)
def test_a_review_decides_and_does_nothing_else(determination: Determination):
    with pytest.raises(ValidationError):
        review(pended(), determination=determination)


def test_a_review_is_read_strictly_and_goes_where_its_case_lives():
    submitted = review(pended())
    assert read_review(ReviewSubmitted.TYPE, {}, submitted.model_dump_json().encode()) == submitted
    placed = submitted.model_copy(update={"case_id": case_id(CASE, 5)})
    assert address(placed, CASE) == HomeAddress(5, placed.case_id)


@pytest.mark.parametrize("other", [CASE, case_id(CASE, 24)])
def test_a_review_of_what_can_be_no_case_is_refused(other: UUID):
    with pytest.raises(Malformed) as refused:
        address(review(pended()).model_copy(update={"case_id": other}), CASE)
    assert refused.value.code == "unknown_case"


@pytest.mark.parametrize(
    ("ce_type", "value", "code"),
    [
        ("", b"{", "schema"),
        ("", b'{"determination":"A3"}', "schema"),
        ("other", b"{}", "unknown_type"),
        ("", b" " * 70_000, "too_large"),
    ],
)
def test_what_is_no_review_is_malformed(ce_type: str, value: bytes, code: str):
    with pytest.raises(Malformed) as caught:
        read_review(ce_type, {}, value)
    assert caught.value.code == code


@pytest.mark.parametrize("sequence", [0, -1, 100_001, 10**30])
def test_a_review_of_what_can_be_no_line_is_refused(sequence: int):
    value = json.loads(review(pended()).published()) | {"sequence": sequence}
    with pytest.raises(Malformed, match="sequence"):
        read_review("", {}, json.dumps(value).encode())


def test_the_service_names_the_editions_that_it_decides_by():
    references = service(settings.load("criteria")).references
    assert references is not None
    items = {(item.kind, item.id) for item in references.packaged()}
    assert items >= {
        ("edition", "bariatric.ncd-100-1@1.1.0"),
        ("vocabulary", "spine-facts@2"),
        ("score", "sins@2"),
    }


def test_a_withdrawal_closes_what_waits_for_a_clinician_whatever_for():
    refused = decided(pended(), review(pended())).state
    later = decide(
        REFERENCE, refused, received(accepted(example("reference_case"), version=2), 3), AT
    ).state
    assert later is not None
    assert [line.listed for line in later.lines] == [None, "evidence_after_refusal"]
    withdrawal = RequestCancelled(submission_id=CASE, version=3, received_at=AT)
    gone = decide(REFERENCE, later, received(withdrawal, 4), AT)
    assert gone.state is not None
    assert [line.listed for line in gone.state.lines] == [None, None]
    closed = [row.values for row in gone.rows if row.table == "worklist"]
    assert [(row["sequence"], row["is_open"]) for row in closed] == [(2, False)]


def modified(**granted: Any) -> Outcome[CriteriaState]:
    """What a modification of the second line, which asks for five units, comes to."""
    return decided(pended(), review(pended(), determination=Determination.MODIFIED, **granted))


def authorized(outcome: Outcome[CriteriaState]) -> Authorization:
    line = next(one.data for one in outcome.events if isinstance(one.data, LineDetermined))
    assert line.determination is Determination.MODIFIED
    assert line.authorization is not None
    return line.authorization


def test_a_modification_grants_what_it_says_and_no_more():
    whole = decided(
        pended(), review(pended(), determination=Determination.APPROVED, basis=None)
    ).events
    line = next(one.data for one in whole if isinstance(one.data, LineDetermined))
    assert line.authorization is not None
    asked = line.authorization
    assert asked.units == 5

    assert authorized(modified(granted_units=2)) == asked.model_copy(update={"units": 2})
    until = asked.valid_from + timedelta(days=7)
    assert authorized(modified(granted_until=until)) == asked.model_copy(update={"valid_to": until})
    both = authorized(modified(granted_units=1, granted_until=asked.valid_to))
    assert (both.units, both.valid_to) == (1, asked.valid_to)


@pytest.mark.parametrize(
    ("granted", "code"),
    [
        ({}, "grant_unstated"),
        ({"granted_units": 5}, "not_less"),
        ({"granted_units": 6}, "not_less"),
        ({"granted_until": "2099-01-01"}, "not_less"),
        ({"granted_units": 1, "granted_until": "2099-01-01"}, "not_less"),
        ({"granted_units": 9, "granted_until": "2025-11-20"}, "not_less"),
        ({"granted_until": "2025-11-14"}, "not_less"),
    ],
    ids=str,
)
def test_a_modification_that_grants_the_whole_or_nothing_is_declined(
    granted: dict[str, Any], code: str
):
    outcome = modified(**granted)

    assert declines(outcome) == [code]
    assert outcome.state == pended()


def test_an_equal_line_that_is_approved_gets_the_whole_beside_one_that_got_a_part():
    case = pended()
    second = case.line(2)
    assert second is not None
    twin = second.model_copy(update={"summary": second.summary.model_copy(update={"sequence": 3})})
    case = case.model_copy(update={"lines": (*case.lines, twin)})
    part = decided(case, review(case, determination=Determination.MODIFIED, granted_units=2))
    assert part.state is not None
    whole = {"determination": Determination.APPROVED, "basis": None, "idempotency_key": "whole"}
    approved = decided(part.state, review(part.state, sequence=3, **whole), 3)

    (line,) = [one.data for one in approved.events if isinstance(one.data, LineDetermined)]
    assert line.authorization is not None
    assert line.authorization.units == 5
    assert line.authorization.number != authorized(part).number
