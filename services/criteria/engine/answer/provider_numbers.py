"""Provider numbers that cannot be right: a slip that is told, and no reason to hold a request."""

from __future__ import annotations

from shared.events.evaluation import Advisory
from shared.events.request import AuthorizationRequest
from shared.npi import check_digit_fits


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
