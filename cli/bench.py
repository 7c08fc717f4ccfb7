"""`priorauth bench`: measurements, run from a checkout."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[1]
NOT_A_CHECKOUT = 2

bench = typer.Typer(
    no_args_is_help=True,
    help="Measurements; they need a checkout of the repository and its development packages.",
)


@bench.callback()
def measurements() -> None:
    """Measurements; they need a checkout of the repository and its development packages."""


@bench.command()
def pipeline(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
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
    given = ["--cases", str(cases), "--baseline-cases", str(baseline_cases)]
    run("benchmarks.pipeline", [*given, "--json", str(json.resolve())] if json else given)


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
        typer.Option("--kills", min=1, help="Faults meanwhile, of every kind that the level has."),
    ] = 20,
    replicas: Annotated[
        int,
        typer.Option("--replicas", min=1, max=3, help="Replicas of each service to begin with."),
    ] = 2,
    level: Annotated[str, typer.Option("--level", help="embedded, real, or both.")] = "both",
    seed: Annotated[
        int, typer.Option("--seed", help="Which faults come in which order, and whom they hit.")
    ] = 1,
    kinds: Annotated[
        str,
        typer.Option(
            "--kinds",
            help="Only these kinds of faults, with commas between; see benchmarks/README.md.",
        ),
    ] = "",
    history: Annotated[
        Path | None,
        typer.Option("--history", help="Keep the raw history and the logs in this folder."),
    ] = None,
) -> None:
    """Services, broker and database killed and stopped at random under load: nothing may be lost,
    done twice or out of order, and the log must verify.
    """
    given = [
        "--cases",
        str(cases),
        "--kills",
        str(kills),
        "--replicas",
        str(replicas),
        "--level",
        level,
        "--seed",
        str(seed),
    ]
    given += ["--kinds", *kinds.split(",")] if kinds else []
    files = {"--json": json, "--history": history}
    run(
        "tests.reliability.crash",
        given
        + [part for name, path in files.items() if path for part in (name, str(path.resolve()))],
    )


@bench.command()
def soak(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
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
    given = ["--minutes", str(minutes), "--share", str(share), *(["--calm"] if calm else [])]
    run("tests.reliability.soak", [*given, "--json", str(json.resolve())] if json else given)


@bench.command()
def bugs(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write what was found to this file.")
    ] = None,
) -> None:
    """Puts each of the bugs in tests/reliability/bugs into a copy of the code: by which level it is
    found, after how many seeds and seconds.
    """
    run("tests.reliability.seeded", ["--json", str(json.resolve())] if json else [])


@bench.command()
def criteria(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
) -> None:
    """Leaves a second of the criteria engine, whole evidence tree, beside CEL in C++ and Rust and
    ZEN on the same leaves; growth with size.
    """
    run("benchmarks.criteria", ["--json", str(json.resolve())] if json else [])


@bench.command()
def lane(
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    events: Annotated[
        int, typer.Option("--events", min=1_000, help="Events of each measurement.")
    ] = 40_000,
) -> None:
    """Events a second through one lane on one core, beside a bare loop: by backend, batch size,
    cases stored before, and replicas.
    """
    given = ["--events", str(events)]
    run("benchmarks.lane", [*given, "--json", str(json.resolve())] if json else given)


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
    """The four services on one seeded thread while processes die, records come late or twice and
    disks fill: what must hold holds at every step.
    """
    given = ["--seeds", str(seeds), "--from", str(first)]
    run("tests.reliability.simulator", [*given, "--json", str(json.resolve())] if json else given)


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
    chosen = {
        "--service": service,
        "--event": event,
        "--fault": fault,
        "--on": on,
        "--json": str(json.resolve()) if json else "",
    }
    run(
        "tests.reliability.sweep",
        [
            *(part for name, value in chosen.items() if value for part in (name, value)),
            "--points",
            str(points),
        ],
    )


def run(module: str, given: list[str]) -> None:
    """Runs a measurement as a process of its own and ends with its exit code; outside of a checkout
    it says so.
    """
    source = ROOT / Path(*module.split("."))
    if not (source.is_dir() or source.with_suffix(".py").is_file()):
        typer.echo(
            (
                "The benchmarks are not part of the installed package: clone the repository and "
                "run "
                "this from there."
            ),
            err=True,
        )
        raise typer.Exit(NOT_A_CHECKOUT)
    heard = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored, as in a shell's background job, the process would inherit that
    # Our own module.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module, *given], cwd=ROOT, start_new_session=True
    ) as process:
        signal.signal(signal.SIGINT, heard)
        try:
            code = process.wait()
        # Alone in its session it hears of it from here, once, and stops the servers that it
        # started.
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
    raise typer.Exit(code)
