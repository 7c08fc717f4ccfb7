"""`priorauth bench`: measurements, run from a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.measurement import run

FigureFile = Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")]
FaultKinds = Annotated[
    str,
    typer.Option(
        "--kinds",
        help="Only these kinds of faults, with commas between; see benchmarks/README.md.",
    ),
]
HistoryFolder = Annotated[
    Path | None,
    typer.Option("--history", help="Keep the raw history and the logs in this folder."),
]

bench = typer.Typer(
    no_args_is_help=True,
    help="Measurements; they need a checkout of the repository and its development packages.",
)


@bench.callback()
def measurements() -> None:
    """Measurements; they need a checkout of the repository and its development packages."""


@bench.command()
def pipeline(
    json: FigureFile = None,
    cases: Annotated[
        int, typer.Option("--cases", min=1, help="Requests for ours and the ceiling.")
    ] = 2_000,
    baseline_cases: Annotated[
        int,
        typer.Option("--baseline-cases", min=1, help="Requests for the baseline, which is slow."),
    ] = 300,
) -> None:
    """Ours, a tutorial's FastStream services and the ceiling, from submission to letters in the
    audit log, on one broker and database.
    """
    run(
        "benchmarks.pipeline",
        {"--cases": cases, "--baseline-cases": baseline_cases, "--json": json},
    )


@bench.command()
def crash(  # noqa: PLR0913, PLR0917 - one parameter an option
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the result to this file.")
    ] = None,
    cases: Annotated[
        int, typer.Option("--cases", min=1, help="Requests sent in a steady stream.")
    ] = 2_000,
    kills: Annotated[
        int,
        typer.Option(
            "--kills",
            min=1,
            help="Number of faults to inject, of every kind that the level supports.",
        ),
    ] = 20,
    replicas: Annotated[
        int,
        typer.Option("--replicas", min=1, max=3, help="Replicas of each service to begin with."),
    ] = 2,
    level: Annotated[str, typer.Option("--level", help="embedded, real, or both.")] = "both",
    seed: Annotated[
        int, typer.Option("--seed", help="Which faults come in which order, and whom they hit.")
    ] = 1,
    kinds: FaultKinds = "",
    history: HistoryFolder = None,
) -> None:
    """Services, broker and database killed and stopped at random under load: nothing may be lost,
    done twice or out of order, and the log must verify.
    """
    run(
        "tests.reliability.crash",
        {
            "--cases": cases,
            "--kills": kills,
            "--replicas": replicas,
            "--level": level,
            "--seed": seed,
            "--kinds": kinds.split(",") if kinds else (),
            "--json": json,
            "--history": history,
        },
    )


@bench.command()
def soak(
    json: FigureFile = None,
    minutes: Annotated[
        float, typer.Option("--minutes", min=1, help="How long the steady load lasts.")
    ] = 20,
    share: Annotated[
        float,
        typer.Option("--share", min=0.05, max=1, help="Which share of the measured peak it is."),
    ] = 0.7,
    # A flag.
    calm: Annotated[  # noqa: FBT002
        bool, typer.Option("--calm", help="No outages: memory and descriptors alone.")
    ] = False,
) -> None:
    """A steady load for minutes, with an outage of the broker and of the database: memory,
    descriptors, and how long until the lag is gone.
    """
    run(
        "tests.reliability.soak",
        {"--minutes": minutes, "--share": share, "--calm": calm, "--json": json},
    )


@bench.command()
def bugs(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write what was found to this file.")
    ] = None,
) -> None:
    """Puts each of the bugs in tests/reliability/bugs into a copy of the code: by which level it is
    found, after how many seeds and seconds.
    """
    run("tests.reliability.seeded", {"--json": json})


@bench.command()
def criteria(
    json: FigureFile = None,
) -> None:
    """Leaves a second of the criteria engine, whole evidence tree, beside CEL in C++ and Rust and
    ZEN on the same leaves; growth with size.
    """
    run("benchmarks.criteria", {"--json": json})


@bench.command()
def lane(
    json: FigureFile = None,
    events: Annotated[
        int, typer.Option("--events", min=1_000, help="Events of each measurement.")
    ] = 40_000,
) -> None:
    """Events a second through one lane on one core, beside a bare loop: by backend, batch size,
    cases stored before, and replicas.
    """
    run("benchmarks.lane", {"--events": events, "--json": json})


@bench.command()
def simulate(
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="How many.")] = 1_000,
    first: Annotated[int, typer.Option("--from", min=0, help="The first seed.")] = 0,
    json: Annotated[
        Path | None,
        typer.Option(
            "--json",
            help="Add the result to this file; seeds that it has already are not run again.",
        ),
    ] = None,
) -> None:
    """Run the four services under a seeded scheduler with faults, and check the invariants at every
    step.
    """
    run("tests.reliability.simulator", {"--seeds": seeds, "--from": first, "--json": json})


@bench.command()
def sweep(  # noqa: PLR0913, PLR0917 - one parameter an option
    json: Annotated[
        Path | None,
        typer.Option(
            "--json", help="Keep the figures in this file; what it holds already is not run again."
        ),
    ] = None,
    service: Annotated[
        str, typer.Option("--service", help="Only intake, criteria, letters or audit.")
    ] = "",
    event: Annotated[
        str, typer.Option("--event", help="Only one type, for instance request-received.")
    ] = "",
    fault: Annotated[str, typer.Option("--fault", help="Only kill, enospc or eio.")] = "",
    on: Annotated[
        str,
        typer.Option(
            "--on", help="Only sqlite, postgres (PRIORAUTH_TEST_POSTGRES), embedded or full."
        ),
    ] = "",
    points: Annotated[
        int,
        typer.Option(
            "--points",
            min=0,
            help="At most so many points an event and fault, spread evenly; 0 means all.",
        ),
    ] = 0,
) -> None:
    """A process dies at every write, send and sync of each service while it handles one event of
    each type, then meets ENOSPC and EIO there (needs strace).
    """
    run(
        "tests.reliability.sweep",
        {
            "--service": service,
            "--event": event,
            "--fault": fault,
            "--on": on,
            "--json": json,
            "--points": points,
        },
    )
