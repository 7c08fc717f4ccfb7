"""A request like one that was refused: its letters say that a person decides what it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from services.letters.content.compose import compose
from services.letters.decide import decide
from services.letters.model import LetterSpec, LettersState
from services.letters.reference import catalogues, plan
from services.letters.render.text import plain
from shared.events.intake import RequestAmended, RequestReceived
from shared.events.letters import LetterKind
from tests.unit.letters.examples import CASE, NOW, determined, paper, received, request_received

LIKE = request_received().model_copy(update={"resembles": UUID(int=4)})
AMENDED = RequestAmended(
    **{**LIKE.model_dump(exclude={"resembles"}), "version": 2, "changed_lines": (1,)}
)
SENTENCES = {
    "member": "A person will decide if this is an appeal.",
    "provider": "A person decides whether this one is an appeal or a new request",
}


def letters(events: tuple[Any, ...], **changes: Any) -> dict[str, str]:
    """The pended letters, by audience, in one line."""
    state: LettersState | None = None
    for event in events:
        state = decide(paper("en"), state, received(event), NOW).state
    whole = determined(LetterKind.PENDED, **changes)
    outcome = decide(paper("en"), state, received(whole, CASE), NOW)
    made = [LetterSpec.model_validate_json(task.payload["content"]) for task in outcome.tasks]
    return {
        letter.audience.value: " ".join(
            plain(compose(letter, catalogues()["en"], plan())).decode().split()
        )
        for letter in made
    }


@pytest.mark.parametrize("events", [(LIKE,), (LIKE, AMENDED)], ids=["first", "amended"])
@pytest.mark.parametrize("changes", [{}, {"questions": ()}], ids=["asked", "not asked"])
def test_both_letters_say_that_a_person_decides_whether_it_is_an_appeal(
    events: tuple[RequestReceived | RequestAmended, ...], changes: dict[str, Any]
):
    found = letters(events, **changes, request_version=len(events))
    assert {audience: SENTENCES[audience] in said for audience, said in found.items()} == {
        "member": True,
        "provider": True,
    }


def test_no_other_letter_speaks_of_it():
    assert not [said for said in letters((request_received(),)).values() if "is an appeal" in said]
