"""`priorauth bench simulate`: seeds of the deterministic simulator."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bench import run


def simulate(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many.")] = 1_000,
    first: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 0,
    json: Annotated[Path | None, typer.Option("--json", help="Add the result to this file; seeds that it has already are not run again.")] = None,
) -> None:
    """The four services on one seeded thread while processes die, records come late or twice and disks fill: what must hold holds at every step."""
    given = ["--seeds", str(seeds), "--from", str(first)]
    run("tests.crash.simulator", [*given, "--json", str(json.resolve())] if json else given)
