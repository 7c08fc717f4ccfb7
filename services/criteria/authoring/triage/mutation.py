"""Whether some golden case notices when a triage file is wrong in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.criteria.authoring.golden.cases import Content, GoldenCase
from services.criteria.authoring.triage.answer import answer
from services.criteria.authoring.triage.mutants import loaded, mutants
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.triage.protocol import TriageProtocol


@dataclass(frozen=True, slots=True)
class TriageMutation:
    """How many mutants load, and those that no golden case notices."""

    mutants: int
    survivors: tuple[str, ...]


def run(
    protocol: TriageProtocol,
    content: Content,
    cases: Sequence[GoldenCase],
    known: dict[str, Vocabulary],
) -> TriageMutation:
    """The mutants of a triage file, whose `content` is as it was read, against its golden cases."""
    asked = [(case.request, case.at.date()) for case in cases]
    expected = [answer(protocol, *one) for one in asked]
    count, survivors = 0, list[str]()
    for mutant in mutants(content, known[protocol.spec.vocabulary]):
        wrong = loaded(mutant, protocol, known)
        if wrong is None:
            continue
        count += 1
        if all(answer(wrong, *one) == was for one, was in zip(asked, expected, strict=True)):
            survivors.append(mutant.what)
    return TriageMutation(count, tuple(survivors))
