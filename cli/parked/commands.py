"""`priorauth parked`: events that the services could not apply, and trying them again."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer
from rich.console import Group, RenderableType
from rich.progress import Progress
from rich.text import Text

from cli import exits
from cli.parked.requeue import Requeue, chosen
from cli.screen.display import err, show, table_of
from cli.screen.safe import plain, safe
from cli.services import web
from cli.services.addresses import url_of
from cli.services.parked_client import page, refused, refused_in_words
from shared.access.principal import Role
from shared.settings import SERVICES, load

Json = dict[str, Any]
Named = Enum("Named", {name: name for name in SERVICES}, type=str)  # type: ignore[misc]
OneService = Annotated[
    Named | None,
    typer.Option("--service", help="Only this service [default: all four].", show_default=False),
]
OneCase = Annotated[UUID | None, typer.Option("--case", help="Only this case.", show_default=False)]
OneReason = Annotated[
    str | None,
    typer.Option("--reason", help="Only what is parked for this reason.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
COUNTS = ("selected", "applied", "failed", "held", "pending")
app = typer.Typer(help="Inspect and requeue parked events.", no_args_is_help=True)


@app.command("list")
def listed(
    *,
    service: OneService = None,
    case: OneCase = None,
    reason: OneReason = None,
    limit: Annotated[
        int,
        typer.Option(
            help="Most records to print a service; the counts are of all.", min=0, max=500
        ),
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """List parked events by place, case and reason, without their content, and the lanes that a
    replica refuses to work.
    """
    found = [
        page(url, str(case) if case else None, reason, limit) | {"refused": refused(url)}
        for url in _urls(service).values()
    ]
    show(found, as_json=as_json, picture=_list_picture)


@app.command("show")
def shown(
    ident: Annotated[
        str,
        typer.Argument(
            help="SERVICE/TOPIC/PARTITION/OFFSET, as the list prints it.", show_default=False
        ),
    ],
    *,
    content: Annotated[
        bool,
        typer.Option(
            "--content",
            help="Print the event's content too: health information, to this terminal alone.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one parked event: its reason, its headers, and whether the running version can read
    it.
    """
    service, _, place = ident.partition("/")
    if service not in SERVICES or place.count("/") != 2:  # noqa: PLR2004 - topic, partition, offset
        raise typer.BadParameter(
            "an id is SERVICE/TOPIC/PARTITION/OFFSET: see `priorauth parked list`"
        )
    address = f"{url_of(service, load())}/v1/parked/{quote(place)}"
    found = web.get(f"{address}{'?content=true' if content else ''}", Role.OPERATIONS)
    show(found, as_json=as_json, picture=_record_picture)


@app.command()
def requeue(  # noqa: PLR0913 - one parameter an option
    *,
    service: OneService = None,
    case: OneCase = None,
    reason: OneReason = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Select all parked events; required if no other filter is given."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would be tried.")
    ] = False,
    rate: Annotated[
        float | None,
        typer.Option(
            help="At most so many records a second (a case is tried whole).",
            min=0.1,
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Have parked events tried again by their lane's owner: of each case everything that is parked,
    in order, until one fails again.

    Counts: applied; failed (parked again); held (behind one that failed, or until its cause comes);
    pending (its lane is not worked now). Exit code 1 when anything selected was not applied.
    """
    if not (service or case or reason or everything):
        raise typer.BadParameter("say what: --service, --case, --reason, or --all")
    results = [
        _requeued(name, url, (str(case) if case else None, reason), rate=rate, dry=dry_run)
        for name, url in _urls(service).items()
    ]
    total = {count: sum(one[count] for one in results) for count in COUNTS}
    show(
        total | {"dry_run": dry_run, "services": results}, as_json=as_json, picture=_requeue_picture
    )
    if not dry_run and total["applied"] != total["selected"]:
        raise typer.Exit(exits.DIFFERENT)


def _requeued(
    service: str, url: str, choice: tuple[str | None, str | None], *, rate: float | None, dry: bool
) -> Json:
    """What became of a service's choice (case, reason)."""
    batches = chosen(url, *choice)
    facts = {"service": service, "cases": sum(batch.case_id is not None for batch in batches)}
    if dry:
        return (
            facts
            | dict.fromkeys(COUNTS, 0)
            | {"selected": sum(len(batch.ids) for batch in batches), "refused": refused(url)}
        )
    with Progress(console=err, transient=True) as progress:
        task = progress.add_task(service, total=None)
        counts = Requeue(url, rate).run(
            batches, lambda done, total: progress.update(task, completed=done, total=total)
        )
    return facts | counts | {"refused": refused(url)}


def _urls(service: Named | None) -> dict[str, str]:
    settings = load()
    return {
        name: url_of(name, settings)
        for name in SERVICES
        if service is None or service.value == name
    }


def _list_picture(found: list[Json]) -> RenderableType:
    rows = [
        (f"{one['service']}/{row['id']}", row["case_id"] or "-", row["reason"], row["since"])
        for one in found
        for row in one["records"]
    ]
    counts = [f"{one['service']}: {_counted(one['reasons'])}" for one in found]
    table = [table_of(("id", "case", "reason", "since"), rows)] if rows else []
    return Group(*table, *counts, *_refusals(found))


def _counted(reasons: dict[str, int]) -> str:
    return (
        ", ".join(f"{count} {safe(reason)}" for reason, count in reasons.items())
        or "nothing parked"
    )


def _refusals(found: list[Json]) -> list[str]:
    return [
        f"[red]{one['service']}[/] {safe(line)}"
        for one in found
        for line in refused_in_words(one["refused"])
    ]


def _record_picture(found: Json) -> RenderableType:
    facts = [
        (name, found[name])
        for name in ("id", "service", "case_id", "reason", "detail", "since", "written", "size")
    ]
    facts += [("readable now", "yes" if found["readable"] else f"no: {found['unreadable']}")]
    facts += [
        (
            f"header {one['name']}",
            one["text"] if one["text"] is not None else f"(not text) {one['hex']}",
        )
        for one in found["headers"]
    ]
    content = [
        Text(plain(found[name]), overflow="fold")
        for name in ("content", "content_base64")
        if found[name] is not None
    ]
    return Group(table_of(("", found["service"]), facts), *content)


def _requeue_picture(found: Json) -> RenderableType:
    rows = [tuple(one[name] for name in ("service", "cases", *COUNTS)) for one in found["services"]]
    note = ["nothing was changed: this was a dry run"] if found["dry_run"] else []
    late = (
        ["what is pending is tried as soon as a replica works its lane again"]
        if found["pending"]
        else []
    )
    return Group(
        table_of(("service", "cases", *COUNTS), rows), *note, *late, *_refusals(found["services"])
    )
