"""The criteria engine on the reference policy and on made-up ones: facts read beforehand, a fresh
context and other facts for every case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from itertools import cycle, islice
from uuid import UUID

from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.neighbours import edited, edits
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.answer.judge import Judged, judge
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition import edition
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.language import vocabulary
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.policy_trees import counted
from services.criteria.engine.language.policy_trees import leaves as leaves_of
from services.criteria.engine.runtime.scope import Result
from shared.events.request import AuthorizationRequest, Fact, Member, ServiceLine

AT = datetime(2025, 11, 15, 12, tzinfo=UTC)
FACTS = 6_400
CASE = UUID("00000000-0000-0000-0000-00000000000a")
REFERENCE = "spine.metastatic.decompression-fusion"
HEAD = """policy: made-up
version: 1.0.0
title: Made up for a measurement
status: active
source_rank: internal
effective: {from: 2020-01-01}
applies_to: {services: [made_up]}
vocabulary: made-up@1
approvals: [{name: One, role: director, on: 2020-01-01}, {name: Two, role: chair, on: 2020-01-01}]
editorial: {state: approved, last_updated: 2020-01-01, board: Board}
next_review: 2030-01-01
"""


def reference() -> Edition:
    """The reference policy."""
    found = packaged().find(REFERENCE, "1.1.0")
    if found is None:
        message = f"{REFERENCE} is not packaged"
        raise LookupError(message)
    return found


def twelve() -> Edition:
    """Twelve leaves of the reference policy as a policy."""
    text = resources.files("benchmarks.criteria").joinpath("twelve.yaml").read_text("utf-8")
    return edition.load(text, "twelve", packaged().vocabularies, {})


def reference_cases(count: int) -> list[AuthorizationRequest]:
    """The reference case, each time with one fact of it changed, two lines each."""
    whole = reference()
    case = next(one for one in golden.of(whole) if one.name == "the reference case")
    request = case.request
    return [
        edited(case, request, (one,)).request for one in islice(cycle(edits(whole, case)), count)
    ]


def read(edition_: Edition, requests: list[AuthorizationRequest]) -> list[PreparedRequest]:
    """The facts of every request, read."""
    return [PreparedRequest(one, AT, edition_) for one in requests]


def judged(prepared: list[PreparedRequest]) -> int:
    """Judges every line of every case, whole evidence tree; how many lines."""
    count = 0
    for case in prepared:
        for line in case.request.lines:
            judge(case, line).scope.close()
            count += 1
    return count


def leaves(prepared: list[PreparedRequest]) -> int:
    """How many leaves are evaluated: those of a node that several refer to once, those inside lists
    (and of what counts in them) once for every item.
    """
    return sum(_leaves(judge(case, line)) for case in prepared for line in case.request.lines)


def _leaves(found: Judged) -> int:
    seen: set[int] = set()
    tops = [
        found.root,
        *(result for _, result in found.guards),
        *(result for _, result in found.citations),
    ]
    return sum(_count(one, seen) for one in tops) + sum(
        _counted(found, one) for one in found.edition.spec.derived.values()
    )


def _counted(found: Judged, one: Derived) -> int:
    """The leaves that a computed fact evaluated on the items of its list."""
    held = counted(one)
    return (
        0
        if held is None
        else len(found.scope.lists[held.list].scopes) * sum(1 for _ in leaves_of(held.where))
    )


def _count(result: Result, seen: set[int]) -> int:
    if result.mark.kind == "leaf":
        return 1
    total = 0
    for below in result.below:
        if result.mark.kind == "ref" or result.mark.kept_as is not None:
            if id(below) in seen:
                continue
            seen.add(id(below))
        total += _count(below, seen)
    return total


def published(requests: list[AuthorizationRequest]) -> int:
    """Evaluates whole requests into the events that are published; the bytes of them."""
    return sum(
        len(evaluate(one, AT).event(CASE, 1).model_dump_json(exclude_defaults=True))
        for one in requests
    )


def made_up(n: int) -> tuple[Edition, list[AuthorizationRequest]]:
    """A policy of n leaves in groups of ten, and different requests for it: about as many facts for
    every n, so that all fit the cache alike.
    """
    paths = "\n".join(f"  f{at}: {{type: boolean, ask: Is it f{at}}}" for at in range(n))
    words = vocabulary.load(f"vocabulary: made-up\nversion: 1\npaths:\n{paths}\n", "made-up")
    groups = (
        f"{{all: "
        f"[{', '.join(f'{{fact: f{at}, is: true}}' for at in range(low, min(low + 10, n)))}]}}"
        for low in range(0, n, 10)
    )
    return edition.load(
        f"{HEAD}criteria: {{any: [{', '.join(groups)}]}}\n", "made-up", {words.name: words}, {}
    ), [_request(n, seed) for seed in range(max(4, min(64, FACTS // n)))]


def _request(n: int, seed: int) -> AuthorizationRequest:
    facts = tuple(
        Fact(path=f"f{at}", value=(at * 7 + seed * 13) % 5 != 0)
        for at in range(n)
        if (at + seed) % 11
    )
    return AuthorizationRequest(
        member=Member(id="m"), lines=(ServiceLine(sequence=1, services=("made_up",)),), facts=facts
    )


def with_lesions(n: int) -> list[AuthorizationRequest]:
    """The reference case with n further lesions, at levels that the lines do not hold."""
    case = next(one for one in golden.of(reference()) if one.name == "the reference case")
    request = case.request
    extra = tuple(fact for at in range(n) for fact in _lesion(at))
    return [request.model_copy(update={"facts": (*request.facts, *extra)})]


def _lesion(at: int) -> Iterator[Fact]:
    for path, value in (
        ("lesion.canal_stenosis", "mild"),
        ("lesion.fracture", "none"),
        ("lesion.retropulsion", False),
    ):
        yield Fact(path=path, subject=f"lesion:C3/{at + 2}", value=value)
