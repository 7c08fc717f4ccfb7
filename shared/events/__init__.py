"""The event catalogue: one file a producing service, the parts that events share, the envelope, and
the generated schemas.
"""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
