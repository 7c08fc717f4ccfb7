"""`priorauth letters`: the notices of a case."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import RenderableType

from cli.screen.display import show, table_of
from cli.services import service_client
from shared.errors import Impossible
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


@app.command("save")
def saved(
    case_id: Annotated[UUID, typer.Argument(help="The case.", show_default=False)],
    folder: Annotated[
        Path, typer.Option("--to", help="The folder that gets the documents.")
    ] = Path(),
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Save a case's letters as files, each with the hash that was published; who reads them is
    recorded.
    """
    desk = service_client.desk(load())
    files = [
        str(_kept(desk, letter, one, folder))
        for letter in desk.letters(str(case_id))
        for one in letter["documents"]
    ]
    show(files, as_json=as_json, picture=lambda paths: "\n".join(paths) or "no document yet")


def _kept(desk: service_client.ServiceClient, letter: Json, document: Json, folder: Path) -> Path:
    """The file of a document; raises `Impossible` for one that is not what was published."""
    content = desk.document(letter["letter_id"], document["format"])
    if sha256(content).hexdigest() != document["sha256"]:
        raise Impossible(
            "A document is not the one that was published.",
            code="document_changed",
            remedy="Look at the folder of documents of the letters service.",
        )
    name = f"{letter['kind']}-{letter['audience']}-{letter['letter_id'][:8]}.{document['format']}"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.touch(mode=0o600)
    file.write_bytes(content)
    return file


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
