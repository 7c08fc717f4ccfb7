"""What a lane keeps: records, lanes, cases, and what one transaction writes of them."""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
