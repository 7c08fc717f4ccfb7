"""Which lines a policy is for, as its file says it."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.criteria.engine.language.criterion import Id, Strict
from services.criteria.engine.language.request_facts import BUSINESSES, STATES
from shared.body.places import PLACES


class AgeRange(Strict):
    """Ages in whole years, `from` and `to` among them; either end may be left open."""

    from_: Annotated[int | None, Field(alias="from", ge=0, le=150)] = None
    to: Annotated[int | None, Field(ge=0, le=150)] = None

    @model_validator(mode="after")
    def _order(self) -> Self:
        low, high = self.from_, self.to
        if (low is None and high is None) or (low or 0) > (150 if high is None else high):
            msg = "needs from or to, in this order"
            raise ValueError(msg)
        return self

    def holds(self, age: int) -> bool:
        """Whether this age lies between the two."""
        return (self.from_ or 0) <= age and (self.to is None or age <= self.to)


class AppliesTo(Strict):
    """Which lines the policy is for: one of these services and, if given, one of these diagnoses.

    A diagnosis that ends in `*` stands for all that begin so. `business`, `states`, `ages` and
    `sites` are of the request: where it does not say, the policy judges the line and approves
    nothing.
    """

    services: Annotated[tuple[Id, ...], Field(min_length=1)]
    any_diagnosis: tuple[Id, ...] = ()
    not_diagnosis: tuple[Id, ...] = ()
    business: tuple[Id, ...] = ()
    states: tuple[Id, ...] = ()
    ages: AgeRange | None = None
    sites: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        for given, known in (
            (self.business, BUSINESSES),
            (self.states, STATES),
            (self.sites, PLACES),
        ):
            wrong = [one for one in given if one not in known]
            if wrong:
                msg = f"{wrong[0]} is none of {', '.join(sorted(known))}"
                raise ValueError(msg)
        return self
