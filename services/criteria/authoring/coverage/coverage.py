"""Three-state and MC/DC coverage of a policy edition by its golden cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.criteria.authoring.coverage import suggestions
from services.criteria.authoring.coverage.influence import InfluenceGraph
from services.criteria.authoring.coverage.obligations import Obligation, Owed, owed, pay, walk
from services.criteria.authoring.coverage.unreachable import Excuses
from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.answer import judged
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.engine.edition.edition import Edition


@dataclass(frozen=True, slots=True)
class Unmet:
    """An obligation that no golden case meets; `kind` is `three_state` or `mcdc`, `suggestion` a
    case that would meet it.
    """

    obligation: Obligation
    kind: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class EditionCoverage:
    """How much of an edition its golden cases show: `three_state` and `mcdc` are fractions of what
    can occur, `excused` what cannot, with the proof.
    """

    policy: str
    version: str
    leaves: int
    obligations: int
    three_state: float
    mcdc: float
    unmet: tuple[Unmet, ...]
    excused: tuple[tuple[str, str], ...] = ()

    @property
    def full(self) -> bool:
        """Whether nothing is missing."""
        return not self.unmet

    def report(self) -> dict[str, Any]:
        """As `policy coverage --json` prints it."""
        unmet = [
            {"obligation": one.obligation.name, "kind": one.kind, "suggestion": one.suggestion}
            for one in self.unmet
        ]
        excused = [{"obligation": name, "because": why} for name, why in self.excused]
        figures = {
            "leaves": self.leaves,
            "obligations": self.obligations,
            "three_state": self.three_state,
            "mcdc": self.mcdc,
        }
        return {
            "policy": self.policy,
            "version": self.version,
            **figures,
            "unmet": unmet,
            "excused": excused,
        }


def measure(
    edition: Edition, cases: Iterable[GoldenCase] | None = None, *, suggest: bool = False
) -> EditionCoverage:
    """The coverage of an edition by its golden cases (else by those that stand beside it);
    `suggest` looks for a case for every gap, which takes longer.
    """
    given = golden.of(edition) if cases is None else tuple(cases)
    shown = paid(edition, given)
    excused = _excused(edition, shown)
    gaps = suggestions.for_obligations(edition, given, shown) if suggest else {}
    marks = [mark for _, top in edition.tops for mark in walk(top)]
    unmet = [
        Unmet(one, kind, suggestions.worded(one, gaps.get((kind, one))))
        for kind, of in shown.kinds
        for one, met in of.items()
        if not met
    ]
    return EditionCoverage(
        policy=edition.spec.policy,
        version=edition.spec.version,
        leaves=sum(mark.kind == "leaf" for mark in marks),
        obligations=len(shown.three_state) + len(shown.mcdc),
        three_state=_share(shown.three_state),
        mcdc=_share(shown.mcdc),
        unmet=tuple(unmet),
        excused=tuple(excused),
    )


def _share(of: dict[Obligation, bool]) -> float:
    return sum(of.values()) / len(of) if of else 1.0


def _excused(edition: Edition, shown: Owed) -> list[tuple[str, str]]:
    """Takes away what no case can show, and says why."""
    found: list[tuple[str, str]] = []
    excuses = Excuses(edition)
    for kind, of in shown.kinds:
        for one in [key for key, met in of.items() if not met]:
            why = excuses.excuse(one, kind)
            if why is not None:
                del of[one]
                found.append((f"{kind} {one.name}", why))
    return found


def paid(edition: Edition, cases: Iterable[GoldenCase]) -> Owed:
    """What the cases show of what they owe."""
    found = owed(edition)
    for case in cases:
        with judged(edition, case.request, case.at) as lines:
            for line in lines:
                pay(InfluenceGraph(line), found)
    return found
