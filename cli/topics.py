"""`priorauth topics`: the declared topics, what a broker lacks of them, and how far each service is behind."""

from __future__ import annotations

from dataclasses import asdict
from time import sleep
from typing import Annotated, Any

import typer
from kafka.errors import KafkaError
from rich.console import RenderableType

from cli import exits
from cli.addresses import broker_of
from cli.display import out, show, table_of
from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka import lag as lagging
from shared.kafka import topics
from shared.settings import load

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
PATIENCE = 60.0
PAUSE = 1.0
app = typer.Typer(help="Provision topics, find drift, see lag.", no_args_is_help=True)


@app.command("apply")
def applied(*, as_json: AsJson = False) -> None:
    """Create the declared topics that the broker lacks; waits up to a minute for the broker. Nothing that exists is changed."""
    settings = load()
    created = _patiently(broker_of(settings), settings.replication)
    if as_json:
        show({"created": created}, as_json=True, picture=str)
    else:
        out.print(f"created {', '.join(created)}" if created else "all topics are there")


def _patiently(broker: str, replication: int) -> tuple[str, ...]:
    """Tries until the broker answers or patience ends."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            return topics.apply(broker, replication=replication)
        except KafkaError as error:
            if monotonic() > deadline:
                raise _no_broker(broker) from error
            sleep(PAUSE)


@app.command()
def drift(*, as_json: AsJson = False) -> None:
    """Show where the broker's topics differ from their declaration; exit code 1 when they do."""
    broker = broker_of(load())
    try:
        found = [asdict(one) for one in topics.drift(broker)]
    except KafkaError as error:
        raise _no_broker(broker) from error
    show(found, as_json=as_json, picture=_drift_table)
    if found:
        raise typer.Exit(exits.DIFFERENT)


@app.command()
def lag(*, as_json: AsJson = False) -> None:
    """Show how many records each service has not worked yet, by topic, from fetched log ends and the positions it last told the broker."""
    broker = broker_of(load())
    try:
        found = [asdict(one) for one in lagging.lag(broker)]
    except KafkaError as error:
        raise _no_broker(broker) from error
    show(found, as_json=as_json, picture=_lag_table)


def _drift_table(found: list[Json]) -> RenderableType:
    if not found:
        return "every topic is as declared"
    return table_of(("topic", "setting", "declared", "actual"), (one.values() for one in found))


def _lag_table(found: list[Json]) -> RenderableType:
    return table_of(("service", "topic", "records", "behind"), (one.values() for one in found))


def _no_broker(broker: str) -> Unavailable:
    return Unavailable(f"No broker answers at {broker}.", code="no_broker", remedy="Start one, or name it with PRIORAUTH_BROKER.")
