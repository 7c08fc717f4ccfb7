"""`priorauth audit`: what the audit log says, and whether it can be believed."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import RenderableType

from cli import exits
from cli.screen.display import show, table_of
from cli.screen.safe import safe
from cli.services import service_client
from cli.services.held_checkpoints import held, hold
from shared.errors import Impossible
from shared.settings import load

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
MOST_SHOWN = 20
app = typer.Typer(help="Read and verify the audit log.", no_args_is_help=True)


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Recompute every hash, root and signature of the log, and compare it with the checkpoint that
    this machine saw last, which is kept for the next time.

    Exit code 1 when something differs, 5 when there was nothing to compare it with.
    """
    settings = load()
    desk = service_client.desk(settings)
    newest = desk.checkpoint()
    before = None if newest is None else held(settings.held, newest)
    report = desk.verified(before)
    show(report, as_json=as_json, picture=report_text)
    if not report["consistent"]:
        raise typer.Exit(exits.DIFFERENT)
    if newest is not None:
        hold(settings.held, newest)
    if not report["verified"]:
        raise typer.Exit(exits.UNPROVEN)


@app.command()
def timeline(
    case_id: Annotated[UUID, typer.Argument(help="The case.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Show the events of a case in order."""
    events = service_client.desk(load()).timeline(str(case_id))
    if not events:
        raise Impossible(
            "The log has no event of this case.",
            code="unknown_case",
            remedy="Check the id with `priorauth case`; it may still be on its way.",
        )
    show(events, as_json=as_json, picture=timeline_table)


@app.command()
def accesses(
    case_id: Annotated[UUID, typer.Argument(help="The case.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """Show who looked at a case, when, and why where a reason was needed."""
    looks = service_client.desk(load()).accesses(str(case_id))
    show(looks, as_json=as_json, picture=accesses_table)


def accesses_table(looks: list[Json]) -> RenderableType:
    """Looks as rows; a line where there is none."""
    if not looks:
        return "nobody has looked at this case yet, or the log has not heard of it yet"
    rows = [entry["look"] for entry in looks]
    return table_of(
        ("time", "who", "roles", "service", "what", "of", "why"),
        (
            (
                one["at"],
                one["principal"],
                ", ".join(one.get("roles", ())),
                one["service"],
                one["action"].replace("_", " "),
                one.get("resource") or "",
                one.get("reason") or "",
            )
            for one in rows
        ),
    )


def report_text(report: Json) -> str:
    """A verification report in lines: how far the log can be believed, and what is wrong."""
    counts = (
        f"{report['events']} events in {report['lanes']} lanes, {report['checkpoints']} signed "
        f"checkpoints covering {report['sealed']}"
    )
    gaps = [
        f"not in the log: {safe(one['topic'])}, partition {one['p']}, offsets {one['first']} to "
        f"{one['last']}"
        for one in report["gaps"][:MOST_SHOWN]
    ]
    if not report["consistent"]:
        problems = [
            f"{safe(one['code'])} in lane {one['p']}, entries {one['first']} to {one['last']}: "
            f"{safe(one['detail'])}"
            for one in report["problems"][:MOST_SHOWN]
        ]
        more = len(report["problems"]) - len(problems)
        problems += [f"and {more} more: --json lists them"] if more else []
        return "\n".join([f"[red]the audit log does not verify[/]: {counts}", *problems, *gaps])
    if report["verified"]:
        first = (
            f"[green]the audit log verifies[/]: {counts}, and {report['held']} are as a checkpoint "
            "says that was held here"
        )
    else:
        first = (
            f"[yellow]the audit log is consistent with itself[/]: {counts}; nothing was held "
            "elsewhere to compare it with"
        )
    return "\n".join([first, *gaps])


def timeline_table(events: list[Json]) -> RenderableType:
    """Events as rows: time, type, topic and place."""
    return table_of(
        ("time", "event", "topic", "partition", "offset"),
        ((e["time"], e["type"], e["topic"], e["p"], e["offset"]) for e in events),
    )
