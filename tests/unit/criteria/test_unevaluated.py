"""An exception in an evaluation pends the case without a letter; it parks nothing and undoes
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.criteria.decide import decide, emergencies, requests
from services.criteria.decide.failed.failures import sender_token
from services.criteria.decide.reference import DecisionReference
from services.criteria.engine.answer.evaluate import ENGINE_VERSION, evaluate
from services.criteria.engine.edition.library import Library
from services.criteria.model import NOT_EVALUATED, CriteriaState
from shared.errors import Impossible, Unavailable
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    CriteriaEvaluated,
    Determination,
    LineDetermined,
    ReviewRequested,
)
from shared.events.intake import RequestCancelled
from shared.events.request import AuthorizationRequest, ServiceCode, Urgency
from shared.lanes.outcome import Outcome
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import review

SECRET = "M-4711 has a tumor"  # noqa: S105 - what an exception must not carry out
PENDED = Determination.PENDED


class Bug:
    """Makes evaluations fail, as long as it is there."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self.put()

    def put(self, error: BaseException | None = None, where: str = "evaluate") -> None:
        def fails(*_: Any, **__: Any) -> Any:
            raise error or KeyError(SECRET)

        self._patch.setattr(requests, where, fails)

    def mend(self) -> None:
        self._patch.setattr(requests, "evaluate", evaluate)


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> Bug:
    return Bug(monkeypatch)


def version(
    request: AuthorizationRequest,
    state: CriteriaState | None = None,
    n: int = 1,
    reference: DecisionReference = REFERENCE,
) -> Outcome[CriteriaState]:
    return decide(reference, state, received(accepted(request, n), n), AT)


def state_of(outcome: Outcome[CriteriaState]) -> CriteriaState:
    assert outcome.state is not None
    return outcome.state


def found(outcome: Outcome[CriteriaState], kind: Any) -> list[Any]:
    return [emit.data for emit in outcome.events if isinstance(emit.data, kind)]


def rows(outcome: Outcome[CriteriaState], table: str) -> list[dict[str, Any]]:
    return [row.values for row in outcome.rows if row.table == table]


def changed(request: AuthorizationRequest) -> AuthorizationRequest:
    first, *others = request.lines
    codes = (ServiceCode(system="cpt", code="22844", units=12),)
    return request.model_copy(
        update={"lines": (first.model_copy(update={"codes": codes}), *others)}
    )


@pytest.mark.usefixtures("bug")
def test_every_line_without_a_determination_is_pended_and_goes_to_a_clinician():
    outcome = version(example("reference_case"))
    lines = found(outcome, LineDetermined)
    assert [(line.determination, line.basis, line.reason) for line in lines] == [
        (PENDED, Basis.ENGINE, NOT_EVALUATED)
    ] * 2
    assert not found(outcome, CriteriaEvaluated)
    (asked,) = found(outcome, ReviewRequested)
    assert (asked.lines, asked.reason) == ((1, 2), NOT_EVALUATED)
    assert [row["is_open"] for row in rows(outcome, "worklist")] == [True, True]
    assert [row["reason"] for row in rows(outcome, "worklist")] == [NOT_EVALUATED] * 2


@pytest.mark.usefixtures("bug")
def test_where_triage_fails_too_the_case_is_looked_at_as_soon_as_an_emergency(
    monkeypatch: pytest.MonkeyPatch,
):
    def fails(*_: Any, **__: Any) -> Any:
        raise KeyError(SECRET)

    calm = found(version(standard()), CaseDetermined)[0]
    assert (calm.urgency, calm.urgency_found) == (Urgency.STANDARD, None)
    monkeypatch.setattr(emergencies, "triaged", fails)

    outcome = version(standard())

    (told,), (asked,) = found(outcome, CaseDetermined), found(outcome, ReviewRequested)
    assert (told.urgency, told.urgency_found) == (Urgency.EXPEDITED, Urgency.EXPEDITED)
    assert asked.due_at == AT + timedelta(minutes=emergencies.CONFIRM_WITHIN_MINUTES)


def standard() -> AuthorizationRequest:
    """A request in which nothing presses."""
    return example("bariatric_without_bmi")


def test_the_case_is_said_to_have_no_evaluation(bug: Bug):
    (told,) = found(version(example("reference_case")), CaseDetermined)
    assert told.evaluation_failed
    assert told.determination is PENDED
    bug.mend()
    (told,) = found(version(example("reference_case")), CaseDetermined)
    assert not told.evaluation_failed


@pytest.mark.usefixtures("bug")
def test_the_kind_and_the_place_of_the_exception_are_kept_and_never_its_text():
    outcome = version(example("reference_case"))
    (row,) = rows(outcome, "evaluation_failure")
    assert (row["error"], row["engine_version"], row["is_open"]) == (
        "KeyError",
        ENGINE_VERSION,
        True,
    )
    place, _, number = row["place"].partition(":")
    assert place == "services/criteria/decide/requests.py"
    assert int(number) > 0
    assert row["cause"] == received(accepted(example("reference_case"))).id
    assert outcome.failure is not None
    assert outcome.failure[:2] == (row["error"], row["place"])
    assert SECRET not in repr(outcome)


@pytest.mark.usefixtures("bug")
def test_a_failure_counts_against_its_sender_in_a_form_that_names_nobody():
    outcome = version(example("reference_case"))
    assert outcome.failure is not None
    assert outcome.failure.sender == sender_token("s") != sender_token("t")
    assert version(example("reference_case"), outcome.state).failure is None


@pytest.mark.parametrize(
    "error", [RecursionError(), Impossible(code="x"), ZeroDivisionError()], ids=repr
)
def test_whatever_an_evaluation_raises_pends(bug: Bug, error: Exception):
    bug.put(error)
    assert state_of(version(example("reference_case"))).failure is not None


@pytest.mark.parametrize(
    "error", [MemoryError(), Unavailable(code="x"), KeyboardInterrupt()], ids=repr
)
def test_what_the_machine_lacks_is_tried_again(bug: Bug, error: BaseException):
    bug.put(error)
    with pytest.raises(type(error)):
        version(example("reference_case"))


@pytest.mark.parametrize("where", ["difference", "with_grants", "case_determined", "_rows"])
def test_an_exception_around_the_engine_pends_too(bug: Bug, where: str):
    bug.mend()
    pends = example("bariatric_without_bmi")
    state = state_of(version(pends))
    bug.put(where=where)
    after = state_of(version(pends, state, 2))
    assert after.failure is not None
    assert {line.summary.reason for line in after.lines if line.is_open} == {NOT_EVALUATED}


def test_what_was_decided_stays_with_its_authorization(bug: Bug):
    bug.mend()
    request = example("reference_case")
    before = state_of(version(request))
    bug.put()
    outcome = version(request, before, 2)
    assert state_of(outcome).lines == before.lines
    assert not found(outcome, LineDetermined)
    assert found(outcome, CaseDetermined)[0].determination is Determination.APPROVED


def test_changed_content_pends_and_the_former_authorization_stays_valid(bug: Bug):
    bug.mend()
    request = example("reference_case")
    before = state_of(version(request))
    bug.put()
    outcome = version(changed(request), before, 2)
    (line,) = found(outcome, LineDetermined)
    assert (line.sequence, line.determination, line.reason) == (1, PENDED, NOT_EVALUATED)
    assert line.former == (before.lines[0].granted,)
    assert state_of(outcome).lines[1] == before.lines[1]


def test_content_that_returns_while_evaluations_fail_has_its_determination_again(bug: Bug):
    bug.mend()
    request = example("reference_case")
    before = state_of(version(request))
    other = state_of(version(changed(request), before, 2))
    bug.put()
    again = state_of(version(request, other, 3)).lines[0]
    assert again.granted == before.lines[0].granted


@pytest.mark.usefixtures("bug")
def test_a_line_that_its_sender_withdraws_is_withdrawn():
    request = example("reference_case")
    first, *others = request.lines
    gone = request.model_copy(
        update={"lines": (first.model_copy(update={"cancelled": True}), *others)}
    )
    lines = state_of(version(gone)).lines
    assert [line.summary.determination for line in lines] == [Determination.CANCELLED, PENDED]


@pytest.mark.usefixtures("bug")
def test_a_clinician_can_decide_a_line_that_was_not_evaluated():
    state = state_of(version(example("reference_case")))
    approval = review(
        state,
        sequence=1,
        content_digest=state.lines[0].summary.digest,
        determination=Determination.APPROVED,
    )
    outcome = decide(REFERENCE, state, received(approval, 2), AT)
    assert state_of(outcome).lines[0].summary.determination is Determination.APPROVED
    assert not found(outcome, CaseDetermined)[0].evaluation_failed


def test_the_next_version_is_evaluated_and_the_failure_is_over(bug: Bug):
    request = example("reference_case")
    failed = state_of(version(request))
    bug.mend()
    outcome = version(request, failed, 2)
    assert state_of(outcome).failure is None
    assert [row["is_open"] for row in rows(outcome, "evaluation_failure")] == [False]
    assert {line.summary.determination for line in state_of(outcome).lines} == {
        Determination.APPROVED
    }


@pytest.mark.usefixtures("bug")
def test_a_withdrawn_request_leaves_no_failure_open():
    failed = state_of(version(example("reference_case")))
    gone = RequestCancelled(submission_id=CASE, version=2, received_at=AT)
    outcome = decide(REFERENCE, failed, received(gone, 2), AT)
    assert state_of(outcome).failure is None
    assert [row["is_open"] for row in rows(outcome, "evaluation_failure")] == [False]


def test_a_library_that_cannot_choose_a_policy_does_not_keep_an_amendment_from_pending(
    monkeypatch: pytest.MonkeyPatch,
):
    request = example("reference_case")
    before = state_of(version(request))
    selects: Callable[..., Any] = Library.judging

    def fails(*_: Any) -> Any:
        raise KeyError(SECRET)

    monkeypatch.setattr(Library, "judging", fails)
    failed = state_of(version(changed(request), before, 2))
    monkeypatch.setattr(Library, "judging", selects)
    assert failed.lines[0].summary.reason == NOT_EVALUATED
