"""The event catalogue: one file per producing service, the envelope, and the generated schemas."""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
