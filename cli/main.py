"""The `priorauth` command.

Exit codes: 0 done, 1 the answer is a no, 2 usage, 3 something does not answer, 4 refused content,
130 interrupted.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer

from cli import bench, exits, keys
from cli.access import commands as access
from cli.desk import commands as desk
from cli.desk.asking import ask
from cli.embedded.demo import demo
from cli.embedded.up import up
from cli.kafka import topics
from cli.migrate import migrate
from cli.parked import commands as parked
from cli.policy import commands as policy
from cli.reference import commands as reference
from cli.screen.display import err
from cli.screen.help_text import unwrap
from cli.screen.safe import safe
from cli.services import audit, cases, letters
from cli.services.case import case
from cli.services.clocks import clocks
from cli.services.evaluate import evaluate
from cli.services.submit import submit
from shared.errors import PriorauthError, unwritable

app = typer.Typer(
    help="An open, event-driven prior-authorization platform: intake, criteria, letters, audit.",
    epilog=(
        "Exit codes: 0 success; 1 negative result; 2 usage error; 3 a service or the broker does "
        "not respond; 4 content rejected; 130 interrupted."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (demo, up, migrate, submit, case, clocks, evaluate):
    app.command()(command)
app.add_typer(cases.app, name="cases")
app.add_typer(letters.app, name="letters")
desk.app.command()(ask)
app.add_typer(desk.app, name="desk")
app.add_typer(audit.app, name="audit")
app.add_typer(topics.app, name="topics")
app.add_typer(parked.app, name="parked")
app.add_typer(policy.app, name="policy")
app.add_typer(reference.app, name="reference")
app.add_typer(access.app, name="access")
app.add_typer(keys.app, name="keys")
app.add_typer(bench.bench, name="bench")
unwrap(app)


def main() -> None:
    """Runs the command line; an error ends with what to do next, without a traceback."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except PriorauthError as error:
        err.print(f"[red]{error.code or 'error'}[/]: {safe(str(error))}", soft_wrap=True)
        sys.exit(exits.of(error))
    except OSError as error:
        err.print(f"[red]system[/]: {safe(unwritable(error))}", soft_wrap=True)
        sys.exit(exits.UNAVAILABLE)
    except KeyboardInterrupt:
        sys.exit(exits.INTERRUPTED)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
