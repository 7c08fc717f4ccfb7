"""`priorauth letters`: the notices of a case."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import RenderableType

from cli.screen.display import show, table_of
from cli.services import service_client
from shared.settings import load

Json = dict[str, Any]
app = typer.Typer(help="Look at the letters of a case.", no_args_is_help=True)


@app.callback()
def letters() -> None:
    """Look at the letters of a case."""


@app.command("show")
def shown(
    case_id: Annotated[UUID, typer.Argument(help="The case.", show_default=False)],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List a case's letters with the address of each document."""
    desk = service_client.desk(load())
    found = desk.letters(str(case_id))
    for letter in found:
        letter["urls"] = [
            f"{desk.urls['letters']}/v1/letters/{letter['letter_id']}.{one['format']}"
            for one in letter["documents"]
        ]
    show(found, as_json=as_json, picture=letters_table)


def letters_table(found: list[Json]) -> RenderableType:
    """Letters as rows; a letter without documents is being rendered, or cannot be."""
    if not found:
        return "no letter yet: a notice is issued when every line has a determination"
    rows = (
        (one["kind"], one["audience"], one["language"], " ".join(one["urls"]) or _missing(one))
        for one in found
    )
    return table_of(("kind", "audience", "language", "documents"), rows)


def _missing(letter: Json) -> str:
    """Why there are no documents."""
    reason = letter["render_failed"]
    return f"cannot be rendered at present: {reason}" if reason else "being rendered"
