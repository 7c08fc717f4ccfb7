"""Alembic's entry: intake's tables on the connection that is being migrated."""

from services.intake.tables import INTAKE_TABLES
from shared.lanes.store.migrate import run

run(INTAKE_TABLES)
