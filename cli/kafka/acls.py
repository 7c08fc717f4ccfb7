"""`priorauth topics acls`: who may read and write what, as declared and as a cluster has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from cli import exits
from cli.kafka.broker import asked
from cli.screen.display import show, table_of
from cli.services.addresses import broker_of
from shared.kafka import acls
from shared.settings import load

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PATIENCE = 60.0
app = typer.Typer(help="Grant access as it is declared, find drift.", no_args_is_help=True)


@app.command("apply")
def applied(
    *,
    remove: Annotated[
        bool,
        typer.Option(
            "--remove",
            help="Also take away what nobody declared of this product's topics, groups and "
            "principals.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Grant every declared right that the cluster lacks; waits up to a minute for the broker."""
    cluster = broker_of(load())
    granted = [asdict(one) for one in asked(acls.apply, cluster, patience=PATIENCE)]
    removed = [asdict(one) for one in asked(acls.remove, cluster)] if remove else []
    show(
        {"granted": granted} | ({"removed": removed} if remove else {}),
        as_json=as_json,
        picture=_applied_text,
    )


def _applied_text(found: Json) -> RenderableType:
    granted, removed = found["granted"], found.get("removed", [])
    return "\n".join(
        [
            f"granted {len(granted)} rights" if granted else "every declared right is there",
            *(
                f"removed: {one['principal']} {one['operation']} {one['resource']}"
                for one in removed
            ),
        ]
    )


@app.command()
def drift(*, as_json: AsJson = False) -> None:
    """Show the rights that are missing and those that nobody declared; exit code 1 when there are
    any.
    """
    found = [asdict(one) for one in asked(acls.drift, broker_of(load()))]
    show(found, as_json=as_json, picture=_drift_table)
    if found:
        raise typer.Exit(exits.DIFFERENT)


def _drift_table(found: list[Json]) -> RenderableType:
    if not found:
        return "every right is as declared, and there are no others"
    return table_of(
        ("principal", "resource", "operation", "found"), (one.values() for one in found)
    )
