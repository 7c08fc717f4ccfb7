"""What decisions read beside the case."""

from __future__ import annotations

from dataclasses import dataclass

from services.criteria.engine.edition.library import Library
from shared.lanes.state.reference import ReferenceItem


@dataclass(frozen=True, slots=True)
class DecisionReference:
    """What decisions read beside the case: the policies, and the key that authorization numbers are
    made with; `items` are what the policies were compiled from.
    """

    library: Library
    number_key: bytes
    items: tuple[ReferenceItem, ...] = ()
