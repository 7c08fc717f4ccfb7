"""Brings a service's store to its newest schema with Alembic; each service has its own `migrations` folder."""

from __future__ import annotations

from importlib.resources import files

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, Engine
from sqlmodel import SQLModel

from shared.lanes.tables import LANE_TABLES, OUTBOXES


def upgrade(service: str, engine: Engine) -> None:
    """Runs the migrations that the store lacks, one process at a time."""
    config = Config()
    config.set_main_option("script_location", str(files(f"services.{service}").joinpath("migrations")))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7203615)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def run(tables: tuple[type[SQLModel], ...]) -> None:
    """What a service's `migrations/env.py` does: runs inside the connection it was given; `tables` are the service's own."""
    connection: Connection = context.config.attributes["connection"]
    wanted = {model.__table__.name for model in (*LANE_TABLES, *tables)} | {table.name for table in OUTBOXES}  # type: ignore[attr-defined]
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=lambda name, kind, _: kind != "table" or name in wanted,
        include_object=lambda _item, name, kind, *_: kind != "table" or name in wanted,
    )
    with context.begin_transaction():
        context.run_migrations()
