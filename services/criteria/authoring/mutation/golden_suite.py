"""The golden cases of an edition as the judge of its mutants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.criteria.authoring.coverage import suggestions
from services.criteria.authoring.golden.answer import Behaviour, behaviour, differing
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.golden.neighbours import Neighbour
from services.criteria.authoring.mutation.mutants import Mutant, at, content_of
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.edition import Edition

NOTICED = ("determination", "advisory", "question", "urgency", "review", "citation")
"""What a case can notice a mutant by, the gravest first."""


class GoldenSuite:
    """The golden cases, each read once, with what the edition answers to them."""

    def __init__(self, edition: Edition, cases: tuple[GoldenCase, ...]) -> None:
        self.edition, self.cases = edition, cases
        self._prepared = [PreparedRequest(case.request, case.at, edition) for case in cases]
        self._expected = self.answers(edition)

    def answers(self, edition: Edition) -> tuple[Behaviour, ...]:
        """What an edition answers to the cases."""
        return tuple(
            behaviour(edition, one.request, one.received_at, one) for one in self._prepared
        )

    def noticed(self, answers: tuple[Behaviour, ...]) -> str | None:
        """The gravest kind by which a case notices that these are not the edition's answers; None
        if none does.
        """
        kinds = {
            kind
            for one, other in zip(self._expected, answers, strict=True)
            for kind in differing(one, other)
        }
        return min(kinds, key=NOTICED.index, default=None)

    def neighbour(self, mutant: Mutant, wrong: Edition) -> Neighbour | None:
        """A case beside a golden one that would notice the mutant, if one is found: only the facts
        that the mutated node reads are edited, or all if it reads none.
        """
        paths = frozenset(_facts(at(content_of(self.edition), mutant.place)))
        return suggestions.for_mutant(self.edition, wrong, self.cases, paths)


def _facts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (node[key] for key in ("fact", "ref") if isinstance(node.get(key), str))
        yield from (path for value in node.values() for path in _facts(value))
    elif isinstance(node, list):
        yield from (path for value in node for path in _facts(value))
