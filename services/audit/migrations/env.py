"""Alembic's entry: audit's tables on the connection that is being migrated."""

from services.audit.tables import TABLES
from shared.lanes.store.migrate import run

run(TABLES)
