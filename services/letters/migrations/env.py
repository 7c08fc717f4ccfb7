"""Alembic's entry: letters's tables on the connection that is being migrated."""

from services.letters.tables import LETTER_TABLES
from shared.lanes.store.migrate import run

run(LETTER_TABLES)
