"""The closed language of a criterion: groups, lists, leaves, references. Nothing else loads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Scalar = bool | int | Decimal | str
Numeric = int | Decimal
Bound = int | Decimal | str
Id = Annotated[str, Field(min_length=1, max_length=64)]
GROUPS = ("all_", "any_", "none", "of")
OPERATORS = (
    "is_",
    "one_of",
    "at_least",
    "at_most",
    "above",
    "below",
    "between",
    "levels_below",
    "within_days",
    "worst",
    "best",
)


class Strict(BaseModel):
    """A part of a policy file: unknown keys do not load."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LevelsBelow(Strict):
    """How many levels below the level of another fact: from `min` to `max`."""

    of: Id
    min: int
    max: int


class Comparison(Strict):
    """One comparison with a threshold, for the worst or best of a range over muscle groups."""

    at_least: Bound | None = None
    at_most: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    between: tuple[Bound, Bound] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            msg = "exactly one comparison is needed"
            raise ValueError(msg)
        return self


class Criterion(Strict):
    """One node of a criteria tree: exactly one of a group, a list, a leaf or a reference.

    `unless` is a waiver. `assume_absent` reads an absent yes-no fact as no. `why_not` is the
    sentence for a node that is not met. `wording` says how the node's words stand to its source:
    the source's own, a paraphrase, a paraphrase that a clinician reviewed, or (of no public rule)
    an illustration.
    """

    id: Id | None = None
    label: Annotated[str, Field(max_length=400)] | None = None
    why_not: Annotated[str, Field(max_length=400)] | None = None
    citations: tuple[Id, ...] = ()
    wording: Literal["verbatim", "paraphrase", "reviewed", "illustrative"] | None = None
    all_: Annotated[tuple[Criterion, ...] | None, Field(alias="all", min_length=1)] = None
    any_: Annotated[tuple[Criterion, ...] | None, Field(alias="any", min_length=1)] = None
    none: Annotated[tuple[Criterion, ...] | None, Field(min_length=1)] = None
    of: Annotated[tuple[Criterion, ...] | None, Field(min_length=1)] = None
    for_some: Id | None = None
    for_every: Id | None = None
    where: Criterion | None = None
    ref: Id | None = None
    unless: Criterion | None = None
    fact: Id | None = None
    is_: Annotated[Scalar | None, Field(alias="is")] = None
    one_of: Annotated[tuple[Scalar, ...] | None, Field(min_length=1)] = None
    at_least: Bound | None = None
    at_most: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    between: tuple[Bound, Bound] | None = None
    levels_below: LevelsBelow | None = None
    within_days: Annotated[int | None, Field(ge=0)] = None
    worst: Comparison | None = None
    best: Comparison | None = None
    certainty: Literal["confirmed", "probable", "possible"] = "confirmed"
    scope: Literal["own", "group"] = "own"
    assume_absent: bool = False

    def having(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Which of these fields are given."""
        return tuple(name for name in names if getattr(self, name) is not None)

    @property
    def group(self) -> tuple[str, tuple[Criterion, ...]]:
        """The group of this node (of a list: its body) and its members."""
        name = self.having(GROUPS)[0]
        return name, getattr(self, name)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        groups, lists, operators = (
            self.having(GROUPS),
            self.having(("for_some", "for_every")),
            self.having(OPERATORS),
        )
        if self.of is not None:
            operators = tuple(name for name in operators if name != "at_least")
        shape = (
            len(groups),
            len(lists),
            len(operators),
            self.fact is not None,
            self.ref is not None,
        )
        if shape not in {
            (1, 0, 0, False, False),
            (1, 1, 0, False, False),
            (0, 0, 1, True, False),
            (0, 0, 0, False, True),
        }:
            msg = (
                "a node is one group, one list with one group as its body, one fact with one "
                "operator, or one ref"
            )
            raise ValueError(msg)
        self._check_extras(bool(lists))
        return self

    def _check_extras(self, is_list: bool) -> None:  # noqa: FBT001 - one private caller
        msg = ""
        if self.where is not None and not is_list:
            msg = "where belongs to for_some and for_every"
        elif self.of is not None and not (
            isinstance(self.at_least, int) and 1 <= self.at_least <= len(self.of)
        ):
            msg = "of needs at_least: a whole number from 1 to the number of its members"
        elif self.fact is None and (
            self.assume_absent
            or "certainty" in self.model_fields_set
            or "scope" in self.model_fields_set
        ):
            msg = "assume_absent, certainty and scope belong to a fact"
        if msg:
            raise ValueError(msg)

    def children(self) -> Iterator[Criterion]:
        """The nodes directly below: members, where, unless."""
        for name in GROUPS:
            yield from getattr(self, name) or ()
        yield from (child for child in (self.where, self.unless) if child is not None)


def size(node: Criterion) -> tuple[int, int]:
    """How many nodes the tree has, and how deep it is."""
    below = [size(child) for child in node.children()]
    return 1 + sum(nodes for nodes, _ in below), 1 + max((depth for _, depth in below), default=0)
