"""What becomes of submissions: cases open, change, end, and every refusal keeps the bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.fhir import codes
from services.intake.handlers import reject
from services.intake.model import IntakeState, request_alias
from shared.events.clocks.duties import ClockStarted
from shared.events.criteria import Determination
from shared.events.intake import (
    RequestAmended,
    RequestCancelled,
    RequestReceived,
    SubmissionDuplicated,
    SubmissionRejected,
)
from shared.events.request import Urgency
from shared.examples.pas import bundle
from shared.lanes.outcome import Outcome, Timer
from shared.lanes.service import Rejection
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    letter,
    line,
    opened,
    raw,
    request,
    submission_of,
    submitted,
    told,
    types,
    when,
)


def amendment(at_hour: int = 1, **changed: Any):
    return submitted(request(amends=str(CASE), **changed), at=RECEIVED_AT + at_hour * HOUR)


def only(outcome: Outcome[IntakeState], kind: type[Any]) -> Any:
    (found,) = [emit.data for emit in outcome.events if isinstance(emit.data, kind)]
    return found


def test_a_new_request_opens_a_case_and_starts_its_clock_at_receipt():
    received = submitted(request())
    outcome = when(None, received)
    accepted, clock = only(outcome, RequestReceived), only(outcome, ClockStarted)
    assert types(outcome) == ["RequestReceived", "ClockStarted"]
    assert (accepted.submission_id, accepted.version, accepted.request) == (
        received.id,
        1,
        submission_of(received).request,
    )
    assert (clock.rule, clock.started_at, clock.target_at - clock.started_at) == (
        "ma-standard-7d",
        RECEIVED_AT,
        168 * HOUR,
    )
    assert clock.due_at == datetime(2026, 3, 7, 6, tzinfo=UTC)  # midnight in Chicago
    assert outcome.timers == (Timer("clock", clock.due_at),)


def test_the_bytes_are_kept_as_they_came():
    received = submitted(request())
    (row,) = when(None, received).rows
    assert (row.table, row.values["raw"], row.values["submission_id"], row.values["outcome"]) == (
        "submission",
        received.raw,
        received.id,
        "accepted",
    )
    assert row.values["received_at"] == int(RECEIVED_AT.timestamp()) * 1_000_000


def test_the_event_of_an_accepted_request_reads_back_as_what_was_sent():
    accepted = only(when(None, submitted(request())), RequestReceived)
    written = accepted.model_dump_json(exclude_defaults=True)
    assert (
        RequestReceived.model_validate_json(written).model_dump_json(exclude_defaults=True)
        == written
    )
    assert json.loads(written)["request"].keys() == {"member", "lines", "facts", "documents"}


def test_the_same_submission_again_changes_nothing():
    state = opened()
    received = submitted(request(), at=RECEIVED_AT + HOUR)
    outcome = when(state, received)
    assert outcome == Outcome(state, outcome.events, rows=outcome.rows)
    assert [(row.values["submission_id"], row.values["outcome"]) for row in outcome.rows] == [
        (received.id, "duplicated")
    ]
    assert types(outcome) == ["SubmissionDuplicated"]
    assert only(outcome, SubmissionDuplicated).received_at == RECEIVED_AT + HOUR


def test_deciding_again_gives_the_same_bytes():
    first, again = when(None, submitted(request())), when(None, submitted(request()))
    assert [emit.data.model_dump_json() for emit in first.events] == [
        emit.data.model_dump_json() for emit in again.events
    ]
    assert case_of(first).model_dump_json() == case_of(again).model_dump_json()
    assert IntakeState.model_validate_json(case_of(first).model_dump_json()) == case_of(first)


def test_an_amendment_is_the_next_version_under_the_same_clock():
    state = opened()
    outcome = when(state, amendment(lines=[line(1), line(2, segment="T4-T8"), line(3)]))
    amended = only(outcome, RequestAmended)
    assert types(outcome) == ["RequestAmended"]
    assert (amended.version, amended.changed_lines, amended.cancelled_lines) == (2, (2, 3), ())
    assert case_of(outcome).clock == state.clock


def test_an_amendment_that_is_more_urgent_runs_under_a_stricter_rule_from_the_first_receipt():
    outcome = when(opened(), amendment(urgency="expedited"))
    clock = only(outcome, ClockStarted)
    assert (clock.rule, clock.started_at, clock.due_at) == (
        "ma-expedited-72h",
        RECEIVED_AT,
        RECEIVED_AT + 72 * HOUR,
    )
    assert outcome.timers == (Timer("clock", clock.due_at),)


def test_an_amendment_never_lowers_the_urgency_nor_the_clock():
    state = opened(urgency="expedited")
    outcome = when(state, amendment(urgency="standard"))
    assert (case_of(outcome).urgency, case_of(outcome).clock) == (Urgency.EXPEDITED, state.clock)


def test_an_approved_line_that_did_not_change_stays_approved():
    approved = case_of(
        when(opened(), told(case_determined(Determination.APPROVED, Determination.APPROVED)))
    )
    lines = case_of(when(approved, amendment(lines=[line(1), line(2, segment="L1-L2")]))).lines
    assert [one.determination for one in lines] == [Determination.APPROVED, None]


def test_a_line_added_after_the_notice_has_a_clock_of_its_own():
    answered = case_of(
        when(opened(), told(case_determined(Determination.APPROVED, Determination.APPROVED)))
    )
    answered = case_of(when(answered, told(letter())))
    outcome = when(answered, amendment(5, lines=[line(1), line(2), line(3)]))
    assert only(outcome, ClockStarted).started_at == RECEIVED_AT + 5 * HOUR
    assert types(when(answered, amendment(5, note="only a note"))) == ["RequestAmended"]


def test_cancelling_every_line_withdraws_the_request_and_ends_the_clock():
    outcome = when(opened(), amendment(lines=[line(1, cancelled=True), line(2, cancelled=True)]))
    assert types(outcome) == ["RequestCancelled", "ClockStopped"]
    assert only(outcome, RequestCancelled).version == 2
    assert outcome.timers == (Timer("clock", None),)
    assert [one.determination for one in case_of(outcome).lines] == [Determination.CANCELLED] * 2


@pytest.mark.parametrize(
    ("state", "changed", "code"),
    [
        (None, {}, "unknown_case"),
        (opened(), {"sender": "clinic-2"}, "unknown_case"),
        (opened(), {"lines": [line(1)]}, "lines_missing"),
        (opened().model_copy(update={"cancelled": True}), {}, "case_cancelled"),
        (
            opened().model_copy(update={"determination": Determination.NOT_CERTIFIED}),
            {},
            "case_refused",
        ),
    ],
)
def test_an_amendment_that_cannot_be_applied_is_refused_and_kept(
    state: IntakeState | None, changed: dict[str, Any], code: str
):
    received = amendment(**changed)
    outcome = when(state, received)
    rejected = only(outcome, SubmissionRejected)
    assert (rejected.code, rejected.raw_bytes) == (code, len(received.raw))
    assert outcome.state == state
    assert [
        (row.values["outcome"], row.values["code"], row.values["raw"]) for row in outcome.rows
    ] == [("rejected", code, received.raw)]


def test_bytes_that_cannot_be_read_are_refused_and_kept():
    outcome = reject(CASE, Rejection("not_json", "The submission is not JSON."), b"{", RECEIVED_AT)
    assert only(outcome, SubmissionRejected).code == "not_json"
    assert (
        outcome.state,
        outcome.rows[0].values["raw"],
        outcome.rows[0].values["submission_id"],
    ) == (None, b"{", CASE)


def homecare() -> IntakeState:
    return case_of(when(None, submitted(bundle("homecare"), fhir=True)))


def test_a_bundle_opens_a_case_that_its_claim_finds_again():
    outcome = when(None, submitted(bundle("homecare"), fhir=True))
    update = submission_of(submitted(bundle("homecare_update"), fhir=True))
    assert outcome.aliases[1:] == (update.prior,)
    assert only(outcome, ClockStarted).assumed_line_of_business


def test_the_same_claim_with_another_bundle_around_it_is_looked_for_by_its_content_first():
    update = submission_of(submitted(bundle("homecare_update"), fhir=True))
    assert update.sought == (update.names[0], update.prior, update.alias)


def test_another_request_under_the_address_of_a_claim_is_no_new_case():
    other = bundle("homecare")
    other["entry"][0]["resource"]["item"][0]["quantity"] = {"value": 9}
    outcome = when(homecare(), submitted(other, fhir=True))
    assert only(outcome, SubmissionRejected).code == "claim_known"
    assert outcome.state == homecare()


def test_a_withdrawn_request_leaves_every_name_but_that_of_its_withdrawal():
    update = bundle("homecare_update")
    update["entry"][0]["resource"]["extension"] = [
        {"url": codes.CERTIFICATION_TYPE, "valueCodeableConcept": {"coding": [{"code": "3"}]}}
    ]
    withdrawal = submitted(update, fhir=True)
    outcome = when(homecare(), withdrawal)
    assert set(outcome.forgotten) == set(homecare().names) != set()
    assert outcome.aliases == submission_of(withdrawal).names[:1] == case_of(outcome).names
    assert types(when(outcome.state, withdrawal)) == ["SubmissionDuplicated"]


def test_a_request_withdrawn_by_its_case_s_id_leaves_every_name():
    outcome = when(opened(), amendment(lines=[line(1, cancelled=True), line(2, cancelled=True)]))
    assert outcome.forgotten == submission_of(submitted(request())).names
    assert (outcome.aliases, case_of(outcome).names) == ((), ())


@pytest.mark.parametrize("other", [{"sender": "clinic-2"}, {"member": {"id": "M-2"}}])
def test_the_same_request_of_another_sender_or_member_has_another_name(other: dict[str, Any]):
    content = request() | other
    first, second = (submission_of(submitted(one)) for one in (request(), content))
    assert not set(first.names) & set(second.names)


def test_names_are_made_of_parts_that_cannot_run_into_each_other():
    assert request_alias("ab", "c", "d") != request_alias("a", "bc", "d")


def test_a_bundle_from_2005_is_clocked_from_our_receipt():
    assert (
        only(when(None, submitted(bundle("homecare"), fhir=True)), ClockStarted).started_at
        == RECEIVED_AT
    )


def test_the_update_keeps_1_cancels_2_and_adds_3():
    outcome = when(homecare(), submitted(bundle("homecare_update"), fhir=True, of=CASE))
    amended = only(outcome, RequestAmended)
    assert (amended.changed_lines, amended.cancelled_lines) == ((3,), (2,))
    assert [one.determination for one in case_of(outcome).lines] == [
        None,
        Determination.CANCELLED,
        None,
    ]
    update = submission_of(submitted(bundle("homecare_update"), fhir=True))
    assert outcome.aliases[1:] == (update.alias,) != (update.prior,)


def test_an_update_of_a_claim_that_was_updated_before_does_not_fork_the_case():
    updated = case_of(when(homecare(), submitted(bundle("homecare_update"), fhir=True, of=CASE)))
    second = bundle("homecare_update")
    second["entry"][0]["resource"]["item"][0]["quantity"] = {"value": 9}
    assert (
        only(when(updated, submitted(second, fhir=True, of=CASE)), SubmissionRejected).code
        == "not_latest"
    )


def test_an_update_of_a_claim_that_never_came_is_refused():
    assert (
        only(when(None, submitted(bundle("homecare_update"), fhir=True)), SubmissionRejected).code
        == "unknown_case"
    )


def test_certification_type_3_in_the_header_withdraws_everything():
    update = bundle("homecare_update")
    update["entry"][0]["resource"]["extension"] = [
        {"url": codes.CERTIFICATION_TYPE, "valueCodeableConcept": {"coding": [{"code": "3"}]}}
    ]
    outcome = when(homecare(), submitted(update, fhir=True, of=CASE))
    assert types(outcome) == ["RequestCancelled", "ClockStopped"]
    assert case_of(outcome).cancelled


def test_the_raw_bundle_is_kept_whole():
    (row,) = when(None, submitted(bundle("referral"), fhir=True)).rows
    assert (row.values["raw"], row.values["content_type"]) == (
        raw(bundle("referral")),
        "application/fhir+json",
    )
