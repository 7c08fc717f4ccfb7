"""Provider numbers that cannot be right: a slip that is told, and no reason to hold a request."""

from __future__ import annotations

from functools import lru_cache

from shared.events.evaluation import Advisory
from shared.events.request import AuthorizationRequest

PREFIX = "80840"
"""Stands before the digits when they are checked: an identifier of a United States health care
provider (45 CFR 162.406; ISO/IEC 7812-1, Luhn's formula).
"""
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def mistyped(request: AuthorizationRequest) -> tuple[Advisory, ...]:
    """What the asker should know of identifiers whose check digit does not fit."""
    named = (("requester", request.requester.npi), ("performer", request.performer.npi))
    return tuple(
        Advisory(
            id=f"npi-check-digit:{role}",
            text=(
                f"The check digit of the {role}'s National Provider Identifier does not fit: one "
                "of its digits may be mistyped."
            ),
        )
        for role, npi in named
        if npi is not None and not check_digit_fits(npi)
    )


@lru_cache(4_096)
def check_digit_fits(npi: str) -> bool:
    """Whether the last of ten ASCII digits is the one that the others ask for."""
    digits = [int(digit) for digit in reversed(PREFIX + npi)]
    return (sum(digits[::2]) + sum(_DOUBLED[digit] for digit in digits[1::2])) % 10 == 0
