"""How fast a request must be answered."""

from __future__ import annotations

from enum import StrEnum


class Urgency(StrEnum):
    """How fast the request must be answered; it may rise and never falls.

    `emergency` is the provider's declaration.
    """

    STANDARD = "standard"
    EXPEDITED = "expedited"
    EMERGENCY = "emergency"


_RISING = (Urgency.STANDARD, Urgency.EXPEDITED, Urgency.EMERGENCY)


def faster(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of two."""
    return max(one, other, key=_RISING.index)
