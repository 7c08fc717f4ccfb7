"""Alembic's entry: criteria's tables on the connection that is being migrated."""

from services.criteria.tables import CRITERIA_TABLES
from shared.lanes.store.migrate import run

run(CRITERIA_TABLES)
