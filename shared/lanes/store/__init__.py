"""The lane log's tables on PostgreSQL and SQLite: one store, two databases."""

from shared.compiled import LANES

LANES.prefer(__name__, __path__)
