"""`priorauth cases`: what is done to several cases at once."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Group, RenderableType
from rich.progress import Progress

from cli import exits
from cli.screen.display import err, show, table_of
from cli.services.addresses import url_of
from cli.services.reevaluation import OUTCOMES, Reevaluation, failures
from shared.settings import load

Json = dict[str, Any]
app = typer.Typer(help="Act on several cases at once.", no_args_is_help=True)


@app.callback()
def cases() -> None:
    """Act on several cases at once."""


@app.command()
def reevaluate(
    case: Annotated[
        list[UUID] | None, typer.Argument(help="The cases.", show_default=False)
    ] = None,
    *,
    failed: Annotated[
        bool, typer.Option("--failed", help="All cases whose evaluation failed.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "the software was repaired",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Evaluate cases again whose evaluation failed, by an event on the record; what was decided
    meanwhile stays, and letters follow as usual.

    Counts: evaluated; failed_again; not_failed, withdrawn or unknown_case (nothing changes);
    pending (its lane is not worked now). Exit code 1 when anything selected was not evaluated.
    """
    if not case and not failed:
        raise typer.BadParameter("say which: CASE..., or --failed")
    url = url_of("criteria", load())
    chosen = [str(one) for one in case or ()]
    chosen += [one["case_id"] for one in failures(url)] if failed else []
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task("evaluating", total=None)
        found = Reevaluation(url, reason).run(
            list(dict.fromkeys(chosen)),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    show(found, as_json=as_json, picture=_picture)
    if found["evaluated"] != found["selected"]:
        raise typer.Exit(exits.DIFFERENT)


def _picture(found: Json) -> RenderableType:
    counts = ("selected", *OUTCOMES)
    again = [(case_id,) for case_id, outcome in found["cases"].items() if outcome == "failed_again"]
    late = (
        ["what is pending is evaluated as soon as a replica works its lane again"]
        if found["pending"]
        else []
    )
    return Group(
        table_of(counts, [tuple(str(found[name]) for name in counts)]),
        *([table_of(("failed again",), again)] if again else []),
        *late,
    )
