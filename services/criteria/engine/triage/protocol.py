"""A compiled triage file: what each fact and code may be a finding of, and what fires."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date

from services.criteria.engine.triage.code_patterns import CodePatterns
from services.criteria.engine.triage.combinations import Check
from services.criteria.engine.triage.near_names import NearNames
from services.criteria.engine.triage.observations import Noted, SignCondition, noted
from services.criteria.engine.triage.protocol_spec import (
    FindingSpec,
    RuleSpec,
    Tier,
    TriageSpec,
)
from shared.body.places import plain_site
from shared.events.evaluation import PolicyRef
from shared.events.request import Fact, ServiceLine

KEPT = 4_096
"""Values of which it is remembered what they say: most requests repeat the same few."""


@dataclass(frozen=True)
class CompiledRule:
    """What may be an emergency, compiled; `reads` are the bits of the findings that it turns on."""

    spec: RuleSpec
    tier: Tier
    check: Check
    reads: int


@dataclass(frozen=True)
class TriageProtocol:
    """A compiled triage file. A finding is a bit, that of its place among signs and circumstances.

    `shown` are the bits of the signs; `known` every path that some vocabulary has; `rules` are in
    the order in which they count.
    """

    spec: TriageSpec
    ref: PolicyRef
    findings: tuple[FindingSpec, ...]
    shown: int
    by_path: Mapping[str, tuple[SignCondition, ...]]
    known: frozenset[str]
    near: NearNames
    diagnoses: CodePatterns
    procedures: CodePatterns
    services: Mapping[str, int]
    sites: Mapping[str, int]
    segments: int
    progressive: int
    definitions: tuple[tuple[int, Check], ...]
    rules: tuple[CompiledRule, ...]
    text_sha256: str
    noted: dict[Hashable, Noted] = field(default_factory=dict)

    def note(self, key: Hashable, fact: Fact) -> Noted | None:
        """What a confirmed fact without a date says, kept for the next request while there is room;
        None where it takes a closer look.
        """
        found = noted(self.by_path[fact.path], fact)
        if found is not None and len(self.noted) < KEPT:
            self.noted[key] = found
        return found

    @property
    def began(self) -> tuple[date, str]:
        """When it took effect, for comparing versions; of one day, the later number counts."""
        return self.spec.effective.from_, self.spec.version

    def in_force(self, received: date) -> bool:
        """Whether it holds on this day of receipt."""
        span = self.spec.effective
        return span.from_ <= received and (span.to is None or received <= span.to)

    def of_line(self, line: ServiceLine) -> tuple[int, int]:
        """The findings that a line has by its diagnoses, and those by its services, codes, place
        and segment.
        """
        diagnosed, bits = 0, self.segments if line.segment else 0
        for diagnosis in line.diagnoses:
            diagnosed |= self.diagnoses.bits(diagnosis)
        for service in services_of(line):
            bits |= self.services.get(service, 0)
        for one in line.codes:
            bits |= self.procedures.bits(one.code)
        if line.site:
            bits |= self.sites.get(plain_site(line.site), 0)
        return diagnosed, bits


def services_of(line: ServiceLine) -> tuple[str, ...]:
    """The services that a line asks for."""
    return line.services
