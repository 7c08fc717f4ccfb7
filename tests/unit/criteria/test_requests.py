"""What criteria publishes when a request comes, changes, or is withdrawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.criteria.decide import decide
from services.criteria.model import CriteriaState
from shared.events.clocks.duties import ClockKind, ClockStarted
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    CriteriaEvaluated,
    Determination,
    InformationRequested,
    LineDetermined,
    ReviewRequested,
)
from shared.events.intake import RequestCancelled
from shared.events.request import AuthorizationRequest, Urgency
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received

LATER = AT + timedelta(minutes=5)


def outcome_of(
    request: AuthorizationRequest, case: CriteriaState | None = None, **more: Any
) -> Outcome[CriteriaState]:
    return decide(
        REFERENCE, case, received(accepted(request, **more), n=more.get("version", 1)), LATER
    )


def types(outcome: Outcome[CriteriaState]) -> list[str]:
    return [type(emit.data).__name__ for emit in outcome.events]


def found(outcome: Outcome[CriteriaState], kind: Any) -> list[Any]:
    return [emit.data for emit in outcome.events if isinstance(emit.data, kind)]


def test_an_approved_request_is_evaluated_and_determined_line_by_line():
    outcome = outcome_of(example("reference_case"))
    assert types(outcome) == [
        "CriteriaEvaluated",
        "LineDetermined",
        "LineDetermined",
        "CaseDetermined",
    ]
    assert [emit.discriminator for emit in outcome.events] == ["", "1", "2", ""]
    assert [line.determination for line in found(outcome, LineDetermined)] == [
        Determination.APPROVED
    ] * 2
    assert found(outcome, CaseDetermined)[0].determination is Determination.APPROVED


def test_an_approval_carries_what_it_grants():
    first, second = (
        line.authorization for line in found(outcome_of(example("reference_case")), LineDetermined)
    )
    assert first.number != second.number
    assert (
        first.valid_from,
        (first.valid_to - first.valid_from).days,
        first.units,
        first.site,
    ) == (LATER.date(), 90, 6, "inpatient_hospital")
    assert first.performer.npi == "1999999984"


def test_the_same_event_gives_the_same_outcome():
    assert outcome_of(example("reference_case")) == outcome_of(example("reference_case"))


def test_a_pended_line_goes_to_a_clinician_within_the_hour_when_cauda_equina_is_suspected():
    outcome = outcome_of(example("without_bladder_sign"))
    assert types(outcome) == [
        "CriteriaEvaluated",
        "ReviewRequested",
        "InformationRequested",
        "LineDetermined",
        "LineDetermined",
        "CaseDetermined",
    ]
    review = found(outcome, ReviewRequested)[0]
    assert (review.lines, review.reason, review.due_at) == (
        (2,),
        "suspected_cauda_equina",
        AT + timedelta(hours=1),
    )
    assert found(outcome, CaseDetermined)[0].determination is Determination.PARTIAL
    assert [question.lines for question in found(outcome, InformationRequested)[0].questions] == [
        (2,)
    ]


def test_statements_are_made_of_approved_lines_only_and_name_their_documents():
    statements = found(outcome_of(example("without_bladder_sign")), CaseDetermined)[0].statements
    assert {line for statement in statements for line in statement.lines} == {1}
    assert {source.document for source in statements[0].sources} == {"mri-report", "exam-note"}


def test_a_request_that_no_policy_covers_pends_without_a_question():
    request = example("bariatric_without_bmi")
    line = request.lines[0].model_copy(update={"services": ("home_health",), "codes": ()})
    outcome = outcome_of(request.model_copy(update={"lines": (line,)}))
    assert types(outcome) == [
        "CriteriaEvaluated",
        "ReviewRequested",
        "LineDetermined",
        "CaseDetermined",
    ]
    assert [(line.determination, line.reason) for line in found(outcome, LineDetermined)] == [
        (Determination.PENDED, "no_policy")
    ]
    assert found(outcome, CaseDetermined)[0].determination is Determination.PENDED


def test_the_evaluation_is_kept_as_it_is_published_and_the_open_line_is_listed():
    outcome = outcome_of(example("without_bladder_sign"))
    rows = {(row.table, row.values.get("sequence")): row.values for row in outcome.rows}
    assert rows["evaluation", None]["content"] is outcome.events[0].data
    assert rows["line_determination", 2]["determination"] == "A4"
    assert rows["worklist", 2]["is_open"]
    assert ("worklist", 1) not in rows


def test_the_regulatory_clock_moves_the_worklist_forward_and_never_back():
    first = outcome_of(example("bariatric_without_bmi"))
    clock = ClockStarted(
        kind=ClockKind.DETERMINATION,
        urgency=Urgency.STANDARD,
        rule="r",
        citation="c",
        started_at=AT,
        due_at=AT + timedelta(hours=10),
    )
    outcome = decide(REFERENCE, first.state, received(clock, 2), LATER)
    due = [row.values["due_at"] for row in (*first.rows, *outcome.rows) if row.table == "worklist"]
    assert outcome.events == ()
    assert due[0] - due[1] == timedelta(hours=62) // timedelta(microseconds=1)


def answered(request: AuthorizationRequest) -> AuthorizationRequest:
    """The bariatric request with the index that was asked for."""
    fact = request.facts[0].model_copy(update={"path": "body.bmi", "value": 41.5})
    return request.model_copy(update={"facts": (*request.facts, fact)})


def test_an_answer_to_the_question_is_evaluated_again_and_approved():
    request = example("bariatric_without_bmi")
    first = outcome_of(request)
    second = outcome_of(answered(request), first.state, version=2, changed=(1,))
    assert [line.determination for line in found(second, LineDetermined)] == [
        Determination.APPROVED
    ]
    assert [row.values["is_open"] for row in second.rows if row.table == "worklist"] == [False]
    assert (
        found(second, CriteriaEvaluated)[0].evaluation_id
        != found(first, CriteriaEvaluated)[0].evaluation_id
    )


def test_an_evaluation_after_an_approval_informs_and_changes_nothing():
    first = outcome_of(example("reference_case"))
    second = outcome_of(example("without_bladder_sign"), first.state, version=2, changed=(2,))
    assert [line.outcome for line in found(second, CriteriaEvaluated)[0].lines] == [
        "approve",
        "pend",
    ]
    assert found(second, LineDetermined) == []
    assert found(second, CaseDetermined)[0].determination is Determination.APPROVED
    assert found(second, ReviewRequested) == []
    assert [
        advisory.lines
        for advisory in found(second, CaseDetermined)[0].advisories
        if advisory.id == "evidence-changed"
    ] == [(2,)]
    assert [line.summary for line in second.state.lines] == [
        line.summary for line in first.state.lines
    ]


def test_a_line_that_the_sender_withdraws_is_cancelled_by_the_sender():
    request = example("without_bladder_sign")
    first = outcome_of(request)
    gone = request.model_copy(
        update={
            "lines": (request.lines[0], request.lines[1].model_copy(update={"cancelled": True}))
        }
    )
    second = outcome_of(gone, first.state, version=2, changed=(2,))
    assert [
        (line.sequence, line.determination, line.basis) for line in found(second, LineDetermined)
    ] == [(2, Determination.CANCELLED, Basis.SENDER)]
    assert found(second, CaseDetermined)[0].determination is Determination.APPROVED
    assert not [row for row in second.rows if row.table == "worklist" and row.values["is_open"]]


def test_a_withdrawn_request_cancels_every_line_once():
    first = outcome_of(example("without_bladder_sign"))
    withdrawal = RequestCancelled(submission_id=CASE, version=2, received_at=AT)
    second = decide(REFERENCE, first.state, received(withdrawal, 2), LATER)
    again = decide(REFERENCE, second.state, received(withdrawal, 3), LATER)
    assert [line.determination for line in found(second, LineDetermined)] == [
        Determination.CANCELLED
    ] * 2
    assert found(second, CaseDetermined)[0].determination is Determination.CANCELLED
    assert (again.events, again.rows) == ((), ())


def test_a_version_that_was_seen_before_is_not_evaluated_again():
    first = outcome_of(example("reference_case"))
    assert outcome_of(example("reference_case"), first.state).events == ()


def test_urgency_rises_and_never_falls():
    request = example("without_bladder_sign")
    standard = request.model_copy(update={"urgency": Urgency.STANDARD, "facts": ()})
    first = outcome_of(request.model_copy(update={"urgency": Urgency.EMERGENCY}))
    second = outcome_of(standard, first.state, version=2)
    assert (first.state.urgency, second.state.urgency) == (Urgency.EMERGENCY, Urgency.EMERGENCY)


def test_the_state_survives_its_own_json():
    state = outcome_of(example("without_bladder_sign")).state
    assert CriteriaState.model_validate_json(state.model_dump_json(exclude_defaults=True)) == state
