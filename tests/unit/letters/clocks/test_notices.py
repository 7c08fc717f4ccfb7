"""Which letters follow from what becomes of a clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.letters.decide import decide
from services.letters.model import ClockNotice, LetterSpec, LettersState
from shared.errors import Impossible
from shared.events.adverse import ADVERSE
from shared.events.clocks.acts import ClockActRecorded, CorrectReceipt
from shared.events.clocks.duties import ClockKind, OnExpiry
from shared.events.letters import ABOUT_CLOCKS, Audience, LetterIssued, LetterKind
from shared.lanes.outcome import Outcome
from tests.unit.letters.clocks.matters import KINDS
from tests.unit.letters.examples import (
    DUE,
    NOW,
    REVIEWER,
    STANDARD_DUE,
    clock_started,
    corrected,
    determined,
    expedite_refused,
    expired,
    extended,
    line,
    paper,
    received,
    request_received,
    reviewed,
    spoken,
    standard_clock,
    told,
)

BOTH = [Audience.MEMBER, Audience.PROVIDER]
STARTED = (request_received(), clock_started())
REFUSED = (*STARTED, reviewed(1), reviewed(2), determined(LetterKind.REFUSAL))
DAY = timedelta(days=1)
MISSED = expired(OnExpiry.ADVERSE_APPEALABLE)


def follows(*events: Any) -> Outcome[LettersState]:
    """What follows from the last of the events."""
    outcome: Outcome[LettersState] = Outcome(None)
    for number, event in enumerate(events):
        outcome = decide(paper(), outcome.state, received(event, cause=str(number)), NOW)
    return outcome


def issued(outcome: Outcome[LettersState]) -> list[LetterIssued]:
    return [emit.data for emit in outcome.events if isinstance(emit.data, LetterIssued)]


def notice(outcome: Outcome[LettersState]) -> ClockNotice:
    found = LetterSpec.model_validate_json(outcome.tasks[0].payload["content"]).matter
    assert isinstance(found, ClockNotice)
    return found


def kinds(*events: Any) -> list[LetterKind]:
    return [one.kind for one in issued(follows(*events))]


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_about_a_clock_determines_or_refuses_anything(kind: LetterKind):
    for letter in issued(told(kind)):
        assert letter.determination == "A4"
        assert ADVERSE.isdisjoint(letter.codes)
        assert (letter.basis, letter.reviewers) == (None, ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_that_comes_again_brings_nothing_new(kind: LetterKind):
    first = told(kind)
    assert first.state is not None
    event = {
        LetterKind.EXTENSION: extended(),
        LetterKind.INFORMATION_MISSING: extended(tolled=True),
        LetterKind.EXPEDITE_REFUSED: standard_clock(),
        LetterKind.DEEMED_ADVERSE: MISSED,
        LetterKind.APPROVED_BY_LAW: expired(OnExpiry.APPROVED_BY_LAW),
        LetterKind.APPEALS_EXHAUSTED: expired(OnExpiry.EXHAUSTED),
        LetterKind.ORAL_FOLLOW_UP: spoken(),
        LetterKind.EXPIRY_CORRECTED: corrected(),
    }[kind]

    again = decide(paper(), first.state, received(event), NOW)

    assert (again.events, again.tasks, again.rows) == ((), (), ())
    assert again.state == first.state


@pytest.mark.parametrize(
    "event",
    [
        extended(words=None),
        extended(kind=ClockKind.INFORMATION_REQUEST),
        expired(OnExpiry.NONE),
        corrected(),
        clock_started(),
    ],
    ids=["tightened", "another duty", "nothing follows", "nothing to correct", "started"],
)
def test_where_nobody_needs_to_know_there_is_no_letter(event: Any):
    assert issued(follows(*STARTED, event)) == []


def test_a_tightened_clock_moves_the_due_time_without_a_letter():
    later = follows(*STARTED, extended(words=None))
    assert later.state is not None
    assert later.state.due_at == extended().due_at


def test_a_notice_on_a_request_that_is_not_known_waits_for_a_person():
    with pytest.raises(Impossible) as raised:
        follows(MISSED)
    assert raised.value.code == "request_unknown"


def test_a_missed_deadline_is_told_of_the_lines_that_nobody_has_decided():
    part = determined(LetterKind.PARTIAL)

    told_of = notice(follows(*STARTED, part, MISSED)).lines

    assert [one.sequence for one in told_of] == [2]
    assert [one.sequence for one in notice(follows(*STARTED, MISSED)).lines] == [1, 2]


@pytest.mark.parametrize("events", [(*STARTED, determined()), REFUSED], ids=["granted", "refused"])
def test_of_lines_that_are_decided_their_own_notice_tells(events: tuple[Any, ...]):
    assert kinds(*events, MISSED) == []


def test_a_missed_deadline_leaves_the_case_as_open_as_it_was():
    before, after = follows(*STARTED).state, follows(*STARTED, MISSED).state
    assert before is not None
    assert after is not None
    assert (after.standing, after.noticed, after.grounds) == (before.standing, (), ())
    assert kinds(*STARTED, MISSED, determined()) == [LetterKind.APPROVAL] * 2


def test_a_line_is_named_as_the_policies_name_it():
    pended = determined(LetterKind.PENDED, lines=(line(1, "A4", services=("cpap",)), line(2, "A4")))
    lines = notice(follows(*STARTED, pended, extended())).lines
    assert [one.services for one in lines] == [
        ("cpap",),
        ("spinal_decompression", "spinal_fusion"),
    ]


def test_the_day_to_send_facts_by_is_the_one_until_which_time_stands_still():
    assert notice(follows(*STARTED, extended(tolled=True))).send_by is None
    assert notice(follows(*STARTED, extended())).send_by is None
    until = extended(tolled=True).model_copy(update={"until": date(2026, 4, 2)})
    assert notice(follows(*STARTED, until)).send_by == date(2026, 4, 2)


def test_a_request_that_is_not_expedited_is_told_with_the_day_of_the_standard_clock():
    refused = (*STARTED, expedite_refused())
    assert kinds(*refused) == []
    assert notice(follows(*refused, standard_clock())).due_at == STANDARD_DUE
    assert kinds(*refused, standard_clock(), clock_started()) == []


def test_a_notice_is_named_by_the_event_that_it_tells_of():
    event = received(expedite_refused(), cause="2")
    state = follows(*STARTED).state
    state = decide(paper(), state, event, NOW).state
    first = decide(paper(), state, received(standard_clock(), cause="3"), NOW)
    again = decide(paper(), first.state, event, NOW)

    assert {one.notice_id for one in issued(first)} == {event.id}
    assert again.state == first.state


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-60, []), (0, []), (1, [LetterKind.ORAL_FOLLOW_UP] * 2)],
    ids=["told before the writing", "told with it", "told after it"],
)
def test_one_writing_is_enough_where_it_came_at_or_after_the_telling(
    minutes: int, expected: list[LetterKind]
):
    spoke = spoken(notified_at=NOW + timedelta(minutes=minutes))
    assert kinds(*STARTED, determined(), spoke) == expected


def test_a_notice_that_something_is_pended_is_not_the_writing_of_a_decision():
    assert (
        kinds(*STARTED, determined(LetterKind.PENDED), spoken()) == [LetterKind.ORAL_FOLLOW_UP] * 2
    )


def test_what_repeats_a_refusal_names_the_clinicians_who_refused():
    found = follows(*REFUSED, spoken(notified_at=NOW + timedelta(hours=1)))

    assert [one.determination for one in issued(found)] == ["A3", "A3"]
    assert [one.reviewers for one in issued(found)] == [(REVIEWER,), (REVIEWER,)]
    assert notice(found).earlier_at == NOW
    assert [row.values["basis"] for row in found.rows] == ["clinician"] * 2


def test_what_only_a_provider_was_told_is_confirmed_to_the_provider():
    letters = issued(follows(*STARTED, spoken(addressee="provider")))
    assert [one.audience for one in letters] == [Audience.PROVIDER]
    letters = issued(follows(*STARTED, spoken(addressee="representative")))
    assert [one.audience for one in letters] == BOTH


@pytest.mark.parametrize("law", [OnExpiry.ADVERSE_APPEALABLE, OnExpiry.EXHAUSTED])
def test_a_letter_on_a_deadline_that_was_met_after_all_is_corrected_once(law: OnExpiry):
    missed = (*STARTED, expired(law))
    assert kinds(*missed, corrected()) == [LetterKind.EXPIRY_CORRECTED] * 2
    assert kinds(*missed, corrected(), corrected(reason="again")) == []
    assert kinds(*missed, corrected(breached=True)) == []
    assert kinds(*missed, corrected(), MISSED) == [LetterKind.DEEMED_ADVERSE] * 2


ANOTHER = clock_started().model_copy(update={"started_at": DUE + DAY, "due_at": DUE + 4 * DAY})


@pytest.mark.parametrize(
    "event",
    [
        corrected(rule="another"),
        corrected(started_at=DUE + DAY, due_at=DUE + 4 * DAY, stopped_at=DUE + 2 * DAY),
        corrected(stopped_at=None, reason="information_received"),
        corrected(stopped_at=DUE + DAY),
        corrected(kind=ClockKind.WRITTEN_NOTICE),
    ],
    ids=["another rule", "another clock", "still running", "met too late", "another duty"],
)
def test_a_letter_on_a_missed_deadline_stands_when_something_else_is_corrected(event: Any):
    assert kinds(*STARTED, MISSED, ANOTHER, event) == []
    assert kinds(*STARTED, MISSED, ANOTHER, event, corrected()) == [LetterKind.EXPIRY_CORRECTED] * 2


def test_a_deadline_that_comes_later_than_was_told_was_not_missed():
    later = corrected(stopped_at=None, due_at=DUE + DAY)
    assert kinds(*STARTED, MISSED, later) == [LetterKind.EXPIRY_CORRECTED] * 2


def test_a_clock_is_known_again_when_it_is_counted_from_an_earlier_receipt():
    earlier = NOW - DAY
    receipt = ClockActRecorded(
        idempotency_key="k-3",
        by="nurse-1",
        role="nurse",
        act=CorrectReceipt(act="correct_receipt", received_at=earlier, words="It came by fax."),
    )
    missed = (*STARTED, MISSED, receipt, corrected(started_at=earlier, breached=True))

    assert kinds(*missed, corrected(started_at=NOW)) == []
    assert kinds(*missed, corrected(started_at=earlier)) == [LetterKind.EXPIRY_CORRECTED] * 2


def test_what_counts_as_approved_by_law_is_not_taken_back_by_a_letter():
    assert kinds(*STARTED, expired(OnExpiry.APPROVED_BY_LAW), corrected()) == []


def test_kinds_about_clocks_are_those_that_no_determination_calls_for():
    assert set(KINDS) == ABOUT_CLOCKS
    assert {kind for kind in LetterKind.known() if kind not in ABOUT_CLOCKS} == {
        LetterKind.APPROVAL,
        LetterKind.PARTIAL,
        LetterKind.PENDED,
        LetterKind.REFUSAL,
        LetterKind.WITHDRAWAL,
    }
