"""The options that commands on a line share."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from cli.desk.speaker import DeskSpeaker

Case = Annotated[UUID, typer.Argument(help="The case.", show_default=False)]
Line = Annotated[
    int | None,
    typer.Option(help="The line [default: the only one that waits].", show_default=False),
]
Reason = Annotated[
    str, typer.Option(help="Why, for this case; it stands in the letters.", show_default=False)
]
Speaker = Annotated[
    DeskSpeaker,
    typer.Option("--as", help="With a local stack: which of its synthetic clinicians to be."),
]
Field = Annotated[
    str | None,
    typer.Option("--expertise", help="The field that you decide in, of those you are licensed in."),
]
Criterion = Annotated[
    str | None,
    typer.Option(help="The criterion of the line's policy that is not met.", show_default=False),
]
External = Annotated[
    Path | None,
    typer.Option(
        help="A JSON file with a criterion that is no policy of the plan's: kind, name, edition, "
        "section, dated, where, words.",
        show_default=False,
    ),
]
Units = Annotated[
    int | None,
    typer.Option(
        min=1, help="So many units, in all codes of the line together.", show_default=False
    ),
]
DAY = "%Y-%m-%d"
Until = Annotated[
    datetime | None,
    typer.Option(formats=[DAY], help="The last day that is granted.", show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", help="Sign without asking.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
