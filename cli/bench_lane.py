"""`priorauth bench lane`: what the lane log itself takes, with a decision that costs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bench import run


def lane(
    json: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None,
    events: Annotated[int, typer.Option("--events", min=1_000, help="Events of each measurement.")] = 40_000,
) -> None:
    """Events a second through one lane on one core, beside a bare loop: by backend, batch size, cases stored before, and replicas."""
    given = ["--events", str(events)]
    run("benchmarks.lane", [*given, "--json", str(json.resolve())] if json else given)
