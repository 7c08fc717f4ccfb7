"""A clinician asks for information: the line stays pended and on the list, the question stands
among those that are open, and nobody is asked by whom the desk has not signed.
"""

from __future__ import annotations

from typing import Any

import pytest

from services.criteria.decide import decide
from services.criteria.decide.asks import MOST_ASKED
from services.criteria.decide.attestation import signed
from services.criteria.decide.failed import unevaluated
from services.criteria.handlers import read_review
from services.criteria.model import CriteriaState
from shared.errors import Malformed
from shared.events.criteria import (
    CaseDetermined,
    Determination,
    InformationRequested,
    LineDetermined,
)
from shared.events.evaluation import AskedOf, Question
from shared.events.reviews import InformationAskedFor, ReviewSubmitted
from shared.lanes.outcome import Outcome
from tests import desk
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received
from tests.unit.criteria.test_reviews import declines, digest_of, pended, review

WHAT = "Was the bladder scanned after voiding?"


def asked(case: CriteriaState, **changes: Any) -> InformationAskedFor:
    """A question about the second line as the desk signs it."""
    values = {
        "case_id": CASE,
        "idempotency_key": "ask-1",
        "evaluation_id": case.evaluation_id,
        "sequence": 2,
        "content_digest": digest_of(case, 2),
        "by": {"id": "rn-1", "name": "Blake Example RN", "role": "nurse"},
        "what": WHAT,
        "asked_of": "provider",
        "until": "2025-11-18",
        "asked_at": "2025-11-15T12:00:00Z",
        "registry_sha256": "0" * 64,
    }
    return signed(desk.KEY, InformationAskedFor.model_validate({**values, **changes}))


def taken(
    case: CriteriaState | None, ask: InformationAskedFor, n: int = 2
) -> Outcome[CriteriaState]:
    return decide(REFERENCE, case, received(ask, n), AT)


def after(outcome: Outcome[CriteriaState]) -> CriteriaState:
    assert outcome.state is not None
    return outcome.state


def whole(outcome: Outcome[Any]) -> CaseDetermined:
    (found,) = [one.data for one in outcome.events if isinstance(one.data, CaseDetermined)]
    return found


def of_clinicians(questions: tuple[Question, ...]) -> list[str]:
    return [one.text for one in questions if one.asked]


def test_the_question_is_told_with_those_of_the_engine_and_nothing_else_changes():
    before = pended()
    opened = whole(decide(REFERENCE, None, received(accepted(example("without_bladder_sign"))), AT))
    outcome = taken(before, asked(before))

    assert [type(one.data).__name__ for one in outcome.events] == [
        "InformationRequested",
        "CaseDetermined",
    ]
    requested = outcome.events[0].data
    assert isinstance(requested, InformationRequested)
    (question,) = requested.questions
    assert (question.text, question.lines) == (WHAT, (2,))
    assert question.asked is not None
    assert (question.asked.name, question.asked.of) == ("Blake Example RN", AskedOf.PROVIDER)
    told = whole(outcome)
    assert told.questions == (*opened.questions, question)
    assert (told.determination, told.lines) == (opened.determination, opened.lines)
    # The line is as it was, on the list and by when; the clock is as it was.
    kept = after(outcome).model_copy(update={"asked": (), "reviews": ()})
    assert kept == before
    (row,) = outcome.rows
    assert (row.table, row.values["outcome"], row.values["reviewer_id"]) == (
        "review",
        "recorded",
        "rn-1",
    )
    assert outcome.timers == ()


def test_the_same_command_again_asks_nobody_again():
    first = taken(pended(), asked(pended()))
    again = taken(first.state, asked(pended()), 3)

    assert (again.state, again.events, again.rows) == (first.state, (), ())


def test_a_question_stays_open_over_later_versions_until_its_line_is_decided():
    case = after(taken(pended(), asked(pended())))
    later = accepted(example("without_bladder_sign"), version=2)
    evaluated = decide(REFERENCE, case, received(later, 3), AT)
    assert of_clinicians(whole(evaluated).questions) == [WHAT]
    # What the engine asks it asks anew; the clinician's question was asked before.
    (requested,) = [
        one.data for one in evaluated.events if isinstance(one.data, InformationRequested)
    ]
    assert of_clinicians(requested.questions) == []

    case = after(evaluated)
    decided = decide(REFERENCE, case, received(_approval(case, 2), 5), AT)
    assert whole(decided).questions == ()


def test_deciding_another_line_takes_no_question_back():
    case = after(taken(pended(), asked(pended())))
    two = tuple(
        one.model_copy(
            update={
                "summary": one.summary.model_copy(
                    update={"determination": Determination.PENDED, "authorization": None}
                )
            }
        )
        for one in case.lines
    )
    case = case.model_copy(update={"lines": two})

    assert of_clinicians(
        whole(decide(REFERENCE, case, received(_approval(case, 1), 3), AT)).questions
    ) == [WHAT]


def test_a_version_that_cannot_be_evaluated_keeps_the_question(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise ValueError

    case = after(taken(pended(), asked(pended())))
    monkeypatch.setattr(unevaluated, "evaluated", broken)
    failed = after(
        decide(
            REFERENCE, case, received(accepted(example("without_bladder_sign"), version=2), 3), AT
        )
    )

    assert failed.failure is not None
    assert failed.asked == case.asked
    # Of the version before nobody knows whether what it lacked is still what is lacking.
    more = asked(failed, idempotency_key="ask-2", what="And before that?")
    assert of_clinicians(whole(taken(failed, more, 4)).questions) == [WHAT, "And before that?"]
    assert all(one.asked for one in whole(taken(failed, more, 4)).questions)


def _approval(case: CriteriaState, sequence: int) -> ReviewSubmitted:
    return review(
        case,
        sequence=sequence,
        content_digest=digest_of(case, sequence),
        determination=Determination.APPROVED,
        basis=None,
        idempotency_key=f"yes-{sequence}",
    )


def _decided() -> CriteriaState:
    return after(decide(REFERENCE, pended(), received(review(pended()), 2), AT))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sequence": 9}, "unknown_line"),
        ({"content_digest": f"1:{'0' * 64}"}, "stale_content"),
    ],
)
def test_what_cannot_be_asked_is_answered_and_changes_nothing(changes: dict[str, Any], code: str):
    outcome = taken(pended(), asked(pended(), **changes))

    assert declines(outcome) == [code]
    assert outcome.state == pended()
    assert outcome.rows[0].values["outcome"] == code


def test_nobody_is_asked_about_a_line_that_is_decided_or_of_no_case():
    case = _decided()

    assert declines(taken(case, asked(case), 3)) == ["already_determined"]
    assert declines(taken(None, asked(pended()))) == ["unknown_case"]


def test_an_emergency_that_nothing_holds_is_not_asked_about():
    case = pended()
    line = case.line(2)
    assert line is not None
    noted = line.model_copy(
        update={
            "summary": line.summary.model_copy(update={"determination": Determination.NO_ACTION})
        }
    )
    lines = tuple(noted if one is line else one for one in case.lines)

    assert declines(taken(case.model_copy(update={"lines": lines}), asked(case))) == ["not_pended"]


def test_a_letter_is_not_filled_with_questions_without_end():
    case = pended()
    for n in range(MOST_ASKED):
        case = after(taken(case, asked(case, idempotency_key=f"ask-{n}"), n + 2))

    assert len(case.asked) == MOST_ASKED
    assert declines(taken(case, asked(case, idempotency_key="one-more"), 99)) == [
        "too_many_questions"
    ]


SIGNED = asked(pended())
OF_A_REVIEW = signed(desk.KEY, review(pended())).attestation
FORGED = {
    "none": (None, "not_attested"),
    "garbage": ("a.b.c", "wrong_signature"),
    "of another question": (
        asked(pended(), what="Send the member's bank card.").attestation,
        "attestation_differs",
    ),
    "of a review": (OF_A_REVIEW, "wrong_signature"),
}


@pytest.mark.parametrize("how", FORGED)
def test_whoever_writes_past_the_desk_has_no_words_in_a_letter(how: str):
    attestation, code = FORGED[how]
    outcome = taken(pended(), SIGNED.model_copy(update={"attestation": attestation}))

    assert declines(outcome) == [code]
    assert outcome.state == pended()


def test_a_question_is_no_decision_whatever_it_is_called():
    raw = SIGNED.published()

    assert read_review(InformationAskedFor.TYPE, {}, raw) == SIGNED
    for wrong in ("", ReviewSubmitted.TYPE):
        with pytest.raises(Malformed):
            read_review(wrong, {}, raw)
    outcome = taken(pended(), SIGNED)
    assert not [one for one in outcome.events if isinstance(one.data, LineDetermined)]
