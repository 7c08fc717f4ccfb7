"""Whether each golden case gives what its source says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.engine.answer.evaluate import Evaluation, evaluate
from services.criteria.engine.edition.code_sets import CodeSets
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.engine.language.code_set import CodeSet
from shared.events.evaluation import LineEvaluation, Node

SORTED = ("advisories", "questions")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a golden case: nothing is `wrong`, or for each thing what was expected and what
    the engine says.
    """

    name: str
    why: str
    wrong: tuple[tuple[str, Any, Any], ...]

    def report(self) -> dict[str, Any]:
        """As `policy test --json` prints it."""
        wrong = [
            {"what": what, "expected": expected, "found": found}
            for what, expected, found in self.wrong
        ]
        return {"case": self.name, "why": self.why, "green": not wrong, "wrong": wrong}


def check(
    edition: Edition, cases: Iterable[GoldenCase], own: tuple[CodeSet, ...] = ()
) -> list[Checked]:
    """Every golden case of an edition; a packaged one is asked through the whole library, as the
    service asks it. `own` are the code sets that go with it.
    """
    library = library_for(edition, own)
    return [_checked(case, library) for case in cases]


def library_for(edition: Edition, own: tuple[CodeSet, ...] = ()) -> Library:
    """The packaged library if the edition is part of it; else the edition alone, as if it were in
    force, with the packaged code sets and its own. Without triage: a golden case says what its
    policy says, and triage has cases of its own.
    """
    whole = replace(packaged(), triage=())
    if edition.spec.status == "active" and any(
        one.ref.sha256 == edition.ref.sha256 for one in whole.editions
    ):
        return whole
    return Library(
        (in_force(edition),),
        {edition.vocabulary.name: edition.vocabulary},
        {table.name: table for _, table in edition.scores},
        codes=CodeSets((*whole.codes.sets, *own)),
    )


def in_force(edition: Edition) -> Edition:
    """The edition as it would be once it is published."""
    return replace(edition, spec=edition.spec.model_copy(update={"status": "active"}))


def _checked(case: GoldenCase, library: Library) -> Checked:
    evaluation = evaluate(case.request, case.at, library, any_day=True)
    expected = {
        **case.expect,
        **{key: sorted(case.expect[key]) for key in SORTED if key in case.expect},
    }
    found = observed(evaluation, expected)
    wrong = [
        (key, expected[key], found.get(key)) for key in expected if expected[key] != found.get(key)
    ]
    return Checked(case.name, case.why, tuple(wrong))


def observed(evaluation: Evaluation, expected: dict[str, Any]) -> dict[str, Any]:
    """What the engine said of each thing that a case may expect something of."""
    advisories = sorted(advisory.id for advisory in evaluation.advisories)
    return {
        **_first(evaluation.lines[:1], expected),
        **_of_lines({str(line.sequence): line for line in evaluation.lines}, expected),
        "urgency": evaluation.urgency.value,
        "questions": sorted(question.id for question in evaluation.questions),
        "advisories": advisories,
        "not_advisories": [
            one for one in expected.get("not_advisories", []) if one not in advisories
        ],
        "citations": {str(citation.line): citation.applies for citation in evaluation.citations},
        "scores": {
            score.subject: [score.low, score.high]
            for score in evaluation.scores
            if score.subject in expected.get("scores", {})
        },
        "review_within_minutes": evaluation.review_within_minutes,
        "valid_days": next(iter(evaluation.valid_days.values()), None),
    }


def _first(lines: tuple[LineEvaluation, ...], expected: dict[str, Any]) -> dict[str, Any]:
    """Of the first line: its outcome, the reason, and the states of named nodes and guards."""
    for line in lines:
        states = {
            **{name: state for guard in line.guards for name, state in by_id(guard)},
            **dict(by_id(line.tree)),
        }
        return {
            "outcome": line.outcome,
            "reason": line.reason,
            "states": {name: states.get(name) for name in expected.get("states", {})},
        }
    return {}


def _of_lines(lines: dict[str, LineEvaluation], expected: dict[str, Any]) -> dict[str, Any]:
    nodes = {sequence: dict(by_id(line.tree)) for sequence, line in lines.items()}
    guards = {
        sequence: {guard.id: guard.state.value for guard in line.guards}
        for sequence, line in lines.items()
    }
    return {
        "lines": {sequence: line.outcome for sequence, line in lines.items()},
        "reasons": {
            sequence: lines[sequence].reason
            for sequence in expected.get("reasons", {})
            if sequence in lines
        },
        "nodes": {
            sequence: {name: nodes.get(sequence, {}).get(name) for name in wanted}
            for sequence, wanted in expected.get("nodes", {}).items()
        },
        "guards": {
            sequence: {name: guards.get(sequence, {}).get(name) for name in wanted}
            for sequence, wanted in expected.get("guards", {}).items()
        },
    }


def by_id(node: Node | None) -> Iterator[tuple[str, str]]:
    """The state of every node, what stands higher last."""
    if node is not None:
        for child in node.children:
            yield from by_id(child)
        yield node.id, node.state.value
