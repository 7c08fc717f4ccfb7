"""What decisions read beside the case."""

from __future__ import annotations

from dataclasses import dataclass

from services.criteria.engine.edition.library import Library


@dataclass(frozen=True, slots=True)
class DecisionReference:
    """What decisions read beside the case: the policies, and the key that authorization numbers are
    made with.
    """

    library: Library
    number_key: bytes
