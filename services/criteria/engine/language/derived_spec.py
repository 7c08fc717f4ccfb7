"""The facts that a policy may compute: a closed list of functions."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.criteria.engine.language.criterion import Criterion, Id, Strict


class ListWhere(Strict):
    """A list, and which of its items count."""

    list: Id
    where: Criterion
    assume_closed: bool = False


class CountWithin(ListWhere):
    """How many items count; of an open list at least so many.

    `days`: only items whose `date` lies at most so long before receipt.
    """

    date: Id | None = None
    days: int | None = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.date is None) != (self.days is None):
            msg = "date and days belong together"
            raise ValueError(msg)
        return self


class BestWindow(ListWhere):
    """The most items that count in any `days` consecutive days of the first `first_months` calendar
    months from the date in `since`.

    Each item is a day, named by its date.
    """

    days: Annotated[int, Field(ge=1, le=366)]
    since: Id
    first_months: Annotated[int, Field(ge=1, le=120)]


class Difference(Strict):
    """The first fact less the second: of two numbers, or of two dates in days."""

    of: Id
    less: Id


class Elapsed(Strict):
    """The whole days, weeks or calendar months from one date to another one, or to receipt."""

    from_: Annotated[Id, Field(alias="from")]
    to: Id = "receipt"
    in_: Annotated[Literal["days", "weeks", "months"], Field(alias="in")]


class BodyMassIndex(Strict):
    """Weight by the square of the height."""

    weight: Id
    height: Id


class Quotient(Strict):
    """The first number by the second."""

    of: Id
    to: Id


class Derived(Strict):
    """A fact that the policy computes: exactly one function."""

    score_table: Id | None = None
    margin_above: ListWhere | None = None
    margin_below: ListWhere | None = None
    every_interspace: ListWhere | None = None
    reaches_sacrum: Literal[True] | None = None
    count_within: CountWithin | None = None
    best_window: BestWindow | None = None
    difference: Difference | None = None
    age_at: Literal["receipt"] | None = None
    elapsed: Elapsed | None = None
    bmi: BodyMassIndex | None = None
    ratio: Quotient | None = None
    percentage: Quotient | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            msg = "exactly one function is needed"
            raise ValueError(msg)
        return self

    @property
    def operands(self) -> tuple[str, ...]:
        """The facts that arithmetic or a span of time is computed from, in order."""
        if self.elapsed is not None:
            ends = (self.elapsed.from_, self.elapsed.to)
            return tuple(one for one in ends if one != "receipt")
        if self.bmi is not None:
            return self.bmi.weight, self.bmi.height
        parts = self.ratio or self.percentage
        return () if parts is None else (parts.of, parts.to)
