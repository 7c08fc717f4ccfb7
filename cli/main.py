"""The `priorauth` command. Exit codes: 0 done, 1 the answer is a no, 2 usage, 3 something does not answer, 4 refused content, 130 interrupted."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer
from rich.markup import escape

from cli import audit, bench, exits, letters, parked, policy, topics
from cli.bench_bugs import bugs
from cli.bench_criteria import criteria
from cli.bench_lane import lane
from cli.bench_simulate import simulate
from cli.bench_sweep import sweep
from cli.case import case
from cli.demo import demo
from cli.display import err
from cli.evaluate import evaluate
from cli.submit import submit
from cli.up import up
from shared.errors import PriorauthError

app = typer.Typer(
    help="An open, event-driven prior-authorization platform: intake, criteria, letters, audit.",
    epilog="Exit codes: 0 done; 1 the answer is a no; 2 wrong usage; 3 something does not answer; 4 the content was refused; 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (demo, up, submit, case, evaluate):
    app.command()(command)
app.add_typer(letters.app, name="letters")
app.add_typer(audit.app, name="audit")
app.add_typer(topics.app, name="topics")
app.add_typer(parked.app, name="parked")
app.add_typer(policy.app, name="policy")
bench.bench.command()(bugs)
bench.bench.command()(criteria)
bench.bench.command()(lane)
bench.bench.command()(simulate)
bench.bench.command()(sweep)
app.add_typer(bench.bench, name="bench")


def main() -> None:
    """Runs the command line; an error ends with what to do next, without a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except PriorauthError as error:
        err.print(f"[red]{error.code or 'error'}[/]: {escape(str(error))}", soft_wrap=True)
        sys.exit(exits.of(error))
    except KeyboardInterrupt:
        sys.exit(exits.INTERRUPTED)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
