"""`priorauth desk ask`: information is asked for, of the member or a provider."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from cli.desk.clock_acts import Key, instant_of
from cli.desk.commands import command_on, show_result
from cli.desk.items import DeskItems
from cli.desk.options import DAY, AsJson, Case, Speaker, Yes
from cli.desk.pictures import asking_picture
from cli.desk.speaker import DeskSpeaker
from cli.screen.display import err
from shared.settings import load

Json = dict[str, Any]


class AskedParty(StrEnum):
    """Whom a question goes to."""

    PROVIDER = "provider"
    NONCONTRACT_PROVIDER = "noncontract_provider"
    MEMBER = "member"


Of = Annotated[
    AskedParty, typer.Option("--of", help="Who is asked; by some laws it counts of whom.")
]
Until = Annotated[
    datetime,
    typer.Option(formats=[DAY], help="The last day on which an answer helps.", show_default=False),
]
At = Annotated[
    str | None,
    typer.Option(
        help="When they were asked by word of mouth, with its offset [default: now].",
        show_default=False,
    ),
]


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
    of: Of,
    until: Until,
    at: At = None,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    key: Key = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Ask for information on a line. The next letter carries the question, and the duty to ask is
    met; the line stays pended and on the list. Where its rule says so the clock stands still until
    the answer. Shows what will be asked, and what came of it.
    """
    if None not in {line, named} and line != named:
        raise typer.BadParameter("name one line, not two")
    line = named if line is None else line
    items = DeskItems(load(), speaker.speak())
    answer = items.answered(str(case_id), line, key)
    if answer is None:
        item = items.item(str(case_id), line)
        content: Json = {"act": "ask", "what": what, "asked_of": of.value}
        content |= {"until": until.strftime(DAY), "asked_at": at and instant_of(at)}
        command = command_on(item, content, key)
        if not yes:
            err.print(asking_picture(item, command))
            typer.confirm("Ask this?", abort=True, err=True)
        answer = items.command(str(case_id), command)
    show_result(answer, str(case_id), as_json=as_json)
