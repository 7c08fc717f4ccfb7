"""A request like one that was refused: never lost, never refused, and told as what it may be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.clocks.appeals import answer_due, filing_days, over_at
from services.intake.clocks.reference import clock_rules
from services.intake.decide.ending import OVER
from services.intake.model import IntakeState
from services.letters.content.plan import Plan
from services.letters.reference import plan
from shared.events.clocks.duties import ClockStarted
from shared.events.criteria import Determination
from shared.events.intake import RequestReceived
from shared.events.letters import LetterKind
from shared.events.request import LineOfBusiness, Urgency
from shared.examples.pas import bundle
from shared.ids import lane_of
from shared.instants import micros
from shared.lanes.outcome import NewCase, Outcome, TimerDue
from tests.unit.intake.given import (
    CASE,
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    letter,
    line,
    line_determined,
    opened,
    request,
    submission_of,
    submitted,
    told,
    types,
    when,
)

LATER = RECEIVED_AT + 10 * HOUR
REFUSED = case_determined(Determination.NOT_CERTIFIED, Determination.NOT_CERTIFIED)
PARTLY = case_determined(Determination.APPROVED, Determination.MODIFIED)
RULES = clock_rules().appeals
ZONES = ("Pacific/Guam", "America/Chicago", "Pacific/Pago_Pago")


def refused(event: Any = REFUSED, **changed: Any) -> IntakeState:
    """The example case, refused."""
    return case_of(when(opened(**changed), told(event)))


def anew(outcome: Outcome[IntakeState]) -> NewCase[IntakeState]:
    assert outcome.anew is not None
    return outcome.anew


def asked_again(state: IntakeState, at: datetime = LATER) -> Outcome[IntakeState]:
    return when(state, submitted(request(), at=at, of=CASE))


@pytest.mark.parametrize("event", [REFUSED, PARTLY])
def test_a_request_like_a_refused_one_opens_a_case_with_clocks_from_its_receipt(event: Any):
    new = anew(asked_again(refused(event)))
    received, clock = (emit.data for emit in new.outcome.events)
    assert isinstance(received, RequestReceived)
    assert isinstance(clock, ClockStarted)
    assert (received.resembles, received.version) == (CASE, 1)
    assert (received.received_at, clock.started_at) == (LATER, LATER)
    assert (new.case_id != CASE, lane_of(new.case_id)) == (True, lane_of(CASE))


def test_the_refused_case_stands_as_it_is_but_for_the_names_that_pass_to_the_new_one():
    before = refused()
    outcome = asked_again(before)
    names = submission_of(submitted(request())).names
    assert case_of(outcome) == before.model_copy(update={"names": ()})
    assert (outcome.events, outcome.rows, outcome.timers) == ((), (), ())
    assert outcome.forgotten == anew(outcome).outcome.aliases == names


def test_a_bundle_like_a_refused_one_opens_a_case_too():
    content = bundle("homecare")
    first = case_of(when(None, submitted(content, fhir=True)))
    determinations = [Determination.NOT_CERTIFIED] * len(first.lines)
    state = case_of(when(first, told(case_determined(*determinations))))
    again = submitted(content | {"id": "retry"}, fhir=True, at=LATER, of=CASE)
    new = anew(when(state, again)).outcome
    assert case_of(new).resembles == CASE
    assert new.aliases == submission_of(again).names


def test_once_sent_again_a_further_copy_is_a_repeat_of_the_new_case():
    new = anew(asked_again(refused())).outcome
    outcome = when(case_of(new), submitted(request(), at=LATER + HOUR, of=CASE))
    assert types(outcome) == ["SubmissionDuplicated"]
    assert outcome.anew is None


@pytest.mark.parametrize(
    "event",
    [
        case_determined(Determination.PENDED, Determination.PENDED),
        case_determined(Determination.APPROVED, Determination.APPROVED),
    ],
)
def test_a_request_of_which_nothing_was_refused_is_one_case(event: Any):
    assert types(asked_again(refused(event))) == ["SubmissionDuplicated"]


def test_a_refusal_that_a_clinician_lifted_is_none():
    lifted = case_determined(Determination.APPROVED, Determination.APPROVED)
    state = case_of(when(refused(), told(lifted)))
    assert types(asked_again(state)) == ["SubmissionDuplicated"]


def test_what_was_refused_before_an_amendment_can_be_asked_for_again():
    amendment = request(amends=str(CASE), lines=[line(1), line(2, diagnoses=["C79.52"])])
    state = case_of(when(refused(PARTLY), submitted(amendment, at=RECEIVED_AT + 2 * HOUR)))
    assert anew(asked_again(state)).outcome.state is not None


def test_an_amendment_sent_twice_is_a_repeat_even_when_it_was_refused():
    amendment = request(amends=str(CASE), note="More.")
    amended = case_of(when(opened(), submitted(amendment)))
    state = case_of(when(amended, told(REFUSED.model_copy(update={"request_version": 2}))))
    assert types(when(state, submitted(amendment, at=LATER))) == ["SubmissionDuplicated"]


def test_the_list_of_appeals_tells_both_cases_and_the_instants():
    (row,) = [one for one in anew(asked_again(refused())).outcome.rows if one.table == "appeal"]
    assert row.values == {
        "case_id": anew(asked_again(refused())).case_id,
        "former_case_id": CASE,
        "received_at": micros(LATER),
        "due_at": micros(LATER + timedelta(days=30)),
        "is_open": True,
    }


def test_an_appeal_is_off_the_list_once_every_line_is_decided_and_not_before():
    new = case_of(anew(asked_again(refused())).outcome)
    half = when(new, told(line_determined(1, Determination.APPROVED)))
    done = when(case_of(half), told(line_determined(2, Determination.NOT_CERTIFIED)))
    assert [one for one in half.rows if one.table == "appeal"] == []
    assert [one.values["is_open"] for one in done.rows if one.table == "appeal"] == [False]


def test_no_other_case_is_on_the_list():
    outcome = when(opened(), told(REFUSED))
    assert [one for one in outcome.rows if one.table == "appeal"] == []


def test_the_time_to_appeal_begins_with_the_notice():
    state = refused()
    assert [timer for timer in when(state, told(REFUSED)).timers if timer.kind == OVER] == []
    noticed = when(state, told(letter(LetterKind.REFUSAL, at=LATER)))
    end = over_at(RULES, LineOfBusiness.MEDICARE_ADVANTAGE, LATER)
    assert [timer.due_at for timer in noticed.timers if timer.kind == OVER] == [end]
    over = when(case_of(noticed), told(TimerDue(OVER, end)))
    assert over.forgotten == state.names


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("business", sorted(LineOfBusiness.known()))
def test_a_refused_request_is_remembered_at_least_as_long_as_letters_give_to_appeal(
    business: str, zone: str
):
    letters: Plan = plan().model_copy(update={"time_zone": zone})
    kind = LineOfBusiness(business)
    assert filing_days(RULES, kind) >= letters.appeal_days[kind]
    for hours in range(0, 24 * 366, 7):
        at = RECEIVED_AT + timedelta(hours=hours)
        last = letters.day(at) + timedelta(days=letters.appeal_days[kind])
        assert letters.day(over_at(RULES, kind, at)) > last


def test_a_plan_without_a_rule_has_the_longest_time_to_appeal():
    assert filing_days((), LineOfBusiness.ERISA) == max(one.filing_days for one in RULES)
    assert answer_due((), LineOfBusiness.ERISA, Urgency.STANDARD, LATER) is None


def test_an_expedited_appeal_is_due_within_three_days():
    for business in LineOfBusiness.known():
        due = answer_due(RULES, LineOfBusiness(business), Urgency.EXPEDITED, LATER)
        assert due == LATER + timedelta(hours=72)
