"""Alembic's entry: intake's tables on the connection that is being migrated."""

from services.intake.tables import SubmissionRow
from shared.lanes.store.migrate import run

run((SubmissionRow,))
