"""No sentence of a letter about a clock is false of it, whatever the plan and whoever was told."""

from __future__ import annotations

import pytest

from services.letters.reference import catalogues
from shared.events.letters import Audience, LetterKind
from tests.unit.letters.clocks.conditions import CLOCKS, SHARED
from tests.unit.letters.clocks.matters import KINDS, matters, readers, worded
from tests.unit.letters.test_truth import sentences

TRUE = {**CLOCKS, **SHARED}


@pytest.mark.parametrize("language", sorted(catalogues()))
@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_is_false_of_the_clock(kind: LetterKind, language: str):
    for notice in [one for one in matters() if one.kind is kind]:
        for audience in readers(notice):
            _, used = worded(notice, audience, language)
            assert [key for key in sentences(used) if not TRUE[key](notice)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_true_of_a_clock_is_told_to_whom_it_concerns(kind: LetterKind):
    other = {Audience.MEMBER: ".provider.", Audience.PROVIDER: ".member."}
    for notice in [one for one in matters() if one.kind is kind]:
        for audience in readers(notice):
            _, used = worded(notice, audience)
            true = {key for key, truth in CLOCKS.items() if truth(notice)}
            assert {key for key in true - used if other[audience] not in key} == set()
