"""The parts of an evaluation: criteria trees with their evidence, and what follows from them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Code, Instant, Observed, Part, Sha256, Token
from shared.events.request import Source


class State(StrEnum):
    """What is known of a criterion: unknown is never false."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_DOCUMENTED = "not_documented"


class PolicyRef(Part):
    """Exactly which text of which policy was applied."""

    policy: Code
    version: Code
    sha256: Sha256
    title: Annotated[str | None, Field(max_length=400)] = None
    url: Annotated[str | None, Field(max_length=400)] = None


class Evidence(Part):
    """One observation that a node rests on."""

    path: Code
    subject: Code
    value: Any
    unit: Annotated[str | None, Field(max_length=32)] = None
    certainty: Code = "confirmed"
    observed_at: Observed = None
    date_assumed: bool = False
    source: Source | None = None


class Node(Part):
    """One node of an evaluated criteria tree.

    `reason` says why a fact is unknown (absent, conflicting, stale, below_confidence, illegible,
    open_list).
    """

    id: Code
    label: Annotated[str | None, Field(max_length=400)] = None
    state: State
    reason: Code | None = None
    subject: Code | None = None
    margin: float | None = None
    evidence: tuple[Evidence, ...] = ()
    sources: tuple[int, ...] = ()
    citations: tuple[Code, ...] = ()
    children: tuple[Node, ...] = ()


class Advisory(Part):
    """Something a person should know that never holds the case.

    `id` is stable, for instance `uncovered-level:L1`.
    """

    id: Code
    text: Annotated[str, Field(max_length=1_000)]
    lines: tuple[int, ...] = ()
    call_within_minutes: int | None = None


class TriageSign(Part):
    """A finding that speaks for an emergency: the facts by `paths` (or `diagnosis`, `line`) and
    `subjects`, and why it counts by the best of them (confirmed, probable, possible, unclear,
    unconfirmed_absence, conflicting, illegible, near_name); never a value.
    """

    id: Code
    label: Annotated[str, Field(max_length=1_000)]
    state: Code
    paths: tuple[Code, ...]
    subjects: tuple[Code, ...]


class Triage(Part):
    """What the request may be an emergency by: the rule and tier of a triage file, and the signs.

    A clinician looks within `within_minutes`, which nobody outside is promised.
    """

    tier: int
    rule: Code
    label: Annotated[str, Field(max_length=1_000)]
    within_minutes: int
    call_within_minutes: int | None = None
    lines: tuple[int, ...]
    signs: tuple[TriageSign, ...]
    edition: PolicyRef


class AskedOf(OpenEnumeration):
    """Who is asked."""

    PROVIDER = "provider"
    MEMBER = "member"
    NONCONTRACT_PROVIDER = "noncontract_provider"
    """A provider without a contract, whom 42 CFR 422.572(d) wants to be asked within 24 hours."""
    OTHER = "other"


class ClinicianAsk(Part):
    """A clinician asks, in their own words: who (`by` as the desk knows them), of whom, until which
    day an answer helps, and when they asked. That meets a duty to ask; whether a clock waits for
    the answer its rule says. Nothing follows from its not coming.
    """

    by: Token
    name: Token
    of: AskedOf
    until: date
    asked_at: Instant | None = None


class Question(Part):
    """What would settle the case, in words the provider understands; `paths` are the facts asked
    for. `optional`: nothing waits for the answer, for the emergency needs none. `asked`: it is a
    clinician's, about a line that they look at; the engine's have none.
    """

    id: Code
    text: Annotated[str, Field(max_length=1_000)]
    paths: tuple[Code, ...] = ()
    lines: tuple[int, ...] = ()
    optional: bool = False
    asked: ClinicianAsk | None = None


class OtherWay(Part):
    """Another way to settle a line: answers to `questions` instead of those to the questions in
    `instead_of`; what else the line is asked stays.
    """

    line: int
    instead_of: tuple[Code, ...]
    questions: tuple[Question, ...]


class Unread(Part):
    """A name of the request that nobody reads, with the known one that it comes nearest to: of a
    fact (`path`), a `subject`, a `service` or a `list`; or the fact whose `value` is a range that
    holds nothing. Names alone, never values.
    """

    kind: Literal["path", "subject", "service", "list", "value"]
    name: Annotated[str, Field(max_length=200)]
    nearest: Annotated[str | None, Field(max_length=200)] = None


class Score(Part):
    """A score whose items are partly unknown: the reachable bounds, and the items that would settle
    it.
    """

    subject: Code
    score: Code
    low: int
    high: int
    reachable: tuple[int, ...] = ()
    settled_by: tuple[Code, ...] = ()


class Citation(Part):
    """A reference in the literature, and whether the population it studied includes this line's
    patient.
    """

    id: Code
    line: int
    applies: bool | None
    why: Annotated[str, Field(max_length=1_000)]


class LineCode(Part):
    """A procedure or item code of a line with the services that it asks for, by which code sets
    (`spine-procedures@1`).
    """

    code: Code
    services: tuple[Code, ...] = ()
    code_sets: tuple[Code, ...] = ()


class LineEvaluation(Part):
    """The evaluation of one service line: outcome `approve` or `pend`, nothing else exists.

    `other_editions` are what other dates of the request would choose; `codes` those that name a
    service.
    """

    sequence: int
    segment: Annotated[str | None, Field(max_length=64)] = None
    outcome: Literal["approve", "pend"]
    reason: Code
    policy: PolicyRef | None = None
    tree: Node | None = None
    guards: tuple[Node, ...] = ()
    other_editions: tuple[PolicyRef, ...] = ()
    codes: tuple[LineCode, ...] = ()


class Doubt(OpenEnumeration):
    """What a reader should know of the facts under a statement, all of which are taken as true."""

    ASSERTED = "asserted"
    """No document is named for a fact."""
    PROBABLE = "probable"
    OF_A_GROUP = "of_a_group"
    """Said of several findings at once."""
    UNDATED = "undated"
    """Counted from receipt."""
    OTHER = "other"


class Figure(Part):
    """A number that was computed from the facts: `label` is the criterion's, `low` and `high` are
    equal where it is certain.
    """

    label: Annotated[str, Field(max_length=400)]
    low: float
    high: float
    unit: Annotated[str | None, Field(max_length=32)] = None


class Statement(Part):
    """A sentence that a notice may make, with the chart sources and computed figures behind it."""

    text: Annotated[str, Field(max_length=1_000)]
    lines: tuple[int, ...] = ()
    sources: tuple[Source, ...] = ()
    figures: tuple[Figure, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    criterion: Code | None = None
