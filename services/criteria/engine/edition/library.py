"""The policies in force: which edition judges a line, by the sources' rank, precedence and
effective dates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from services.criteria.engine.edition import edition
from services.criteria.engine.edition.code_sets import CodeSets, ReadLine
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.known_names import KnownNames, known_names
from services.criteria.engine.edition.library_sources import LibrarySources, sources
from services.criteria.engine.edition.reach import NOBODY
from services.criteria.engine.language import code_set, vocabulary
from services.criteria.engine.language.vocabulary import Vocabulary
from services.criteria.engine.runtime import scores
from services.criteria.engine.runtime.scores import ScoreTable
from services.criteria.engine.triage import compiler
from services.criteria.engine.triage.protocol import TriageProtocol
from shared.body.codes import plain_code
from shared.events.request import Member, ServiceLine

ALL = "all"
SEVERAL = "several_policies"
"""Why nobody judges a line that more than one policy is for."""
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

    def select(self, line: ServiceLine, received: date, member: Member = NOBODY) -> Edition | str:
        """The one edition that judges this line with the services of its codes, or the reason why
        a person must: `no_policy`, `no_policy_in_force`, `several_policies`.
        """
        return self.judging(self.codes.read(line), received, member)

    def judging(self, read: ReadLine, received: date, member: Member = NOBODY) -> Edition | str:
        """As `select`, of a line whose codes were read."""
        line = read.line
        if read.unknown and len(line.services) == read.added:
            # What an unknown code asks for is in no policy, whatever stands beside it.
            return "no_policy"
        fitting = [one for one in self._asked_of(line) if applies(one, line, member, received)]
        if not fitting:
            return "no_policy"
        ready = [one for one in fitting if in_force(one, line, received)]
        if not ready:
            return "no_policy_in_force"
        if len(ready) == 1:
            return ready[0]
        best = min((RANKS[one.spec.source_rank], -one.spec.precedence) for one in ready)
        chosen = [
            one for one in ready if (RANKS[one.spec.source_rank], -one.spec.precedence) == best
        ]
        alone = len(chosen) == 1 and all(_within(one, chosen[0], line) for one in ready)
        return chosen[0] if alone else SEVERAL

    def unsaid(self, line: ServiceLine, received: date, member: Member) -> tuple[str, ...]:
        """The facts of the request that it does not say, and by which fewer editions would be for
        this line.
        """
        found = [
            one.reach.unsaid(member, line, received) or ()
            for one in self._asked_of(line)
            if one.reach is not None and applies(one, line, member, received)
        ]
        return tuple(dict.fromkeys(path for paths in found for path in paths))

    @cached_property
    def _active(self) -> Mapping[str, tuple[Edition, ...]]:
        """The editions that may judge each service: a line is held against no other."""
        found: dict[str, tuple[Edition, ...]] = {}
        for one in self.editions:
            for service in set(one.spec.applies_to.services) if one.spec.status == "active" else ():
                found[service] = (*found.get(service, ()), one)
        return found

    def _asked_of(self, line: ServiceLine) -> Iterable[Edition]:
        active = self._active
        if len(line.services) == 1:
            return active.get(line.services[0], ())
        return {
            id(one): one for service in line.services for one in active.get(service, ())
        }.values()

    def asked(self, line: ServiceLine) -> ServiceLine:
        """The line with the services that its codes ask for besides those that its sender names."""
        return self.codes.read(line).line

    def others(
        self, chosen: Edition, line: ServiceLine, received: date, member: Member
    ) -> tuple[Edition, ...]:
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
            if applies(one, line, member, received)
            and any(one.spec.effective.holds(on) for on in dates)
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


def applies(one: Edition, line: ServiceLine, member: Member, received: date) -> bool:
    """Whether an edition is for this line's services and diagnoses, and for this member, whatever
    the date that it goes by. Where the request leaves that open it is: unknown is never false.
    """
    rule = one.spec.applies_to
    if not any(service in rule.services for service in line.services):
        return False
    if rule.not_diagnosis and _any_matches(line, rule.not_diagnosis):
        return False
    if rule.any_diagnosis and not _any_matches(line, rule.any_diagnosis):
        return False
    return one.reach is None or one.reach.unsaid(member, line, received) is not None


def _within(one: Edition, chosen: Edition, line: ServiceLine) -> bool:
    """Whether the chosen edition judges all of the line that another one would: rank decides
    between two that judge the same service, and leaves no service unjudged.
    """
    wanted = set(one.spec.applies_to.services).intersection(line.services)
    return wanted.issubset(chosen.spec.applies_to.services)


def decisive_diagnoses(one: Edition, line: ServiceLine) -> frozenset[str]:
    """The patterns of the edition's `any_diagnosis` by which it is for this line."""
    return frozenset(
        pattern for pattern in one.spec.applies_to.any_diagnosis if _any_matches(line, (pattern,))
    )


def _any_matches(line: ServiceLine, patterns: tuple[str, ...]) -> bool:
    """Whether a diagnosis of the line is one of these codes, or begins like one."""
    whole, beginnings = _read_patterns(patterns)
    codes = map(plain_code, line.diagnoses)
    return any(code in whole or code.startswith(beginnings) for code in codes)


@lru_cache(1_024)
def _read_patterns(patterns: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole codes, and what codes begin with, in one form."""
    whole = frozenset([plain_code(one) for one in patterns if not one.endswith("*")])
    return whole, tuple([plain_code(one[:-1]) for one in patterns if one.endswith("*")])


def in_force(one: Edition, line: ServiceLine, received: date) -> bool:
    """Whether the edition is in force on the date that it goes by: start of care, else date of
    service, else receipt, from the one that it names on.
    """
    effective, on = one.spec.effective, None
    if effective.basis == "start_of_care":
        on = line.start_of_care or line.service_date
    elif effective.basis == "date_of_service":
        on = line.service_date
    return effective.holds(on or received)


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
