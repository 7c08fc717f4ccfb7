"""The policies in force: which edition judges a line, by the sources' rank, precedence and
effective dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable

from services.criteria.engine.edition import edition
from services.criteria.engine.edition.code_sets import CodeSets, ReadLine
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.known_names import KnownNames, known_names
from services.criteria.engine.edition.library_sources import LibrarySources, sources
from services.criteria.engine.language import code_set, vocabulary
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.runtime import scores
from services.criteria.engine.runtime.scores import ScoreTable
from services.criteria.engine.triage import compiler
from services.criteria.engine.triage.protocol import TriageProtocol
from shared.body.codes import plain_code
from shared.events.request import ServiceLine

ALL = "all"
RANKS = {"ncd": 0, "lcd": 1, "internal": 2}


@dataclass(frozen=True)
class Library:
    """All editions that are known, by service. Drafts are kept but never selected.

    `stops` says why a policy (or `ALL`) approves nothing at present; `triage` are the files that
    every request is held against before any policy.
    """

    editions: tuple[Edition, ...]
    vocabularies: dict[str, Vocabulary]
    scores: dict[str, ScoreTable]
    stops: Mapping[str, str] = field(default_factory=dict)
    codes: CodeSets = field(default_factory=CodeSets)
    triage: tuple[TriageProtocol, ...] = ()

    @cached_property
    def names(self) -> KnownNames:
        """Every name that a request may use."""
        services = (*self.codes.regions, *(name for one in self.triage for name in one.services))
        return known_names(self.editions, self.vocabularies.values(), services)

    def protocols(self, received: date) -> tuple[TriageProtocol, ...]:
        """The triage files in force on this day; of several versions, the one that took effect
        last.
        """
        newest: dict[str, TriageProtocol] = {}
        for one in self.triage:
            known = newest.get(one.spec.triage)
            if one.in_force(received) and (known is None or known.began < one.began):
                newest[one.spec.triage] = one
        return tuple(newest.values())

    def stopped(self, policy: str) -> str | None:
        """Why software may approve nothing by a policy at present, if somebody has stopped it."""
        return self.stops.get(ALL) or self.stops.get(policy)

    def select(self, line: ServiceLine, received: date) -> Edition | str:
        """The one edition that judges this line with the services of its codes, or the reason why
        a person must: `no_policy`, `no_policy_in_force`, `several_policies`.
        """
        return self.judging(self.codes.read(line), received)

    def judging(self, read: ReadLine, received: date) -> Edition | str:
        """As `select`, of a line whose codes were read."""
        line = read.line
        if read.unknown and len(line.services) == read.added:
            # What an unknown code asks for is in no policy, whatever stands beside it.
            return "no_policy"
        fitting = [
            one for one in self.editions if one.spec.status == "active" and applies(one, line)
        ]
        if not fitting:
            return "no_policy"
        ready = [one for one in fitting if in_force(one, line, received)]
        if not ready:
            return "no_policy_in_force"
        best = min((RANKS[one.spec.source_rank], -one.spec.precedence) for one in ready)
        chosen = [
            one for one in ready if (RANKS[one.spec.source_rank], -one.spec.precedence) == best
        ]
        alone = len(chosen) == 1 and all(_within(one, chosen[0], line) for one in ready)
        return chosen[0] if alone else "several_policies"

    def asked(self, line: ServiceLine) -> ServiceLine:
        """The line with the services that its codes ask for besides those that its sender names."""
        return self.codes.read(line).line

    def others(self, chosen: Edition, line: ServiceLine, received: date) -> tuple[Edition, ...]:
        """The other editions of a policy that a date of this request would have chosen, had the
        policy gone by that date.
        """
        dates = {received, line.service_date or received, line.start_of_care or received}
        same = [
            one
            for one in self.editions
            if one is not chosen
            and one.spec.policy == chosen.spec.policy
            and one.spec.status == "active"
        ]
        return tuple(
            one
            for one in same
            if applies(one, line) and any(one.spec.effective.holds(on) for on in dates)
        )

    def find(self, policy: str, version: str) -> Edition | None:
        """The edition by name and version."""
        return next(
            (
                one
                for one in self.editions
                if (one.spec.policy, one.spec.version) == (policy, version)
            ),
            None,
        )


def applies(one: Edition, line: ServiceLine) -> bool:
    """Whether an edition is for this line's services and diagnoses, whatever the date."""
    rule = one.spec.applies_to
    if not set(rule.services) & set(line.services):
        return False
    if any(_matches(diagnosis, rule.not_diagnosis) for diagnosis in line.diagnoses):
        return False
    return not rule.any_diagnosis or any(
        _matches(diagnosis, rule.any_diagnosis) for diagnosis in line.diagnoses
    )


def _within(one: Edition, chosen: Edition, line: ServiceLine) -> bool:
    """Whether the chosen edition judges all of the line that another one would: rank decides
    between two that judge the same service, and leaves no service unjudged.
    """
    wanted = set(one.spec.applies_to.services).intersection(line.services)
    return wanted.issubset(chosen.spec.applies_to.services)


def decisive_diagnoses(one: Edition, line: ServiceLine) -> frozenset[str]:
    """The patterns of the edition's `any_diagnosis` by which it is for this line."""
    return frozenset(
        pattern
        for pattern in one.spec.applies_to.any_diagnosis
        if any(_matches(diagnosis, (pattern,)) for diagnosis in line.diagnoses)
    )


def _matches(code: str, patterns: tuple[str, ...]) -> bool:
    code = plain_code(code)
    return any(
        code.startswith(plain_code(one[:-1])) if one.endswith("*") else code == plain_code(one)
        for one in patterns
    )


def in_force(one: Edition, line: ServiceLine, received: date) -> bool:
    """Whether the edition is in force on the date that it goes by: start of care, else date of
    service, else receipt, from the one that it names on.
    """
    effective = one.spec.effective
    dates = {
        "start_of_care": line.start_of_care or line.service_date,
        "date_of_service": line.service_date,
    }
    return effective.holds(dates.get(effective.basis) or received)


@cache
def packaged() -> Library:
    """The policies that come with the package, read and compiled once."""
    return read(resources.files("services.criteria"))


def read(folder: Traversable) -> Library:
    """The library in a folder with `vocabularies`, `scores`, `code_sets`,
    `policies/<policy>/<version>/policy.yaml` and `triage/<name>/<version>/triage.yaml`; raises
    `PolicyInvalid`.
    """
    return compiled(sources(folder))


def compiled(texts: LibrarySources) -> Library:
    """The library of these texts; raises `PolicyInvalid`."""
    known = {
        one.name: one for one in (vocabulary.load(text, name) for name, text in texts.vocabularies)
    }
    tables = {
        one.name: one for one in (scores.load(text, name, known) for name, text in texts.scores)
    }
    editions = [edition.load(text, name, known, tables) for name, text in texts.policies]
    codes = CodeSets(code_set.load(text, name) for name, text in texts.code_sets)
    protocols = tuple(compiler.load(text, name, known) for name, text in texts.triage)
    return Library(tuple(editions), known, tables, codes=codes, triage=protocols)
