"""`priorauth desk ask`: a clinician's question to the provider or the member."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.desk.clock_acts import Key
from cli.desk.commands import AsJson, Case, Speaker, Yes, command_on, show_result
from cli.desk.items import DeskItems
from cli.desk.pictures import asking_picture
from cli.desk.speaker import DeskSpeaker
from cli.screen.display import err
from shared.settings import load

Json = dict[str, Any]
DAY = "%Y-%m-%d"


class AskedParty(StrEnum):
    """Whom a question goes to."""

    PROVIDER = "provider"
    MEMBER = "member"


def ask(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    line: Annotated[
        int | None,
        typer.Argument(help="The line (default: the only one that waits).", show_default=False),
    ] = None,
    *,
    named: Annotated[
        int | None, typer.Option("--line", help="The line, as an option.", show_default=False)
    ] = None,
    what: Annotated[
        str,
        typer.Option(help="The question, in words; it stands in a letter.", show_default=False),
    ],
    of: Annotated[AskedParty, typer.Option(help="Who is asked.")] = AskedParty.PROVIDER,
    until: Annotated[
        datetime,
        typer.Option(
            formats=[DAY], help="The last day on which an answer helps.", show_default=False
        ),
    ],
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    key: Key = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Ask for information on a line. It stays pended and on the list, no clock moves, and the next
    letter carries the question. Shows what will be asked, and what came of it.
    """
    if None not in {line, named} and line != named:
        raise typer.BadParameter("name one line, not two")
    line = named if line is None else line
    items = DeskItems(load(), speaker.speak())
    answer = items.answered(str(case_id), line, key)
    if answer is None:
        item = items.item(str(case_id), line)
        content: Json = {"act": "ask", "what": what, "asked_of": of.value}
        command = command_on(item, content | {"until": until.strftime(DAY)}, key)
        if not yes:
            err.print(asking_picture(item, command))
            typer.confirm("Ask this?", abort=True, err=True)
        answer = items.command(str(case_id), command)
    show_result(answer, str(case_id), as_json=as_json)
