"""Missing and loss sets, against an oracle that tries every set of up to twelve facts."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from services.criteria.authoring.coverage.decisive_facts import LineCase, losses, missing
from services.criteria.engine.edition import edition as editions
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language import vocabulary
from shared.events.request import AuthorizationRequest, Fact, Member, ServiceLine
from tests.unit.criteria.given import AT, HEAD, example

FACTS = tuple(f"f{at}" for at in range(12))
WORDS = "vocabulary: toy\nversion: 1\npaths:\n" + "".join(
    f"  {name}: {{type: boolean, ask: Is it {name}}}\n" for name in FACTS
)


def edition(criteria: str, guard: str | None) -> Edition:
    words = vocabulary.load(WORDS, "toy")
    guards = f"guards: [{{id: g, when: {guard}, then: pend, text: t}}]\n" if guard else ""
    return editions.load(f"{HEAD}{guards}criteria: {criteria}\n", "toy", {words.name: words}, {})


def tree(draw: random.Random, depth: int) -> str:
    """A random tree over the twelve facts."""
    if depth == 0 or draw.random() < 0.25:
        return f"{{fact: {draw.choice(FACTS)}, is: {draw.choice(['true', 'false'])}}}"
    members = [tree(draw, depth - 1) for _ in range(draw.randint(1, 3))]
    kind = draw.choice(["all", "any", "none", "of"])
    start = f"at_least: {draw.randint(1, len(members))}, of" if kind == "of" else kind
    return f"{{{start}: [{', '.join(members)}]}}"


def request(known: dict[str, bool]) -> AuthorizationRequest:
    facts = tuple(Fact(path=path, value=value) for path, value in known.items())
    return AuthorizationRequest(
        member=Member(id="m"), lines=(ServiceLine(sequence=1, services=("toy",)),), facts=facts
    )


def outcome(made: Edition, known: dict[str, bool]) -> str:
    case = LineCase(made, request(known), AT, 1)
    return case.outcome(case.request)


def minimal(sets: list[frozenset[str]]) -> set[frozenset[str]]:
    return {one for one in sets if not any(other < one for other in sets)}


def brute_missing(made: Edition, known: dict[str, bool]) -> set[frozenset[str]]:
    unknown = [name for name in FACTS if name not in known]
    found = []
    for size in range(1, 5):
        for chosen in itertools.combinations(unknown, size):
            worlds = (
                dict(zip(chosen, values, strict=True))
                for values in itertools.product((True, False), repeat=size)
            )
            if any(outcome(made, {**known, **world}) == "approve" for world in worlds):
                found.append(frozenset(chosen))
    return minimal(found)


def brute_losses(made: Edition, known: dict[str, bool]) -> set[frozenset[str]]:
    sets = [
        frozenset(chosen)
        for size in range(1, 5)
        for chosen in itertools.combinations(sorted(known), size)
    ]
    return minimal(
        [
            one
            for one in sets
            if outcome(made, {name: value for name, value in known.items() if name not in one})
            != "approve"
        ]
    )


def paths(sets: tuple[Any, ...]) -> set[frozenset[str]]:
    return {frozenset(path for path, _ in one) for one in sets}


@pytest.mark.parametrize("seed", range(40))
def test_missing_and_loss_sets_are_those_that_trying_everything_finds(seed: int):
    draw = random.Random(seed)  # noqa: S311 - cases, not secrets
    made = edition(tree(draw, 3), tree(draw, 2) if seed % 2 else None)
    known = {name: draw.random() < 0.5 for name in FACTS if draw.random() < 0.4}
    if outcome(made, known) == "approve":
        of_criteria, of_guards = losses(LineCase(made, request(known), AT, 1))
        assert of_criteria.complete
        assert of_guards.complete
        assert minimal([*paths(of_criteria.sets), *paths(of_guards.sets)]) == brute_losses(
            made, known
        )
    else:
        found = missing(LineCase(made, request(known), AT, 1))
        assert found.complete
        assert paths(found.sets) == brute_missing(made, known)


@pytest.mark.parametrize("seed", range(20))
def test_loss_sets_of_approved_lines_are_those_that_trying_everything_finds(seed: int):
    draw = random.Random(1_000 + seed)  # noqa: S311 - as above
    while True:
        made, known = edition(tree(draw, 3), None), {name: draw.random() < 0.5 for name in FACTS}
        if outcome(made, known) == "approve":
            break
    of_criteria, _ = losses(LineCase(made, request(known), AT, 1))
    assert paths(of_criteria.sets) == brute_losses(made, known)


SPINE = packaged().find("spine.metastatic.decompression-fusion", "1.1.0")


def test_the_bladder_is_what_the_lower_line_misses():
    assert SPINE is not None
    found = missing(LineCase(SPINE, example("without_bladder_sign"), AT, 2))
    assert (found.sets, found.complete) == ((((("exam.bladder_dysfunction"), ""),),), True)


def test_an_item_that_the_list_does_not_hold_yet_can_be_missing():
    assert SPINE is not None
    assert missing(LineCase(SPINE, example("without_t6_lesion"), AT, 1)).sets == (
        (("lesions", "list"),),
    )


def test_no_document_changes_what_is_known_to_fail():
    assert SPINE is not None
    whole = example("without_bladder_sign")
    failed = whole.model_copy(
        update={"facts": (*whole.facts, Fact(path="exam.bladder_dysfunction", value=False))}
    )
    assert missing(LineCase(SPINE, failed, AT, 2)).sets == ()


def test_the_upper_line_rests_on_three_facts_of_its_lesion_and_the_sensory_level():
    assert SPINE is not None
    of_criteria, _ = losses(LineCase(SPINE, example("reference_case"), AT, 1))
    assert {frozenset(one) for one in of_criteria.sets} >= {
        frozenset({("exam.sensory_level", "")}),
        frozenset({("lesion.canal_stenosis", "T6")}),
    }
