"""The engine of a replica: which lanes are ours, what they take, and how a batch is committed and
published.
"""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
