"""How an invariant that does not hold is told."""

from __future__ import annotations


class Violated(BaseException):
    """An invariant does not hold. No part of the engine may catch it."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant


def must(holds: object, invariant: str, detail: object = "") -> None:
    """Raises `Violated` unless it holds."""
    if not holds:
        raise Violated(invariant, str(detail))
