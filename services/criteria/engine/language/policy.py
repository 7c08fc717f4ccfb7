"""A policy file: what it applies to, its criteria, guards, urgency, citations, and who approved
it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.criteria.engine.language.applies_to import AppliesTo
from services.criteria.engine.language.criterion import Criterion, Id, Numeric, Strict
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.outcomes import OutcomesSpec

Sentence = Annotated[str, Field(min_length=1, max_length=1_000)]


class Effective(Strict):
    """From when to when the edition is in force, and which date of a request counts."""

    from_: Annotated[date, Field(alias="from")]
    to: date | None = None
    basis: Literal["request_received", "date_of_service", "start_of_care"] = "request_received"

    def holds(self, on: date) -> bool:
        """Whether this day lies between the two."""
        return self.from_ <= on and (self.to is None or on <= self.to)


class Guard(Strict):
    """Fires when `when` is met.

    Unknown: a pend guard pends unless it says `unknown: advise`; an advise guard advises, with
    `unknown_text`.

    `name_by` completes the advisory's id: with each item of the list that `when` is (`item`), or
    with what a fact stands for.
    """

    id: Id
    when: Criterion
    unless: Criterion | None = None
    then: Literal["pend", "advise"]
    unknown: Literal["pend", "advise"] | None = None
    text: Sentence
    unknown_text: Sentence | None = None
    name_by: Id | None = None
    call_within_minutes: Annotated[int | None, Field(ge=1)] = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.then == "advise" and self.unknown is not None:
            msg = "an advise guard always advises when unknown"
            raise ValueError(msg)
        if self.name_by == "item" and self.when.for_some is None:
            msg = "name_by item needs for_some as its when"
            raise ValueError(msg)
        return self


class UrgencyRule(Strict):
    """When the policy makes a request expedited; a finding may raise urgency, never lower it."""

    expedited_if: Criterion
    unknown: Literal["expedited", "as_requested"] = "expedited"


class ReviewRule(Strict):
    """When a pended line needs a clinician within minutes."""

    when: Criterion
    within_minutes: Annotated[int, Field(ge=1)]
    reason: Id


class CitationSpec(Strict):
    """A reference with the population that it studied, as a criteria tree."""

    id: Id
    title: Sentence
    doi: str | None = None
    population: Criterion


class ThresholdSpec(Strict):
    """A threshold that a source names, in the vocabulary's unit: what lint holds leaves against."""

    fact: Id
    at_least: Numeric | None = None
    at_most: Numeric | None = None
    above: Numeric | None = None
    below: Numeric | None = None
    within_days: Annotated[int | None, Field(ge=0)] = None
    section: Sentence | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set - {"fact", "section"}) != 1:
            msg = "exactly one comparison is needed"
            raise ValueError(msg)
        return self


class SourceSpec(Strict):
    """A public document that criteria are drawn from, and where it can be read; `thresholds` is
    its table of them.
    """

    id: Id
    title: Sentence
    url: Annotated[str, Field(pattern=r"^https://", max_length=400)]
    section: Sentence | None = None
    thresholds: tuple[ThresholdSpec, ...] = ()


class ClaimSpec(Strict):
    """A figure somebody attached to a statement and nobody could trace: kept, never a criterion,
    never in a letter.
    """

    id: Id
    figure: Sentence
    statement: Sentence
    status: Literal["unverified"]


class StatementSpec(Strict):
    """A sentence that a notice may make when its node is met; `{items}` are the items that met
    it.
    """

    when: Id
    text: Sentence


class Approval(Strict):
    """Who approved the edition, and when."""

    name: Sentence
    role: Sentence
    on: date


class Editorial(Strict):
    """The review of the policy's content, apart from any request's status."""

    state: Literal["submitted", "under_review", "approved"]
    last_updated: date
    board: str
    caution: str | None = None


class Decision(Strict):
    """The engine's two outcomes: the schema knows no other."""

    approve_when: Literal["root_met"] = "root_met"
    otherwise: Literal["pend"] = "pend"


class PolicySpec(Strict):
    """A policy edition. Only an active one that two people approved is ever applied."""

    policy: Id
    version: Id
    title: Annotated[str, Field(max_length=400)]
    url: Annotated[str, Field(max_length=400)] | None = None
    status: Literal["draft", "active"]
    source_rank: Literal["ncd", "lcd", "internal"]
    precedence: int = 0
    jurisdiction: str = "US"
    effective: Effective
    applies_to: AppliesTo
    vocabulary: Id
    supersedes: Id | None = None
    overlay_of: Id | None = None
    definitions: tuple[Criterion, ...] = ()
    criteria: Criterion
    derived: Annotated[dict[Id, Derived], Field(default_factory=dict)]
    guards: tuple[Guard, ...] = ()
    urgency: UrgencyRule | None = None
    review: ReviewRule | None = None
    citations: tuple[CitationSpec, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    claims: tuple[ClaimSpec, ...] = ()
    statements: tuple[StatementSpec, ...] = ()
    outcomes: OutcomesSpec = OutcomesSpec()
    decision: Decision = Decision()
    assumed_may_approve: bool = False
    forbidden_sole_reasons: tuple[Id, ...] = ()
    approvals: tuple[Approval, ...] = ()
    editorial: Editorial
    next_review: date

    @model_validator(mode="after")
    def _approved(self) -> Self:
        # Two people.
        approved_by = {approval.name for approval in self.approvals}
        if self.status == "active" and len(approved_by) < 2:  # noqa: PLR2004
            msg = "an active policy needs the approval of two people"
            raise ValueError(msg)
        if self.editorial.state != "approved" and not self.editorial.caution:
            msg = "content that is not approved needs its caution"
            raise ValueError(msg)
        return self
