"""`priorauth migrate`: brings stores to this version's schema, as the role that owns them."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from cli.screen.display import show
from shared.errors import Impossible
from shared.lanes.store.connect import reading_engine, usable
from shared.lanes.store.migrate import revision, upgrade
from shared.lanes.store.schema.rights import grant
from shared.settings import SERVICES, load

Json = dict[str, Any]
NAME = "{service}"
"""Stands in PRIORAUTH_DATABASE_URL where the service's name belongs."""


def migrate(
    services: Annotated[
        list[str] | None, typer.Argument(help="Of intake, criteria, letters, audit; all without.")
    ] = None,
    *,
    role: Annotated[
        str,
        typer.Option(help="The role that the service runs as, which gets its rights."),
    ] = NAME,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring the services' stores to this version's schema, and give the roles they run as what they
    need.

    PRIORAUTH_DATABASE_URL names the database and the role that owns it; write {service} in it where
    the service's name belongs. SQLite files are brought up by the services themselves as well.
    """
    names = services or list(SERVICES)
    if unknown := sorted({*names} - {*SERVICES}):
        raise typer.BadParameter(f"no service: {', '.join(unknown)}")
    found = [_migrated(name, _address(name, len(names)), role) for name in names]
    show(found, as_json=as_json, picture=lambda lines: "\n".join(_line(one) for one in lines))


def _address(service: str, asked: int) -> str:
    url = load(service).database_url
    if asked > 1 and not url.startswith("sqlite") and NAME not in url:
        raise Impossible(
            "PRIORAUTH_DATABASE_URL names one database, and each service has its own.",
            code="setting",
            remedy=f"Write {NAME} where the service's name belongs, or name one service.",
        )
    return url.replace(NAME, service)


def _migrated(service: str, url: str, role: str) -> Json:
    # Its models say which tables are only appended to.
    import_module(f"services.{service}.tables")
    engine, runs_as = reading_engine(url), role.replace(NAME, service)
    try:
        with usable():
            before = revision(engine)
            upgrade(service, engine)
            granted = grant(engine, runs_as)
            return {
                "service": service,
                "from": before,
                "to": revision(engine),
                "granted": runs_as if granted else None,
            }
    finally:
        engine.dispose()


def _line(one: Json) -> str:
    came = f"from {one['from']} to" if one["from"] not in {None, one["to"]} else "at"
    rights = f"; {one['granted']} has its rights" if one["granted"] else ""
    return f"{one['service']}: {came} schema {one['to']}{rights}"
