"""`priorauth topics`: the declared topics, what a broker lacks of them, and how far each service is
behind.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType

from cli import exits
from cli.kafka import acls, users
from cli.kafka.broker import asked
from cli.screen.display import show, table_of
from cli.screen.safe import safe
from cli.services.addresses import broker_of, url_of
from cli.services.parked_client import refused, refused_in_words
from shared.clock import SystemClock
from shared.errors import Unavailable
from shared.kafka import lag as lagging
from shared.kafka import topics
from shared.settings import SERVICES, load

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PATIENCE = 60.0
app = typer.Typer(help="Provision topics, find drift, see lag.", no_args_is_help=True)
app.add_typer(acls.app, name="acls")
app.add_typer(users.app, name="users")


@app.command("apply")
def applied(
    *,
    alter: Annotated[
        bool,
        typer.Option(
            "--alter", help="Also set what `drift` shows of the settings of existing topics."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create the declared topics that the broker lacks; waits up to a minute for the broker.

    What exists is changed with --alter alone, and only in its settings.
    """
    settings = load()
    cluster = broker_of(settings)
    created = asked(topics.apply, cluster, patience=PATIENCE, replication=settings.replication)
    altered = (
        [asdict(one) for one in asked(topics.correct, cluster, replication=settings.replication)]
        if alter
        else []
    )
    show(
        {"created": created} | ({"altered": altered} if alter else {}),
        as_json=as_json,
        picture=_applied_text,
    )


def _applied_text(found: Json) -> RenderableType:
    created, altered = found["created"], found.get("altered", [])
    lines = [f"created {', '.join(created)}" if created else "all topics are there"]
    return "\n".join(
        [
            *lines,
            *(
                f"{one['topic']}: {one['setting']} was {one['actual']}, is {one['declared']}"
                for one in altered
            ),
        ]
    )


@app.command()
def drift(*, as_json: AsJson = False) -> None:
    """Show where the broker's topics differ from their declaration; exit code 1 when they do."""
    settings = load()
    found = [
        asdict(one)
        for one in asked(topics.drift, broker_of(settings), replication=settings.replication)
    ]
    show(found, as_json=as_json, picture=_drift_table)
    if found:
        raise typer.Exit(exits.DIFFERENT)


@app.command()
def lag(*, as_json: AsJson = False) -> None:
    """Show how far each service is behind, by topic: records not worked yet, the age of the oldest
    in seconds, and the lanes that it refuses to work.
    """
    settings = load()
    behind = asked(lagging.lag, broker_of(settings), SystemClock().now())
    refusals = {service: _refused(url_of(service, settings)) for service in SERVICES}
    found = [asdict(one) | {"refused": refusals[one.service]} for one in behind]
    show(found, as_json=as_json, picture=_lag_table)


def _refused(url: str) -> list[Json] | None:
    """The lanes that a replica refuses; None if it does not answer, which its lag shows soon
    enough.
    """
    try:
        return refused(url)
    except Unavailable:
        return None


def _drift_table(found: list[Json]) -> RenderableType:
    if not found:
        return "every topic is as declared"
    return table_of(("topic", "setting", "declared", "actual"), (one.values() for one in found))


def _lag_table(found: list[Json]) -> RenderableType:
    rows = (
        (
            one["service"],
            one["topic"],
            one["records"],
            one["behind"],
            "?" if one["seconds"] is None else one["seconds"],
        )
        for one in found
    )
    by_service = {one["service"]: one["refused"] for one in found}
    silent = [
        f"{service} does not answer" for service, refusals in by_service.items() if refusals is None
    ]
    lines = [
        f"[red]{service}[/] {safe(line)}"
        for service, refusals in by_service.items()
        for line in refused_in_words(refusals or [])
    ]
    return Group(
        table_of(("service", "topic", "records", "behind", "seconds"), rows), *silent, *lines
    )
