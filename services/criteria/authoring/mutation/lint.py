"""What looks wrong in a policy although it loads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from services.criteria.authoring.coverage.obligations import STATES, Obligation, members, shown
from services.criteria.authoring.coverage.obligations import walk as marks_of
from services.criteria.authoring.coverage.unreachable import Excuses
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.authoring.mutation.mutants import edition_of, mutants
from services.criteria.authoring.mutation.thresholds import stricter
from services.criteria.authoring.proof.equivalence import proof
from services.criteria.authoring.proof.expressions import Atom, Expr, Reading, outputs, walk
from services.criteria.authoring.proof.leaf_states import TooMany, vectors
from services.criteria.engine.edition.compiler import named_nodes, references
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.known_names import nearest
from services.criteria.engine.language.criterion import OPERATORS, Criterion
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.policy_trees import leaves, trees
from services.criteria.engine.language.request_facts import REQUEST_FACTS
from services.criteria.engine.logic.values import MET, NOT_MET

NEVER_READ = "never-read fact"
STRICTER = "stricter than its source"
NEVER_ASKED = "never-asked fact"
"""The one kind of finding that is only worth knowing."""
QUICK = 1_000
"""How many cells lint walks for one finding: it is for an author who waits."""
NUMBER_AND_UNIT = re.compile(r"(\d+(?:\.\d+)?)\s*([^\s\d,.;:()]+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: the kind, the node or fact, and what is wrong with it."""

    kind: str
    where: str
    told: str

    def report(self) -> dict[str, Any]:
        """As `policy lint --json` prints it."""
        return {"kind": self.kind, "where": self.where, "told": self.told}


def lint(edition: Edition, cases: Iterable[GoldenCase] = ()) -> list[Finding]:
    """Everything that looks wrong, in the order of the file."""
    given = tuple(cases)
    return [
        *_dead(edition),
        *_subsumed(edition),
        *_complementary(edition),
        *_units(edition, given),
        *_never_read(edition),
        *_never_known(edition, given),
        *_never_asked(edition),
        *(Finding(STRICTER, one.fact, one.told) for one in stricter(edition)),
    ]


def _dead(edition: Edition) -> Iterator[Finding]:
    """Members that make no difference in any cell, whatever their state."""
    excuses = Excuses(edition, QUICK)
    for place, top in edition.tops:
        for mark in marks_of(top) if place[0] != "derived" else ():
            for member in members(mark):
                if all(excuses.excuse(Obligation(mark, member, want), "mcdc") for want in STATES):
                    yield Finding("dead branch", shown(member), "no answer ever turns on it")


def _subsumed(edition: Edition) -> Iterator[Finding]:
    """Members without which the policy answers the same."""
    for mutant in mutants(edition):
        if mutant.kind == "drop child":
            wrong = edition_of(mutant.content, edition)
            if wrong is not None and proof(edition, wrong, QUICK) is not None:
                yield Finding("subsumed sibling", mutant.name, "the others already decide it")


def _complementary(edition: Edition) -> Iterator[Finding]:
    """Leaves about one fact that exclude each other, or of which one always holds: those of a
    group, and of the groups of its kind within it. Each pair is told where it stands together
    first.
    """
    found: dict[tuple[str, str], Finding] = {}
    for name, tree in outputs(Reading(edition, {})).items():
        for group in walk(tree):
            if group.kind in {"all", "any"}:
                for one in _contradictions(edition, name, group):
                    found.setdefault((one.where, one.told), one)
    return iter(found.values())


def _together(group: Expr) -> Iterator[Expr]:
    """The members of a group, and those of groups of its kind within it."""
    for one in group.below:
        if one.kind == group.kind:
            yield from _together(one)
        else:
            yield one


def _contradictions(edition: Edition, name: str, group: Expr) -> Iterator[Finding]:
    by: dict[Atom, list[Criterion]] = {}
    for one in _together(group):
        if one.kind == "leaf" and one.atom is not None and one.spec is not None:
            by.setdefault(one.atom, []).append(one.spec)
    for atom, specs in by.items():
        entry = edition.vocabulary.entries[atom.path]
        wanted = MET if group.kind == "all" else NOT_MET
        try:
            possible = len(specs) == 1 or any(
                set(vector) == {wanted} for vector in vectors(entry, atom, tuple(specs))
            )
        except TooMany:
            continue
        if not possible:
            what = (
                "these conditions cannot hold together"
                if group.kind == "all"
                else "one of these conditions always holds"
            )
            yield Finding("complementary leaves", f"{name}: {atom.path}", what)


def _units(edition: Edition, cases: Iterable[GoldenCase]) -> Iterator[Finding]:
    """Facts of golden cases in units that the vocabulary does not know, and labels that speak of
    another unit than the threshold's.
    """
    known = {
        (case.name, fact.path, fact.unit)
        for case in cases
        for fact in case.request.facts
        if fact.unit is not None and fact.path in edition.entries
    }
    for name, path, unit in sorted(known):
        scale = edition.entries[path].scale
        if scale is None or scale.unit(unit) is None:
            yield Finding(
                "unit mismatch",
                path,
                f"the golden case {name!r} gives it in {unit}, which its vocabulary does not know",
            )
    for _, tree, _ in trees(edition.spec):
        for leaf in leaves(tree):
            entry = edition.vocabulary.entries[leaf.fact or ""]
            others = {unit for unit in entry.spec.units if unit != entry.spec.unit}
            for number, unit in NUMBER_AND_UNIT.findall(leaf.label or ""):
                if unit in others and number in _thresholds(leaf):
                    yield Finding(
                        "unit mismatch",
                        leaf.id or entry.path,
                        f"the label says {number} {unit}, the threshold is in {entry.spec.unit}",
                    )


def _thresholds(leaf: Criterion) -> set[str]:
    return {str(getattr(leaf, name)) for name in leaf.having(OPERATORS)}


def _never_read(edition: Edition) -> Iterator[Finding]:
    """Facts that are computed, and findings that are defined, for nobody."""
    spec = edition.spec
    whole = [tree for _, tree, _ in trees(spec)]
    used = {leaf.fact for tree in whole for leaf in leaves(tree)}
    used |= {path for one in spec.derived.values() for path in _computed_from(one)}
    for path in spec.derived:
        if path not in used:
            yield Finding(NEVER_READ, path, "it is computed, and nothing reads it")
    named = {name for tree in whole for name in references(tree)}
    named |= {one.when for one in spec.statements} | {one.when for one in spec.outcomes.branches}
    for at, one in enumerate(spec.definitions):
        inside = {name for name, _ in named_nodes(one)}
        if not inside & named:
            yield Finding(NEVER_READ, one.id or f"definition.{at}", "nothing refers to it")


def _never_known(edition: Edition, cases: Iterable[GoldenCase]) -> Iterator[Finding]:
    """Facts of golden cases that no vocabulary knows, which are slips of the pen, or facts that the
    request says itself.
    """
    entries = edition.vocabulary.entries
    known = edition.vocabulary.aliases.keys() | entries.keys() - REQUEST_FACTS.keys()
    found = {
        (fact.path, case.name)
        for case in cases
        for fact in case.request.facts
        if fact.path not in known
    }
    for path, name in sorted(found):
        meant = nearest(path, frozenset(known))
        told = f"the golden case {name!r} gives it, and nobody reads it"
        yield Finding(NEVER_READ, path, f"{told} (is {meant} meant?)" if meant else told)


def _never_asked(edition: Edition) -> Iterator[Finding]:
    """Facts that are read, and that no question ever asks for: they stand only where an answer does
    not wait for them.
    """
    waiting = {leaf.fact for tree in _waited(edition) for leaf in leaves(tree)}
    used = {leaf.fact for _, tree, _ in trees(edition.spec) for leaf in leaves(tree)}
    waiting |= {path for one in edition.spec.derived.values() for path in _computed_from(one)}
    scored = {item.fact for _, table in edition.scores for item in table.spec.items}
    for path in sorted(str(one) for one in used - waiting - scored):
        if edition.vocabulary.entries[path].spec.derive is None:
            yield Finding(
                NEVER_ASKED,
                path,
                "read only by advisories, citations or urgency, so that no question asks for it",
            )


def _computed_from(one: Derived) -> Iterator[str | None]:
    """The facts that a computed one reads outside of its lists' `where`."""
    yield from one.operands
    for given in (one.difference, one.count_within, getattr(one, "best_window", None)):
        for name in ("of", "less", "date", "value", "fact") if given is not None else ():
            yield getattr(given, name, None)


def _waited(edition: Edition) -> Iterator[Criterion]:
    spec = edition.spec
    yield spec.criteria
    yield from (guard.when for guard in spec.guards if guard.then == "pend")
    yield from (
        guard.unless for guard in spec.guards if guard.then == "pend" and guard.unless is not None
    )
    yield from spec.definitions
