"""What letters remember: open questions until they are answered, and refusals that were told."""

from __future__ import annotations

from typing import Any

import pytest

from services.letters.content.compose import compose
from services.letters.decide import decide
from services.letters.model import LetterSpec, LettersState
from services.letters.reference import catalogues, plan
from services.letters.render.text import plain
from services.letters.rendering import stationery
from shared.events.criteria import CaseDetermined
from shared.events.evaluation import Doubt, Figure, OtherWay, Question, Statement
from shared.events.intake import RequestAmended
from shared.events.letters import Audience, LetterIssued, LetterKind
from shared.ids import derive
from shared.lanes.outcome import Outcome
from tests.unit.letters.examples import (
    CASE,
    NOW,
    determined,
    line,
    received,
    request_received,
    reviewed,
)


class Case:
    """A case whose events come one after another."""

    def __init__(self) -> None:
        self.state: LettersState | None = None
        self.count = 0
        self.take(request_received())

    def take(self, event: Any) -> Outcome[LettersState]:
        self.count += 1
        outcome = decide(stationery(), self.state, received(event, cause=str(self.count)), NOW)
        self.state = outcome.state
        return outcome


def kinds(outcome: Outcome[LettersState]) -> list[LetterKind]:
    return [emit.data.kind for emit in outcome.events if isinstance(emit.data, LetterIssued)]


def texts(outcome: Outcome[LettersState]) -> dict[Audience, str]:
    found = [LetterSpec.model_validate_json(task.payload["content"]) for task in outcome.tasks]
    return {
        one.audience: plain(compose(one, catalogues()[one.language], plan())).decode()
        for one in found
    }


def amended() -> RequestAmended:
    """A second version of the request."""
    first = request_received()
    return RequestAmended(
        submission_id=derive(CASE, "amendment"),
        version=2,
        sender=first.sender,
        reference=first.reference,
        channel=first.channel,
        received_at=first.received_at,
        content_sha256=first.content_sha256,
        request=first.request,
    )


def question(name: str, *lines: int) -> Question:
    return Question(id=name, text=f"Where is the {name}?", lines=lines)


def lines(*codes: str, **changes: Any) -> CaseDetermined:
    """A determination of lines with these codes."""
    given = {"questions": (), **changes}
    return determined(lines=tuple(line(n, code) for n, code in enumerate(codes, 1)), **given)


def test_a_review_of_one_line_leaves_the_questions_on_the_others_open():
    case = Case()
    asked = (question("scan", 1, 2), question("note", 1), question("signature"))
    case.take(lines("A4", "A4", questions=asked))
    case.take(reviewed(1))

    text = texts(case.take(lines("A3", "A4")))[Audience.PROVIDER]

    assert "Where is the scan? (Lines: 2)" in text
    assert "Where is the signature?" in text
    assert "note" not in text.partition("What to send")[2].partition("Line by line")[0]


def test_the_provider_reads_what_would_settle_a_line_as_well():
    other = OtherWay(line=1, instead_of=("scan",), questions=(question("film"), question("report")))
    told = Case().take(lines("A4", questions=(question("scan", 1),), other_ways=(other,)))

    text = " ".join(texts(told)[Audience.PROVIDER].split())

    assert "Or send other answers in place of some of these:" in text
    assert "Instead of 1: Where is the film? Where is the report? (Lines: 1)" in text


def test_the_provider_reads_what_was_computed_and_what_is_doubted():
    statement = Statement(
        text="The levels fit.",
        lines=(1,),
        figures=(
            Figure(label="Levels above", low=2, high=2),
            Figure(label="SINS", low=9, high=13, unit="points"),
        ),
        doubts=(Doubt.UNDATED,),
    )
    told = Case().take(lines("A1", statements=(statement,)))

    text = " ".join(texts(told)[Audience.PROVIDER].split())

    assert "The levels fit. (Lines: 1) (computed: Levels above: 2; SINS: 9-13 points)" in text
    assert "Some of these facts have no date." in text
    assert "no document is named" not in text


def test_a_question_is_gone_when_a_new_evaluation_asks_it_no_more():
    case = Case()
    case.take(lines("A4", "A4", questions=(question("scan", 1, 2),)))

    told = texts(
        case.take(lines("A4", "A4", evaluation_id=derive(CASE, "second"), request_version=2))
    )

    assert "scan" not in told[Audience.PROVIDER]
    assert "You do not need to send anything now." in told[Audience.MEMBER]


def test_a_case_that_is_decided_has_no_questions():
    case = Case()
    case.take(lines("A4", questions=(question("scan", 1),)))
    case.take(reviewed(1))
    case.take(lines("A3"))

    assert case.state is not None
    assert case.state.questions == ()


def test_the_same_refusals_are_noticed_once():
    case = Case()
    case.take(reviewed(1))
    case.take(reviewed(2))

    first = case.take(lines("A3", "A3", determination="A3"))
    again = case.take(lines("A3", "A3", determination="A3"))
    amended = case.take(
        lines("A3", "A3", determination="A3", evaluation_id=derive(CASE, "2"), request_version=2)
    )

    assert kinds(first) == [LetterKind.REFUSAL, LetterKind.REFUSAL]
    assert (again.events, again.tasks, again.rows) == ((), (), ())
    assert (amended.events, amended.tasks, amended.rows) == ((), (), ())


def test_an_amendment_that_changes_neither_content_nor_questions_brings_no_letter():
    case = Case()
    case.take(reviewed(1))
    case.take(lines("A3", "A1", determination="A2"))
    case.take(amended())
    told = case.take(lines("A3", "A1", determination="A2", request_version=2))
    assert (told.events, told.tasks) == ((), ())


def test_a_refusal_that_returns_with_its_content_is_answered_to_the_provider_alone():
    case = Case()
    first, second = f"1:{'1' * 64}", f"1:{'2' * 64}"
    case.take(reviewed(1).model_copy(update={"digest": first}))
    refused = line(1, "A3", digest=first)
    case.take(determined(lines=(refused,), determination="A3", questions=()))
    case.take(amended())
    pended = line(1, "A4", digest=second, reason="changed_after_determination")
    case.take(determined(lines=(pended,), determination="A4", questions=(), request_version=2))
    case.take(amended().model_copy(update={"version": 3}))
    second = determined(lines=(refused,), determination="A3", questions=(), request_version=3)

    told = case.take(second)
    again = case.take(second)

    (text,) = texts(told).values()
    assert list(texts(told)) == [Audience.PROVIDER]
    assert "This was in our letter of January 5, 2026." in text
    assert "How to appeal" not in text
    assert again.events == ()


def test_a_review_that_is_recorded_again_is_no_new_decision():
    case = Case()
    case.take(reviewed(1))
    case.take(lines("A3", determination="A3"))
    case.take(reviewed(1))

    assert kinds(case.take(lines("A3", determination="A3"))) == []


def test_a_line_refused_anew_on_another_evaluation_is_noticed_again():
    case = Case()
    case.take(reviewed(1))
    case.take(lines("A3", determination="A3"))
    case.take(reviewed(1).model_copy(update={"evaluation_id": derive(CASE, "second")}))

    assert kinds(case.take(lines("A3", determination="A3"))) == [LetterKind.REFUSAL] * 2


def test_a_change_with_another_authorization_number_is_noticed_again():
    case = Case()
    case.take(reviewed(1, "A6"))
    case.take(lines("A6", determination="A6"))
    other = line(1, "A6")
    assert other.authorization is not None
    renumbered = other.model_copy(
        update={"authorization": other.authorization.model_copy(update={"number": "AUTH-9"})}
    )

    told = case.take(determined(determination="A6", lines=(renumbered,)))

    assert kinds(told) == [LetterKind.PARTIAL] * 2
    assert "How to appeal" in texts(told)[Audience.MEMBER]


@pytest.mark.parametrize(("later", "kind"), [("A1", LetterKind.PARTIAL), ("A4", LetterKind.PENDED)])
def test_news_of_another_line_names_the_refusal_without_noticing_it_again(
    later: str, kind: LetterKind
):
    case = Case()
    case.take(reviewed(1))
    case.take(lines("A3", "A4", determination="A4"))

    asked = (question("scan", 2),) if later == "A4" else ()
    told = case.take(lines("A3", later, determination="A2", questions=asked))

    assert kinds(told) == [kind, kind]
    for text in texts(told).values():
        assert "This was in our letter of January 5, 2026." in text
        assert "You can still ask for an appeal of it until July 4, 2026." in text
        assert "How to appeal" not in text


def test_a_second_refusal_is_noticed_and_the_first_is_only_named():
    case = Case()
    case.take(reviewed(1))
    case.take(lines("A3", "A4", determination="A4"))
    case.take(reviewed(2))

    told = case.take(lines("A3", "A3", determination="A3"))

    assert kinds(told) == [LetterKind.REFUSAL] * 2
    member = texts(told)[Audience.MEMBER]
    assert member.count("Our decision: Not approved.") == 1
    assert member.count("This was in our letter of") == 1


def test_a_refusal_among_pended_lines_is_a_refusal_and_never_called_no_no():
    case = Case()
    case.take(reviewed(1))

    told = case.take(lines("A3", "A4", determination="A4"))

    assert kinds(told) == [LetterKind.REFUSAL] * 2
    assert "This is not a no." not in texts(told)[Audience.MEMBER]
    assert "Nothing is refused." not in texts(told)[Audience.PROVIDER]


def test_a_state_of_an_earlier_release_is_read():
    before = {"request": None, "due_at": None, "grounds": [], "letters": []}

    assert LettersState.model_validate(before) == LettersState()


def test_what_was_approved_for_a_former_content_is_told_to_both():
    case = Case()
    granted = line(1, "A1")
    case.take(determined(lines=(granted,), determination="A1", questions=()))
    pended = line(1, "A4", reason="changed_after_determination", former=(granted.authorization,))
    told = texts(case.take(determined(lines=(pended,), determination="A4", request_version=2)))
    for audience in Audience.known():
        assert granted.authorization.number in told[audience], audience
        assert "stays valid for what it was given for" in told[audience], audience


def test_a_refused_content_keeps_its_clinician_when_another_content_was_approved_between():
    case = Case()
    first, second = f"1:{'1' * 64}", f"1:{'2' * 64}"
    case.take(reviewed(1).model_copy(update={"digest": first}))
    case.take(reviewed(1, "A1").model_copy(update={"digest": second}))
    refused = line(1, "A3", digest=first)
    outcome = case.take(determined(lines=(refused,), determination="A3", questions=()))
    assert kinds(outcome) == [LetterKind.REFUSAL, LetterKind.REFUSAL]
