"""Brings a service's store to its newest schema with Alembic; each service has its own `migrations`
folder.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

from shared.errors import Unavailable
from shared.lanes.store.connect import usable
from shared.lanes.store.tables import LANE_TABLES, OUTBOXES, table_of

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATION_LOCKS = {
    "postgresql": "SELECT pg_advisory_xact_lock(7203615)",
    "sqlite": "BEGIN IMMEDIATE",
}
"""Replicas start together: without it two of them would create the same tables."""
UNREAD = {"0001": "0.1.0"}
"""Schema revisions that no migration leads on from, and the release that wrote them: what they hold
of a case cannot be read any more (docs/adr/0003-a-new-start.md).
"""


def prepare(service: str, engine: Engine) -> None:
    """What a service that starts does about its schema: SQLite's it brings up itself; PostgreSQL's
    it only looks at, for it has no right to change it.

    Raises `Unavailable` when the database cannot be used, has no or another schema.
    """
    if engine.dialect.name == "sqlite":
        upgrade(service, engine)
        return
    with usable():
        stored = _readable(service, engine)
    if stored != _newest(service):
        has = f"has the schema {stored}, and {_newest(service)} is needed" if stored else "is empty"
        raise Unavailable(
            f"The database of {service} {has}.",
            code="schema",
            remedy=f"Run, as the role that owns it: priorauth migrate {service}.",
        )


def upgrade(service: str, engine: Engine) -> None:
    """Runs the migrations that the store lacks, one process at a time; a store that lacks none
    costs one query.

    Raises `Unavailable` when the database cannot be used, and when a version wrote the store
    that this one does not read.
    """
    with usable():
        _upgrade(service, engine)


def _upgrade(service: str, engine: Engine) -> None:
    if _readable(service, engine) == _newest(service):
        return
    from alembic import command  # noqa: PLC0415 - a third of a second that a restart need not spend

    with engine.begin() as connection:
        connection.exec_driver_sql(MIGRATION_LOCKS[connection.dialect.name])
        command.upgrade(config(service, connection), "head")


def _readable(service: str, engine: Engine) -> str | None:
    """The store's revision, if this version can read or raise it."""
    stored = revision(engine)
    if stored in UNREAD:
        raise Unavailable(
            f"This store was written by {UNREAD[stored]}, which 0.2.0 does not read.",
            code="schema",
            remedy="Move the state folder away, or name an empty PRIORAUTH_DATABASE_URL.",
        )
    if stored is not None and stored not in _known(service):
        raise Unavailable(
            f"The store's schema is {stored}, and this version knows none after "
            f"{_newest(service)}.",
            code="schema",
            remedy="Run the version that wrote the store, or name another PRIORAUTH_DATABASE_URL.",
        )
    return stored


def _known(service: str) -> set[str]:
    return {
        entry.name.partition("_")[0]
        for entry in _scripts(service).joinpath("versions").iterdir()
        if entry.name.endswith(".py")
    }


def _newest(service: str) -> str:
    return max(_known(service))


def config(service: str, connection: Connection) -> Config:
    """What Alembic's commands want: the service's migrations, to be run on this connection."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    settings = Config()
    settings.set_main_option("script_location", str(_scripts(service)))
    settings.attributes["connection"] = connection
    return settings


def _scripts(service: str) -> Traversable:
    return files(f"services.{service}").joinpath("migrations")


def revision(engine: Engine) -> str | None:
    """The store's schema revision; None before the first migration."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def uncompressed(connection: Connection, columns: tuple[tuple[str, str], ...]) -> None:
    """Keeps PostgreSQL from compressing these (table, column)s: they are written once, read seldom,
    and compressing costs more than the rest of the row.
    """
    if connection.dialect.name == "postgresql":
        for table, column in columns:
            connection.exec_driver_sql(
                f'ALTER TABLE {table} ALTER COLUMN "{column}" SET STORAGE EXTERNAL'
            )


def run(tables: tuple[type[SQLModel], ...]) -> None:
    """What a service's `migrations/env.py` does: runs inside the connection it was given; `tables`
    are the service's own.
    """
    from alembic import context  # noqa: PLC0415 - as above

    connection: Connection = context.config.attributes["connection"]
    wanted = {table_of(model).name for model in (*LANE_TABLES, *tables)} | {
        table.name for table in OUTBOXES
    }
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=lambda name, kind, _: kind != "table" or name in wanted,
        include_object=lambda _item, name, kind, *_: kind != "table" or name in wanted,
    )
    with context.begin_transaction():
        context.run_migrations()
