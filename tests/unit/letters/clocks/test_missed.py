"""What a notice on open lines says once their deadline was missed: no day that has gone by, and of
what the law has approved nowhere that it is open.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.letters.content.compose import compose
from services.letters.decide import decide
from services.letters.model import LetterSpec, LettersState
from services.letters.reference import catalogues, plan
from services.letters.render.text import plain
from services.letters.wording import Wording
from shared.events.clocks.duties import OnExpiry
from shared.events.letters import Audience, LetterIssued, LetterKind
from shared.lanes.outcome import Outcome
from tests.unit.letters.clocks.test_reading import index
from tests.unit.letters.examples import (
    DUE,
    NOW,
    clock_started,
    corrected,
    determined,
    expired,
    extended,
    line,
    paper,
    received,
    request_received,
)

LANGUAGES = sorted(catalogues())
STARTED = (request_received(), clock_started())
PENDED = determined(LetterKind.PENDED)
APPROVED = expired(OnExpiry.APPROVED_BY_LAW)
ADVERSE = expired(OnExpiry.ADVERSE_APPEALABLE)
DAY = {
    "en": r"must decide by|determination is due by",
    "es": r"Debemos decidir a más tardar|Vencimiento de la decisión",
}
OPEN = {"en": r"not decided|have not decided|[Pp]ended", "es": r"[Aa]ún|sin decidir|[Pp]endiente"}


def follows(*events: Any, at: datetime = NOW) -> Outcome[LettersState]:
    """What follows from the last of the events, which comes at an instant."""
    outcome: Outcome[LettersState] = Outcome(None)
    for number, event in enumerate(events, 1):
        now = at if number == len(events) else NOW
        outcome = decide(paper(), outcome.state, received(event, cause=str(number)), now)
    return outcome


def wordings(outcome: Outcome[LettersState], language: str = "en") -> dict[Audience, Wording]:
    found = [LetterSpec.model_validate_json(task.payload["content"]) for task in outcome.tasks]
    return {
        one.audience: compose(
            one.model_copy(update={"language": language}), catalogues()[language], plan()
        )
        for one in found
    }


def texts(outcome: Outcome[LettersState], language: str = "en") -> dict[Audience, str]:
    found = wordings(outcome, language)
    assert set(found) == set(Audience.known())
    return {who: " ".join(plain(one).decode().split()) for who, one in found.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("missed", [APPROVED, ADVERSE, expired(OnExpiry.EXHAUSTED)])
def test_a_day_to_decide_by_is_named_until_it_is_missed(missed: Any, language: str):
    for text in texts(follows(*STARTED, PENDED), language).values():
        assert re.search(DAY[language], text)
    for text in texts(follows(*STARTED, missed, PENDED), language).values():
        assert not re.search(DAY[language], text)


def test_a_day_that_has_gone_by_is_not_named_whatever_the_law_makes_of_it():
    for text in texts(follows(*STARTED, PENDED, at=DUE + timedelta(hours=1))).values():
        assert not re.search(DAY["en"], text)


def test_a_new_day_after_the_one_that_was_missed_is_named():
    for text in texts(follows(*STARTED, ADVERSE, extended(), PENDED)).values():
        assert "January 22, 2026" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_law_approved_is_never_told_as_open(language: str):
    before = texts(follows(*STARTED, PENDED), language)
    after = texts(follows(*STARTED, APPROVED, PENDED), language)

    for who in Audience.known():
        assert re.search(OPEN[language], before[who])
        assert not re.search(OPEN[language], after[who])
    words = {
        "en": ("If we ask for more facts, it still counts as approved.", "stays so, whatever is"),
        "es": ("Si pedimos más datos, sigue contando como aprobada.", "lo sigue siendo, se pida"),
    }[language]
    assert words[0] in after[Audience.MEMBER]
    assert words[1] in after[Audience.PROVIDER]


def test_of_lines_that_the_law_did_not_approve_it_says_that_they_are_open():
    pended = determined(LetterKind.PENDED, lines=(line(1, "A4"), line(2, "A4")))
    outcome = follows(*STARTED, expired(OnExpiry.APPROVED_BY_LAW, lines=(1,)), pended)
    told = texts(outcome)
    named = {
        one["heading"]: one["blocks"][0]["items"]
        for one in wordings(outcome)[Audience.MEMBER]["sections"]
        if one["blocks"][0]["kind"] == "items"
    }

    assert ["level L4 to S1" in one for one in named["What counts as approved by law"]] == [True]
    assert ["level T4 to T8" in one for one in named["What we have not decided yet"]] == [True]
    assert "Counts as approved by law (A4, X12 306)" in told[Audience.PROVIDER]
    assert "Pended: not decided yet (A4, X12 306)" in told[Audience.PROVIDER]


def test_what_was_decided_after_all_has_its_own_decision():
    for text in texts(follows(*STARTED, APPROVED, determined())).values():
        assert "by law" not in text


def test_an_expiry_that_is_corrected_is_forgotten():
    for text in texts(follows(*STARTED, ADVERSE, corrected(), PENDED)).values():
        assert re.search(DAY["en"], text)


def test_an_approval_by_law_that_a_letter_has_told_of_is_not_forgotten():
    for text in texts(follows(*STARTED, APPROVED, corrected(), PENDED)).values():
        assert "by law" in text
        assert not re.search(DAY["en"], text)


def test_a_notice_on_what_the_law_approved_is_no_approval_of_a_persons():
    letters = [one.data for one in follows(*STARTED, APPROVED, PENDED).events]
    assert [(one.kind, one.determination) for one in letters if isinstance(one, LetterIssued)] == [
        (LetterKind.PENDED, "A4")
    ] * 2


def test_a_member_reads_what_the_law_approved_without_trouble():
    outcome = follows(*STARTED, APPROVED, PENDED)
    assert index(wordings(outcome)[Audience.MEMBER], "en") <= 6.0
    assert index(wordings(outcome, "es")[Audience.MEMBER], "es") >= 70
