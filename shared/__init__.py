"""What every service shares: events, the lane log, Kafka and database access, and value types.

Knows no service.
"""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
