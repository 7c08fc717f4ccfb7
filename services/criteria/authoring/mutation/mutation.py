"""Mutation analysis: whether some golden case notices when a policy is wrong in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.answer import Behaviour
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.mutation.golden_suite import NOTICED, GoldenSuite
from services.criteria.authoring.mutation.mutants import Mutant, at, content_of, edition_of, mutants
from services.criteria.authoring.proof.equivalence import proof
from services.criteria.engine.edition.edition import Edition

WORDED = "a case that turns on {}"
Progress = Callable[[int, int], None]
"""Called with how many mutants are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no golden case notices, with a case that would."""

    mutant: Mutant
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Mutation:
    """What came of all mutants of an edition.

    Those that behave the same on every golden case count once; `kinds` are killed ones by what
    noticed them.
    """

    policy: str
    version: str
    mutants: int
    killed: int
    equivalent: tuple[tuple[str, str], ...]
    survivors: tuple[Survivor, ...]
    kinds: tuple[tuple[str, int], ...] = ()

    def report(self) -> dict[str, Any]:
        """As `policy mutate --json` prints it."""
        survivors = [
            {
                "mutant": one.mutant.name,
                "kind": one.mutant.kind,
                "place": _dotted(one),
                "suggestion": one.suggestion,
            }
            for one in self.survivors
        ]
        proofs = [{"mutant": name, "because": why} for name, why in self.equivalent]
        figures = {
            "mutants": self.mutants,
            "killed": self.killed,
            "equivalent": len(self.equivalent),
            "survivors": survivors,
        }
        return {
            "policy": self.policy,
            "version": self.version,
            **figures,
            "proofs": proofs,
            "noticed_by": dict(self.kinds),
        }


def _dotted(one: Survivor) -> str:
    return ".".join(str(part) for part in one.mutant.place)


def run(
    edition: Edition, cases: Iterable[GoldenCase] | None = None, progress: Progress | None = None
) -> Mutation:
    """The mutants of an edition against its golden cases (else those that stand beside it)."""
    suite = GoldenSuite(edition, golden.of(edition) if cases is None else tuple(cases))
    made = list(mutants(edition))
    killed: dict[tuple[Behaviour, ...], str] = {}
    survivors, proven = list[Survivor](), list[tuple[str, str]]()
    for n, mutant in enumerate(made):
        if progress is not None:
            progress(n, len(made))
        wrong = loaded(mutant, edition)
        if wrong is None:
            continue
        answers = suite.answers(wrong)
        kind = suite.noticed(answers)
        if kind is not None:
            killed.setdefault(answers, kind)
            continue
        near = suite.neighbour(mutant, wrong)
        why = proof(edition, wrong) if near is None else None
        if why is not None:
            proven.append((mutant.name, why))
        else:
            suggestion = WORDED.format(mutant.name) if near is None else str(near)
            survivors.append(Survivor(mutant, suggestion))
    counts = Counter(killed.values())
    return Mutation(
        edition.spec.policy,
        edition.spec.version,
        len(killed) + len(proven) + len(survivors),
        len(killed),
        tuple(proven),
        tuple(survivors),
        tuple((kind, counts[kind]) for kind in NOTICED if counts[kind]),
    )


def loaded(mutant: Mutant, edition: Edition) -> Edition | None:
    """The mutant as an edition; a dropped node that others refer to stays known by its name.

    None: the engine refuses to load it.
    """
    found = edition_of(mutant.content, edition)
    if found is not None or not mutant.kind.startswith("drop"):
        return found
    was = at(content_of(edition), mutant.place)
    kept = (
        [*was.get("all", ()), *was.get("any", ()), *was.get("of", ()), *was.get("none", ())]
        if mutant.kind == "drop child"
        else [was.get("when", was)]
    )
    for gone in kept:
        whole = {**mutant.content, "definitions": [*mutant.content.get("definitions", ()), gone]}
        found = found or edition_of(whole, edition)
    return found
