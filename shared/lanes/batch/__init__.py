"""One batch in memory: read, put in causal order, decided on, and gathered for one transaction.

No input or output.
"""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
