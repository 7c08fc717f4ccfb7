"""`priorauth up`: the embedded stack, running until Ctrl-C."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from time import sleep
from typing import Annotated

import typer
from rich.table import Table

from cli.embedded.stack import Stack, start
from cli.screen.display import out, table_of
from shared.settings import load

EVERY = 0.5
NEXT = (
    ("up", "keep the stack running until Ctrl-C"),
    (
        "submit shared/examples/reference_case.json --wait",
        "submit a request, from another terminal",
    ),
    ("case CASE --criteria", "a case with its criteria tree"),
    ("evaluate shared/examples/reference_case.json", "the criteria engine alone"),
    ("audit verify", "recompute the audit log's hashes and signatures"),
)


def up(
    *,
    state: Annotated[
        Path | None,
        typer.Option(
            help="The folder for everything the stack keeps [default: .priorauth].",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the embedded broker and the four services until Ctrl-C.

    The broker keeps its records in memory: every start is a fresh one.
    """
    settings = load()
    stack = start(state or settings.state, out.print)
    try:
        hold(stack)
    finally:
        stack.stop()
    out.print("stopped")


def hold(stack: Stack) -> None:
    """Shows where everything answers, and waits for Ctrl-C, SIGTERM, or the end of one of the
    processes (`Unavailable`).
    """
    out.print(table_of(("", "address"), [("broker", stack.broker.address), *stack.urls.items()]))
    out.print(next_steps(), "")
    out.print("Ctrl-C stops everything.")
    try:
        while True:
            stack.check()
            sleep(EVERY)
    except KeyboardInterrupt:
        out.print("stopping")


def next_steps() -> Table:
    """What to try next, by a name that this shell finds."""
    name = "priorauth" if which("priorauth") else str(Path(sys.executable).with_name("priorauth"))
    return table_of(("next", ""), ((f"{_short(name)} {words}", purpose) for words, purpose in NEXT))


def _short(path: str) -> str:
    """A path from here, where that is shorter."""
    return (
        str(Path(path).relative_to(Path.cwd())) if Path(path).is_relative_to(Path.cwd()) else path
    )
