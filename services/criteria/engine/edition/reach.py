"""For whom and where an edition is, beside services and diagnoses: plan, state, age and site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.criteria.engine.language.applies_to import AppliesTo
from services.criteria.engine.runtime.computed.request_facts import (
    age_of,
    business_of,
    site_of,
    state_of,
)
from shared.events.request import Member, ServiceLine

NOBODY = Member(id="unknown")
"""A member of whom nothing is known."""


class PolicyReach:
    """The part of `applies_to` that a request may leave open."""

    def __init__(self, rule: AppliesTo) -> None:
        self._businesses, self._states = frozenset(rule.business), frozenset(rule.states)
        self._sites, self._ages = frozenset(rule.sites), rule.ages

    def unsaid(self, member: Member, line: ServiceLine, day: date) -> tuple[str, ...] | None:
        """The facts that would settle whether the edition is for this line; None where it is known
        not to be.
        """
        told = dict(self._told(member, line, day))
        if False in told.values():
            return None
        return tuple([path for path, fits in told.items() if fits is None])

    def _told(
        self, member: Member, line: ServiceLine, day: date
    ) -> Iterator[tuple[str, bool | None]]:
        """Whether each condition holds, by the fact that it reads; None where nobody said."""
        for path, wanted, value in (
            ("request.business", self._businesses, business_of(member)),
            ("request.state", self._states, state_of(member)),
            ("request.site", self._sites, site_of(line)),
        ):
            if wanted:
                yield path, None if value is None else value in wanted
        if self._ages is not None:
            age = age_of(member, day)
            yield "member.age", None if age is None else self._ages.holds(age)


def reach_of(rule: AppliesTo) -> PolicyReach | None:
    """The reach of an edition; None where it is for everybody and everywhere."""
    narrow = rule.business or rule.states or rule.sites or rule.ages
    return PolicyReach(rule) if narrow else None
