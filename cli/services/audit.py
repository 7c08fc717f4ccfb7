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
from shared.errors import Impossible
from shared.settings import load

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
app = typer.Typer(help="Read and verify the audit log.", no_args_is_help=True)


@app.command()
def verify(*, as_json: AsJson = False) -> None:
    """Recompute every hash, root and signature of the log; exit code 1 when something differs."""
    report = service_client.desk(load()).verified()
    show(report, as_json=as_json, picture=report_text)
    if not report["verified"]:
        raise typer.Exit(exits.DIFFERENT)


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
    """A verification report in a line, and one more for each problem."""
    counts = (
        f"{report['events']} events in {report['lanes']} lanes, {report['checkpoints']} signed "
        f"checkpoints covering {report['sealed']}"
    )
    if report["verified"]:
        return f"[green]the audit log verifies[/]: {counts}"
    problems = [
        (
            f"{safe(one['code'])} in lane {one['p']}, entries {one['first']} to {one['last']}: "
            f"{safe(one['detail'])}"
        )
        for one in report["problems"]
    ]
    return "\n".join([f"[red]the audit log does not verify[/]: {counts}", *problems])


def timeline_table(events: list[Json]) -> RenderableType:
    """Events as rows: time, type, topic and place."""
    return table_of(
        ("time", "event", "topic", "partition", "offset"),
        ((e["time"], e["type"], e["topic"], e["p"], e["offset"]) for e in events),
    )
