"""Acts of people on clocks: each is answered once, and changes what the law lets it change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.decide.acts.act import MOST_ANSWERED, SENTENCES
from services.intake.decide.answers import with_rows
from services.intake.model import IntakeState
from shared.events.clocks.acts import ActDeclineCode, ClockActDeclined, ClockActRecorded
from shared.events.clocks.duties import (
    ClockCorrected,
    ClockExtended,
    ClockKind,
    ClockStarted,
    ClockStopped,
    DutyFact,
    ExpediteRefused,
)
from shared.events.letters import LetterKind
from shared.events.model import EventData
from shared.events.request import Urgency
from shared.lanes.outcome import Outcome, Timer
from tests.unit.intake.acting import (
    A1,
    A3,
    A4,
    DAY,
    WORDS,
    acted,
    after,
    clock,
    declined,
    events,
    submitted_act,
)
from tests.unit.intake.given import (
    HOUR,
    RECEIVED_AT,
    case_determined,
    case_of,
    clock_due,
    evaluated,
    letter,
    opened,
    request,
    submitted,
    told,
    types,
    when,
)

APPROVED = case_determined(A1, A1)
REFUSED = case_determined(A3, A1)
WRITTEN = ClockKind.WRITTEN_NOTICE
EXTEND = {"reason": "member_asked", "words": WORDS}
CODES = [{"system": "hcpcs", "code": "J1234"}]


def of_erisa(**changed: Any) -> IntakeState:
    member = {"id": "M-1", "line_of_business": "erisa", "funding": "self_funded", "state": "OH"}
    return opened(member=member, **changed)


def of_member(**changed: Any) -> IntakeState:
    """A request that the member asks to be expedited."""
    return opened(urgency="expedited", asker="member", **changed)


def test_an_act_on_a_case_that_intake_does_not_hold_is_declined():
    outcome = acted(None, "extend", **EXTEND)
    assert declined(outcome) is ActDeclineCode.UNKNOWN_CASE
    assert outcome.state is None


def test_the_same_key_again_changes_nothing_and_has_no_second_answer():
    first = acted(opened(), "extend", key="k", **EXTEND)
    assert declined(first) is None
    assert acted(first.state, "extend", key="k", **EXTEND) == Outcome(first.state)
    refused = acted(first.state, "extend", key="other", **EXTEND)
    assert acted(refused.state, "extend", key="other", **EXTEND) == Outcome(refused.state)


def test_another_act_or_another_person_under_a_key_is_declined_and_the_first_answer_stays():
    first = acted(opened(), "extend", key="k", **EXTEND)
    other = acted(first.state, "expedite", key="k", asked_by="physician", asked_at=RECEIVED_AT)
    assert declined(other) is ActDeclineCode.KEY_USED
    assert other.state == first.state
    mine = submitted_act("extend", at=RECEIVED_AT + HOUR, key="k", **EXTEND)
    theirs = told(mine.model_copy(update={"by": "coordinator-2"}))
    assert declined(when(first.state, theirs)) is ActDeclineCode.KEY_USED
    used = with_rows(first.state, when(first.state, theirs), theirs, RECEIVED_AT)
    (row,) = used.rows
    digest = mine.model_copy(update={"by": "coordinator-2"}).digest
    assert row.values["idempotency_key"] == f"k#{digest}", "the key's own row is the first answer"
    assert row.values["outcome"] == "key_used"
    taken = with_rows(opened(), when(opened(), told(mine)), told(mine), RECEIVED_AT)
    assert {one.values["idempotency_key"] for one in taken.rows if one.table == "clock_act"} == {
        "k",
        f"k#{mine.digest}",
    }


def test_so_many_keys_are_kept_and_no_more():
    state = opened()
    for n in range(MOST_ANSWERED + 3):
        state = case_of(acted(state, "refuse_expedite", key=f"n{n}", words=WORDS))
    assert len(state.answered) == MOST_ANSWERED


def test_every_reason_has_its_sentence():
    assert set(SENTENCES) == set(ActDeclineCode) - {ActDeclineCode.OTHER}
    (event,) = events(acted(None, "extend", **EXTEND), ClockActDeclined)
    assert event.detail == SENTENCES[ActDeclineCode.UNKNOWN_CASE]


def test_an_extension_is_told_with_who_when_why_and_the_former_due_time():
    state = opened()
    outcome = acted(state, "extend", **EXTEND)
    assert types(outcome) == ["ClockActRecorded", "ClockExtended"]
    (extended,) = events(outcome, ClockExtended)
    assert (extended.former_due_at, extended.tolled) == (clock(state).due_at, False)
    # The clocks change in between.
    assert extended.due_at == clock(state).due_at + 14 * DAY - HOUR
    assert (extended.by, extended.words, extended.reason, extended.extended_at) == (
        "coordinator-1",
        WORDS,
        "member_asked",
        RECEIVED_AT + HOUR,
    )
    assert outcome.timers == (Timer("clock", extended.due_at),)
    assert clock(case_of(outcome)).target_at == extended.target_at


def test_nothing_is_extended_twice_not_even_under_a_stricter_rule():
    once = case_of(acted(opened(), "extend", **EXTEND))
    assert declined(acted(once, "extend", **EXTEND)) is ActDeclineCode.EXTENDED_BEFORE
    faster = case_of(acted(once, "expedite", asked_by="physician", asked_at=RECEIVED_AT + HOUR))
    assert clock(faster).rule == "ma-expedited-72h"
    assert declined(acted(faster, "extend", **EXTEND)) is ActDeclineCode.EXTENDED_BEFORE


def test_a_drug_is_never_extended():
    state = opened(lines=[{"sequence": 1, "codes": CODES}])
    assert clock(state).rule == "ma-part-b-drug-72h"
    assert declined(acted(state, "extend", **EXTEND)) is ActDeclineCode.NEVER_EXTENDED


def test_a_reason_that_the_rule_does_not_know_extends_nothing():
    outcome = acted(opened(), "extend", reason="beyond_control", words=WORDS)
    assert declined(outcome) is ActDeclineCode.REASON_NOT_ALLOWED


def test_what_has_stopped_or_is_missed_is_not_extended():
    due = clock(opened()).due_at
    stopped = after(opened(), APPROVED, letter())
    assert declined(acted(stopped, "extend", **EXTEND)) is ActDeclineCode.NOT_RUNNING
    # The midnight after the last day is late already.
    assert clock(opened()).of_days
    late = acted(opened(), "extend", at=due, **EXTEND)
    assert declined(late) is ActDeclineCode.TOO_LATE
    missed = case_of(when(opened(), clock_due(due)))
    assert declined(acted(missed, "extend", at=due, **EXTEND)) is ActDeclineCode.TOO_LATE


def test_an_extension_never_reaches_beyond_another_rule_that_binds():
    member = {"id": "M-1", "line_of_business": "medicaid_managed_care", "state": "CA"}
    # Two holidays make California's five business days longer than the seven days of Medicaid.
    at = datetime(2026, 11, 19, 18, tzinfo=UTC)
    state = case_of(when(None, submitted(request(member=member), at=at)))
    assert (clock(state).rule, clock(state).runners_up) == (
        "medicaid-mco-standard-7d",
        ("ca-standard-5bd",),
    )
    (extended,) = events(acted(state, "extend", at=at + HOUR, **EXTEND), ClockExtended)
    assert extended.due_at == datetime(2026, 12, 1, 6, tzinfo=UTC)


def test_an_amendment_of_an_extended_case_leaves_its_longer_time():
    long = case_of(acted(opened(), "extend", **EXTEND))
    amended = submitted(request(amends=str(UUID(int=5)), reference="R-2"), at=RECEIVED_AT + 9 * DAY)
    outcome = when(long, amended)
    assert types(outcome) == ["RequestAmended"]
    assert clock(case_of(outcome)).due_at == clock(long).due_at


def test_a_physician_s_word_makes_it_expedited_from_the_first_receipt_and_binds():
    at = RECEIVED_AT + 5 * HOUR
    outcome = acted(opened(), "expedite", asked_by="physician", asked_at=at, at=at)
    (started,) = events(outcome, ClockStarted)
    assert (started.rule, started.started_at, started.due_at) == (
        "ma-expedited-72h",
        RECEIVED_AT,
        RECEIVED_AT + 72 * HOUR,
    )
    refused = acted(outcome.state, "refuse_expedite", words=WORDS)
    assert declined(refused) is ActDeclineCode.PHYSICIAN_ASKED


def test_what_is_asked_to_be_faster_too_late_for_its_rule_is_counted_from_the_asking():
    at = RECEIVED_AT + 80 * HOUR
    outcome = acted(opened(), "expedite", asked_by="physician", asked_at=at, at=at)
    (started,) = events(outcome, ClockStarted)
    assert (started.started_at, started.due_at) == (RECEIVED_AT, at + 72 * HOUR)


def test_a_member_s_request_to_be_faster_can_be_refused_and_goes_on_from_its_receipt():
    standard = clock(opened())
    outcome = acted(of_member(), "refuse_expedite", words=WORDS)
    assert types(outcome) == ["ClockActRecorded", "ExpediteRefused", "ClockStarted"]
    (refused,), (started,) = events(outcome, ExpediteRefused), events(outcome, ClockStarted)
    assert (refused.by, refused.words, refused.refused_at) == (
        "coordinator-1",
        WORDS,
        RECEIVED_AT + HOUR,
    )
    assert (started.rule, started.started_at, started.due_at) == (
        standard.rule,
        RECEIVED_AT,
        standard.due_at,
    )
    assert case_of(outcome).urgency is Urgency.STANDARD
    again = acted(outcome.state, "refuse_expedite", words=WORDS)
    assert declined(again) is ActDeclineCode.NOT_EXPEDITED


def test_what_repeats_a_refused_wish_raises_nothing_and_a_physician_does():
    slow = case_of(acted(of_member(), "refuse_expedite", words=WORDS))
    echoed = when(slow, told(evaluated(Urgency.EXPEDITED)))
    assert case_of(echoed).urgency is Urgency.STANDARD
    wish = {"amends": str(UUID(int=5)), "reference": "R-2", "urgency": "expedited"}
    repeated = when(slow, submitted(request(**wish, asker="member")))
    assert case_of(repeated).urgency is Urgency.STANDARD
    by_provider = when(slow, submitted(request(**wish)))
    assert case_of(by_provider).urgency is Urgency.EXPEDITED
    refused = acted(by_provider.state, "refuse_expedite", words=WORDS)
    assert declined(refused) is ActDeclineCode.PHYSICIAN_ASKED
    assert case_of(when(slow, told(evaluated(Urgency.EMERGENCY)))).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("found_by", ["evaluation", "determination"])
def test_what_is_found_to_be_urgent_is_so_though_the_member_s_wish_was_refused(found_by: str):
    finding: EventData = evaluated(Urgency.EXPEDITED)
    if found_by == "determination":
        finding = case_determined(A4, A4, urgency=Urgency.EXPEDITED)
    slow = case_of(acted(of_member(), "refuse_expedite", words=WORDS))
    finding = finding.model_copy(update={"urgency_found": Urgency.EXPEDITED})
    raised = when(slow, told(finding))
    assert case_of(raised).urgency is Urgency.EXPEDITED
    assert [one.rule for one in events(raised, ClockStarted)] == ["ma-expedited-72h"]
    assert declined(acted(raised.state, "refuse_expedite", words=WORDS)) is (
        ActDeclineCode.PHYSICIAN_ASKED
    )


def test_a_wish_that_is_found_to_be_right_is_not_refused():
    finding = evaluated(Urgency.EXPEDITED)
    found = finding.model_copy(update={"urgency_found": Urgency.EXPEDITED})
    for event, answer in ((finding, None), (found, ActDeclineCode.PHYSICIAN_ASKED)):
        state = case_of(when(of_member(), told(event)))
        assert declined(acted(state, "refuse_expedite", words=WORDS)) is answer


@pytest.mark.parametrize("asker", ["contracted_provider", "unknown"])
def test_an_expedited_request_of_a_provider_is_never_taken_back(asker: str):
    state = opened(urgency="expedited", asker=asker)
    outcome = acted(state, "refuse_expedite", words=WORDS)
    assert declined(outcome) is ActDeclineCode.PHYSICIAN_ASKED


def test_a_finding_that_it_is_urgent_is_not_taken_back_either():
    found = after(opened(), evaluated(Urgency.EXPEDITED))
    outcome = acted(found, "refuse_expedite", words=WORDS)
    assert declined(outcome) is ActDeclineCode.PHYSICIAN_ASKED


def test_nobody_is_told_what_is_not_decided():
    told_early = {"addressee": "member", "notified_at": RECEIVED_AT + HOUR, "adverse": False}
    assert declined(acted(opened(), "oral_notice", **told_early)) is ActDeclineCode.NOT_DECIDED


def test_an_oral_notice_to_the_member_meets_an_expedited_duty_and_none_to_the_provider_does():
    state = after(opened(urgency="expedited"), APPROVED)
    at = RECEIVED_AT + 2 * HOUR
    notice = {"notified_at": at, "adverse": False, "at": at}
    to_provider = acted(state, "oral_notice", addressee="provider", **notice)
    assert types(to_provider) == ["ClockActRecorded"]
    (stopped,) = events(acted(state, "oral_notice", addressee="member", **notice), ClockStopped)
    assert (stopped.met_by, stopped.stopped_at) == (
        (DutyFact.DECIDED, DutyFact.MEMBER_NOTIFIED_ORALLY),
        at,
    )
    standard = after(opened(), APPROVED)
    assert types(acted(standard, "oral_notice", addressee="member", **notice)) == [
        "ClockActRecorded"
    ]


def told_of_refusal() -> IntakeState:
    """An expedited case of which the member was told by telephone that something is refused."""
    at = RECEIVED_AT + 2 * HOUR
    state = after(opened(urgency="expedited"), REFUSED)
    notice = {"addressee": "member", "notified_at": at, "adverse": True}
    return case_of(acted(state, "oral_notice", at=at, **notice))


def test_after_an_adverse_oral_notice_it_is_owed_in_writing_within_three_days():
    state = told_of_refusal()
    assert clock(state).stopped_at == RECEIVED_AT + 2 * HOUR
    owed = clock(state, WRITTEN)
    assert (owed.rule, owed.started_at, owed.running) == (
        "ma-written-notice-3d",
        RECEIVED_AT + 2 * HOUR,
        True,
    )
    written = letter(LetterKind.REFUSAL, of=REFUSED, at=owed.due_at - HOUR)
    outcome = when(state, told(written))
    (stopped,) = events(outcome, ClockStopped)
    assert (stopped.kind, stopped.in_time) == (WRITTEN, True)
    assert Timer("clock:written_notice", None) in outcome.timers


def test_a_written_notice_that_does_not_come_is_missed_and_expires_nothing():
    state = told_of_refusal()
    outcome = when(state, clock_due(clock(state, WRITTEN).due_at, WRITTEN))
    assert types(outcome) == ["ClockBreached"]


def mailed(state: IntakeState, issued: Any, at: Any) -> Outcome[IntakeState]:
    return acted(state, "mailed", letter_id=issued.letter_id, mailed_at=at, at=at + 5 * DAY)


def test_a_mailing_on_another_day_than_the_hand_over_corrects_the_clock():
    issued = letter()
    state = after(opened(), APPROVED, issued)
    due = clock(state).due_at
    outcome = mailed(state, issued, due + HOUR)
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.breached, corrected.stopped_at) == (True, due + HOUR)
    assert (clock(case_of(outcome)).in_time, clock(case_of(outcome)).breached) == (False, True)
    earlier = mailed(case_of(outcome), issued, due - HOUR)
    (corrected,) = events(earlier, ClockCorrected)
    assert (corrected.breached, corrected.stopped_at) == (False, due - HOUR)


def test_a_mailing_at_the_instant_of_the_hand_over_corrects_nothing():
    issued = letter()
    state = after(opened(), APPROVED, issued)
    assert types(mailed(state, issued, issued.issued_at)) == ["ClockActRecorded"]


def test_a_mailing_in_time_that_is_learnt_of_late_takes_the_breach_back():
    issued = letter(documents=True)
    due = clock(opened()).due_at
    missed = case_of(when(after(opened(), APPROVED, issued), clock_due(due)))
    (stopped,) = events(mailed(missed, issued, due - HOUR), ClockStopped)
    assert (stopped.met_by, stopped.corrects_breach) == (
        (DutyFact.DECIDED, DutyFact.WRITING_MAILED),
        True,
    )


def test_a_late_mailing_is_no_breach_for_who_chose_electronic_delivery():
    member = request()["member"] | {"electronic_delivery": True}
    issued = letter()
    state = after(opened(member=member), APPROVED, issued)
    outcome = mailed(state, issued, clock(state).due_at + DAY)
    assert types(outcome) == ["ClockActRecorded"]


def test_a_mailing_of_an_unknown_letter_or_one_before_it_was_written_is_declined():
    issued = letter()
    state = after(opened(), APPROVED, issued)
    assert declined(mailed(state, issued, issued.issued_at - 2 * DAY)) is (
        ActDeclineCode.UNKNOWN_LETTER
    )
    unknown = acted(state, "mailed", letter_id=UUID(int=1), mailed_at=RECEIVED_AT)
    assert declined(unknown) is ActDeclineCode.UNKNOWN_LETTER


def test_a_mailing_corrects_the_clock_that_the_letter_met_after_another_has_begun():
    issued = letter()
    told_of = after(opened(), APPROVED, issued)
    due = clock(told_of).due_at
    changed = submitted(
        request(amends=str(UUID(int=5)), lines=[{"sequence": 1, "segment": "T1"}, {"sequence": 2}]),
        at=RECEIVED_AT + DAY,
    )
    state = case_of(when(told_of, changed))
    assert [one.running for one in state.clocks] == [False, True]
    outcome = mailed(state, issued, due + HOUR)
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.started_at, corrected.breached) == (RECEIVED_AT, True)
    assert outcome.timers == ()


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("oral_notice", {"addressee": "member", "notified_at": DAY, "adverse": False}),
        ("mailed", {"letter_id": letter().letter_id, "mailed_at": DAY}),
        ("expedite", {"asked_by": "physician", "asked_at": DAY}),
        ("information_received", {"received_at": DAY}),
        ("correct_receipt", {"received_at": DAY, "words": WORDS}),
    ],
)
def test_nothing_is_put_on_record_before_it_happened(act: str, fields: dict[str, Any]):
    at = RECEIVED_AT + HOUR
    told_of = {name: at + one if one is DAY else one for name, one in fields.items()}
    outcome = acted(after(opened(), APPROVED, letter()), act, at=at, **told_of)
    assert declined(outcome) is ActDeclineCode.IN_THE_FUTURE


def test_an_earlier_receipt_moves_every_clock_that_runs_from_it():
    state = opened()
    earlier = RECEIVED_AT - 2 * DAY
    outcome = acted(state, "correct_receipt", received_at=earlier, words=WORDS)
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.started_at, corrected.due_at, corrected.breached) == (
        earlier,
        clock(state).due_at - 2 * DAY,
        False,
    )
    assert outcome.timers == (Timer("clock", corrected.due_at),)


def test_an_earlier_receipt_makes_what_was_told_in_time_late():
    due = clock(opened()).due_at
    state = after(opened(), APPROVED, letter(at=due))
    outcome = acted(
        state, "correct_receipt", at=due + DAY, received_at=RECEIVED_AT - DAY, words=WORDS
    )
    (corrected,) = events(outcome, ClockCorrected)
    assert (corrected.breached, clock(case_of(outcome)).in_time) == (True, False)


@pytest.mark.parametrize("by", [timedelta(), HOUR / 2, -400 * DAY])
def test_a_receipt_is_never_put_later_nor_years_back(by: timedelta):
    outcome = acted(opened(), "correct_receipt", received_at=RECEIVED_AT + by, words=WORDS)
    assert declined(outcome) is ActDeclineCode.NOT_EARLIER


def test_a_receipt_under_a_former_longer_rule_makes_nothing_due_later():
    state = opened()
    outcome = acted(state, "correct_receipt", received_at=RECEIVED_AT - 60 * DAY, words=WORDS)
    assert clock(case_of(outcome)).due_at <= clock(state).due_at


def test_what_was_taken_is_on_record_word_for_word():
    (recorded,) = events(acted(opened(), "extend", **EXTEND), ClockActRecorded)
    assert (recorded.by, recorded.role, recorded.act.act) == (
        "coordinator-1",
        "intake_coordinator",
        "extend",
    )
