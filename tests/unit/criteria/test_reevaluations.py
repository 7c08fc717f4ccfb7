"""A case whose evaluation failed is evaluated again when somebody asks for it, and no other is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from services.criteria.decide import decide
from services.criteria.handlers import address, read_review
from services.criteria.model import CriteriaState
from shared.errors import Malformed
from shared.events.clocks.duties import ClockKind, ClockStarted
from shared.events.criteria import CaseDetermined, CriteriaEvaluated, Determination
from shared.events.intake import RequestCancelled
from shared.events.request import Urgency
from shared.events.reviews import ReevaluationRequested, ReviewSubmitted
from shared.ids import case_id
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import review
from tests.unit.criteria.test_unevaluated import Bug, changed, found, rows, state_of, version

ASKED = ReevaluationRequested(case_id=CASE, reason="mended", by="op-1")
LATER = AT + timedelta(hours=2)


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> Bug:
    return Bug(monkeypatch)


def again(case: CriteriaState | None, n: int = 9) -> Outcome[CriteriaState]:
    return decide(REFERENCE, case, received(ASKED, n), LATER)


def result(outcome: Outcome[CriteriaState]) -> str:
    (row,) = rows(outcome, "reevaluation")
    assert (row["asked_by"], row["reason"]) == ("op-1", "mended")
    return str(row["outcome"])


def test_a_mended_evaluation_gives_what_the_request_would_have_given(bug: Bug):
    request = example("reference_case")
    failed = state_of(version(request))
    bug.mend()
    outcome = again(failed)
    straight = version(request)
    assert result(outcome) == "evaluated"
    assert [type(emit.data) for emit in outcome.events] == [
        type(emit.data) for emit in straight.events
    ]
    assert [line.summary for line in state_of(outcome).lines] == [
        line.summary for line in state_of(straight).lines
    ]
    assert not found(outcome, CaseDetermined)[0].evaluation_failed
    assert state_of(outcome).failure is None


def test_the_worklist_and_the_list_of_failures_let_go_of_what_is_evaluated(bug: Bug):
    failed = state_of(version(example("reference_case")))
    bug.mend()
    outcome = again(failed)
    assert [row["is_open"] for row in rows(outcome, "worklist")] == [False, False]
    assert [row["is_open"] for row in rows(outcome, "evaluation_failure")] == [False]


def test_a_failure_survives_being_stored(bug: Bug):
    failed = state_of(version(example("reference_case")))
    stored = CriteriaState.model_validate_json(failed.model_dump_json(exclude_defaults=True))
    assert stored == failed
    bug.mend()
    assert again(stored) == again(failed)


def test_what_fails_again_stays_as_it_is_and_shows_the_newer_exception(bug: Bug):
    failed = state_of(version(example("reference_case")))
    bug.put(ZeroDivisionError())
    outcome = again(failed)
    assert result(outcome) == "failed_again"
    assert outcome.events == ()
    assert state_of(outcome).lines == failed.lines
    (row,) = rows(outcome, "evaluation_failure")
    assert (row["error"], row["is_open"]) == ("ZeroDivisionError", True)
    bug.mend()
    assert result(again(outcome.state, 10)) == "evaluated"


@pytest.mark.usefixtures("bug")
def test_all_reevaluations_that_fail_count_as_one_sender():
    senders = set()
    for sender in ("a", "b"):
        event = accepted(example("reference_case")).model_copy(update={"sender": sender})
        failed = decide(REFERENCE, None, received(event), AT)
        failure = again(failed.state).failure
        assert failure is not None
        senders.add(failure.sender)
    assert len(senders) == 1


def test_what_a_clinician_decided_meanwhile_stays(bug: Bug):
    failed = state_of(version(example("reference_case")))
    refusal = review(failed, sequence=2)
    reviewed = state_of(decide(REFERENCE, failed, received(refusal, 2), AT))
    bug.mend()
    outcome = again(reviewed)
    first, second = state_of(outcome).lines
    assert first.summary.determination is Determination.APPROVED
    assert second.summary.determination is Determination.NOT_CERTIFIED
    assert second.reviewer is not None


def test_a_former_authorization_gives_way_to_that_of_the_content_once_it_is_evaluated(bug: Bug):
    bug.mend()
    request = example("reference_case")
    before = state_of(version(request))
    straight = state_of(version(changed(request), before, 2))
    bug.put()
    failed = state_of(version(changed(request), before, 2))
    bug.mend()
    assert [line.summary for line in state_of(again(failed)).lines] == [
        line.summary for line in straight.lines
    ]


def test_the_clock_as_it_stands_bounds_when_a_clinician_must_have_looked(bug: Bug):
    failed = state_of(version(example("bariatric_without_bmi")))
    clock = ClockStarted(
        kind=ClockKind.DETERMINATION,
        urgency=Urgency.STANDARD,
        rule="r",
        citation="c",
        started_at=AT,
        due_at=AT + timedelta(hours=3),
    )
    clocked = state_of(decide(REFERENCE, failed, received(clock, 3), AT))
    bug.mend()
    assert state_of(again(clocked)).clock_due_at == clock.due_at


@pytest.mark.parametrize("name", ["unknown_case", "not_failed", "withdrawn"])
def test_a_case_without_a_failed_evaluation_is_answered_and_nothing_changes(bug: Bug, name: str):
    failed = state_of(version(example("reference_case")))
    gone = RequestCancelled(submission_id=CASE, version=2, received_at=AT)
    withdrawn = decide(REFERENCE, failed, received(gone, 2), AT).state
    bug.mend()
    cases = {
        "unknown_case": None,
        "not_failed": version(example("reference_case")).state,
        "withdrawn": withdrawn,
    }
    outcome = again(cases[name])
    assert result(outcome) == name
    assert (outcome.state, outcome.events, len(outcome.rows)) == (cases[name], (), 1)


def test_the_topic_of_reviews_carries_both_and_an_unnamed_record_is_a_review():
    home = case_id(UUID(int=1), 3)
    asked = ASKED.model_copy(update={"case_id": home})
    read = read_review(asked.TYPE, {}, asked.published())
    assert read == asked
    assert address(read, CASE).partition == 3
    with pytest.raises(Malformed):
        read_review("", {}, asked.published())
    with pytest.raises(Malformed):
        read_review(ReviewSubmitted.TYPE, {}, asked.published())
    with pytest.raises(Malformed):
        read_review("pa.reviews.unheard-of.v1", {}, asked.published())


def test_the_evaluation_that_follows_tells_what_changed_since_the_one_before(bug: Bug):
    bug.mend()
    request = example("bariatric_without_bmi")
    before = state_of(version(request))
    bug.put()
    failed = state_of(version(request, before, 2))
    bug.mend()
    (evaluation,) = found(again(failed), CriteriaEvaluated)
    assert evaluation.request_version == 2
    assert evaluation.changes is not None
