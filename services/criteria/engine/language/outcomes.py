"""What an approval grants, as a policy's file says it: for how long, and the limits of a branch."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.criteria.engine.language.criterion import Id, Strict

LimitText = Annotated[str, Field(min_length=1, max_length=1_000)]


class BranchSpec(Strict):
    """What holds where the node that `when` names is met.

    `valid_days`: an approval is valid no longer. `not_codes` and `max_units` (of each code) are
    limits: a line that asks for more goes to a person with `text`, and nothing is taken from it.
    """

    when: Id
    valid_days: Annotated[int | None, Field(ge=1)] = None
    not_codes: tuple[Id, ...] = ()
    max_units: Annotated[int | None, Field(ge=1)] = None
    text: LimitText | None = None

    @property
    def limits(self) -> bool:
        """Whether it limits what may be asked for."""
        return bool(self.not_codes) or self.max_units is not None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.limits is not (self.text is not None):
            msg = "not_codes and max_units need a text, and a text needs one of them"
            raise ValueError(msg)
        if not self.limits and self.valid_days is None:
            msg = "a branch needs valid_days, not_codes or max_units"
            raise ValueError(msg)
        return self


class OutcomesSpec(Strict):
    """What an approval grants: for how many days, and what differs by branch."""

    valid_days: Annotated[int, Field(ge=1)] = 90
    branches: tuple[BranchSpec, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [one.when for one in self.branches]
        if len(set(names)) < len(names):
            msg = "a node stands in one branch only"
            raise ValueError(msg)
        return self
