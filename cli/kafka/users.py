"""`priorauth topics users`: the passwords of Kafka's principals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.kafka.broker import asked
from cli.screen.display import show
from cli.services.addresses import broker_of
from shared.kafka import users
from shared.settings import load

PATIENCE = 60.0
app = typer.Typer(help="Set passwords of Kafka's principals.", no_args_is_help=True)


@app.callback()
def described() -> None:
    """Set passwords of Kafka's principals."""


@app.command("apply")
def applied(
    folder: Annotated[
        Path,
        typer.Argument(help="Holds PRINCIPAL/kafka.password for each principal to set."),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Set the password of each declared principal that has a file (SCRAM); again after a change.

    Needs an administrator of the cluster. Who is connected stays connected.
    """
    changed = asked(users.apply, broker_of(load()), folder, patience=PATIENCE)
    show(
        {"set": changed},
        as_json=as_json,
        picture=lambda found: f"set: {', '.join(found['set']) or 'nobody has a file there'}",
    )
