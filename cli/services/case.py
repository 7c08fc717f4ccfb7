"""`priorauth case ID`: a case as the services know it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from rich.panel import Panel

from cli.screen.changes import changes_picture
from cli.screen.display import case_panel, evaluation_trees, out, print_json
from cli.screen.missing import missing_picture
from cli.services import service_client
from shared.settings import load


def case(
    case_id: Annotated[
        UUID, typer.Argument(help="The case id that `submit` printed.", show_default=False)
    ],
    *,
    criteria: Annotated[
        bool, typer.Option("--criteria", help="Show the criteria tree with its evidence too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    url: Annotated[
        str | None, typer.Option(help="Intake's address; found by itself where a stack runs.")
    ] = None,
) -> None:
    """Show a case: determinations, clock and rule, advisories, questions, scores, letters, what the
    request does not say and who needs it, and what the last amendment changed.
    """
    desk, ident = service_client.desk(load(), url), str(case_id)
    known, evaluation = desk.case(ident), desk.evaluation(ident)
    found = service_client.summary(
        known["reference"] or ident, known, evaluation, desk.letters(ident), None
    )
    changes = (evaluation or {}).get("changes")
    unknown = {name: known[name] for name in ("missing", "completions")}
    if as_json:
        whole = found | unknown | {"changes": changes}
        print_json(whole | ({"evaluation": evaluation} if criteria else {}))
        return
    out.print(case_panel(found))
    if any(unknown.values()):
        picture = missing_picture(**unknown)
        out.print(Panel(picture, title="What the request does not say", title_align="left"))
    if changes:
        out.print(
            Panel(
                changes_picture(changes),
                title="What the last amendment changed",
                title_align="left",
            )
        )
    if criteria and evaluation is not None:
        out.print(evaluation_trees(evaluation))
