"""A triage file: which findings count, in what combination they may be an emergency, and within
how many minutes a clinician looks.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from services.criteria.engine.language.criterion import Criterion, Id, Strict
from services.criteria.engine.language.policy import Approval, Sentence

OWNER = "medical director"
Minutes = Annotated[int, Field(ge=1, le=1_440)]
Codes = tuple[Id, ...]
"""Codes without blanks and dots; one that ends in `*` stands for all that begin so."""


class FactSign(Criterion):
    """A fact, compared as in a policy, whose truth may be the finding.

    `levels`: only of subjects between these levels; `lasting`: history, which never goes stale.
    """

    levels: tuple[Id, Id] | None = None
    lasting: bool = False

    @model_validator(mode="after")
    def _leaf(self) -> Self:
        if self.fact is None or self.levels_below is not None or self.within_days is not None:
            msg = "a sign is one fact with one comparison of its value"
            raise ValueError(msg)
        if self.unless is not None or self.assume_absent or self.certainty != "confirmed":
            msg = "a sign counts whatever its certainty, and nothing waives it"
            raise ValueError(msg)
        return self


class FindingSpec(Strict):
    """One finding by its name: any of these facts of the request, or of these entries of a line.

    `segment`: a line that names a part of the spine is one.
    """

    id: Id
    label: Sentence
    facts: tuple[FactSign, ...] = ()
    diagnoses: Codes = ()
    services: tuple[Id, ...] = ()
    codes: Codes = ()
    sites: tuple[Id, ...] = ()
    segment: bool = False


class When(Strict):
    """A combination of findings and definitions, by name.

    `not_denied`: unless a clinician has surely ruled the finding out.
    """

    all_: Annotated[tuple[Id | When, ...] | None, Field(alias="all", min_length=1)] = None
    any_: Annotated[tuple[Id | When, ...] | None, Field(alias="any", min_length=1)] = None
    not_denied: Id | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.all_ is not None) + (self.any_ is not None) + (self.not_denied is not None) != 1:
            msg = "a combination is one of all, any, not_denied"
            raise ValueError(msg)
        return self


class Definition(Strict):
    """A combination with a name, for the definitions and rules below it."""

    id: Id
    when: When


class Tier(Strict):
    """Within how many minutes a clinician looks, and whether somebody calls by then."""

    within_minutes: Minutes
    call: bool = False


class RuleSpec(Strict):
    """What may be an emergency, and of which tier."""

    id: Id
    label: Sentence
    tier: int
    when: When


class InForce(Strict):
    """From which day of receipt to which the file holds."""

    from_: Annotated[date, Field(alias="from")]
    to: date | None = None


class TriageSpec(Strict):
    """A triage file.

    `days`: how old a finding may be, unless the finding named by `progressive` is there; `near`:
    how many letters a path may be off and still be meant. `circumstances` are findings that name
    no emergency by themselves and are not shown.
    """

    triage: Id
    version: Id
    title: Sentence
    owner: Sentence
    effective: InForce
    vocabulary: Id
    days: Annotated[int, Field(ge=1)]
    progressive: Id
    near: Annotated[int, Field(ge=0, le=2)]
    tiers: Annotated[dict[int, Tier], Field(min_length=1)]
    signs: Annotated[tuple[FindingSpec, ...], Field(min_length=1)]
    circumstances: tuple[FindingSpec, ...] = ()
    definitions: tuple[Definition, ...] = ()
    rules: Annotated[tuple[RuleSpec, ...], Field(min_length=1)]
    approvals: tuple[Approval, ...]
    caution: Sentence | None = None
    next_review: date

    @model_validator(mode="after")
    def _approved(self) -> Self:
        roles = {approval.role for approval in self.approvals}
        people = {approval.name for approval in self.approvals}
        # A file that hurries people, or fails to, has an owner and a second pair of eyes.
        if OWNER not in roles or len(people) == 1:
            msg = "triage needs the approval of the medical director and of a second person"
            raise ValueError(msg)
        return self
