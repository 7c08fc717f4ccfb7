"""A measurement: a module of the checkout that is run as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import typer

ROOT = Path(__file__).resolve().parents[1]
NOT_A_CHECKOUT = 2

Option = str | int | float | bool | Path | Sequence[str] | None


def run(module: str, options: Mapping[str, Option]) -> None:
    """Runs a measurement with these options by name and ends with its exit code; outside of a
    checkout it says so.
    """
    source = ROOT / Path(*module.split("."))
    if not (source.is_dir() or source.with_suffix(".py").is_file()):
        typer.echo(
            "The benchmarks are not part of the installed package: clone the repository and run "
            "this from there.",
            err=True,
        )
        raise typer.Exit(NOT_A_CHECKOUT)
    # Ignored, as in a shell's background job, the process would inherit that.
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)
    # Our own module.
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module, *arguments(options)], cwd=ROOT, start_new_session=True
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


def arguments(options: Mapping[str, Option]) -> Iterator[str]:
    """The options as the process takes them: one that was not given is left out, a flag stands
    alone, and a path is absolute, because the process has a working directory of its own.
    """
    for name, value in options.items():
        match value:
            case None | False | "" | []:
                continue
            case True:
                yield name
            case Path():
                yield from (name, str(value.resolve()))
            case str() | int() | float():
                yield from (name, str(value))
            case _:
                yield from (name, *value)
