"""Acts on clocks as the clinicians' desk writes them to `pa.reviews.v1`: the only records of that
topic that intake reads.
"""

from __future__ import annotations

from pydantic import ValidationError

from shared.errors import Malformed
from shared.events.clocks.acts import ClockActSubmitted
from shared.json_bounds import admit
from shared.json_text import misfits

MAX_ACT_BYTES = 65_536


def read_act(_type: str, _headers: dict[str, str], value: bytes) -> ClockActSubmitted:
    """The act in a record; raises `Malformed` with a code.

    Unknown fields and values are refused: what is done to a clock must be said exactly.
    """
    admit(value, MAX_ACT_BYTES)
    try:
        return ClockActSubmitted.model_validate_json(value)
    except ValidationError as problem:
        errors = problem.errors(include_url=False, include_context=False, include_input=False)
        raise Malformed(
            f"The act does not have the expected fields: {misfits(errors)}.", code="schema"
        ) from None
