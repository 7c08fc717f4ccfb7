"""What decisions read beside the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.criteria.engine.edition.library import Library
from shared.lanes.state.reference import ReferenceItem


@dataclass(frozen=True, slots=True)
class DecisionReference:
    """What decisions read beside the case: the policies, and the key that authorization numbers are
    made with; `items` are what the policies were compiled from. `desk` are the public keys that
    reviews are signed by, by their ids; None in place of one that was retired.
    """

    library: Library
    number_key: bytes
    items: tuple[ReferenceItem, ...] = ()
    desk: Mapping[str, Ed25519PublicKey | None] = field(default_factory=dict)
