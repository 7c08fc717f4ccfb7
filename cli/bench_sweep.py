"""`priorauth bench sweep`: services killed, and refused by the disk, at every system call."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bench import run


def sweep(  # noqa: PLR0913, PLR0917 - one parameter an option
    json: Annotated[Path | None, typer.Option("--json", help="Keep the figures in this file; what it holds already is not run again.")] = None,
    service: Annotated[str, typer.Option("--service", help="Only intake, criteria, letters or audit.")] = "",
    event: Annotated[str, typer.Option("--event", help="Only one type, for instance request-received.")] = "",
    fault: Annotated[str, typer.Option("--fault", help="Only kill, enospc or eio.")] = "",
    on: Annotated[str, typer.Option("--on", help="Only sqlite, postgres (PRIORAUTH_TEST_POSTGRES), embedded or full.")] = "",
    points: Annotated[int, typer.Option("--points", min=0, help="At most so many points an event and fault, spread evenly; 0 means all.")] = 0,
) -> None:
    """A process dies at every write, send and sync of each service while it handles one event of each type, then meets ENOSPC and EIO there (needs strace)."""
    chosen = {"--service": service, "--event": event, "--fault": fault, "--on": on, "--json": str(json.resolve()) if json else ""}
    run("benchmarks.sweep", [*(part for name, value in chosen.items() if value for part in (name, value)), "--points", str(points)])
