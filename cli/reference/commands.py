"""`priorauth reference publish`, `list`, `show`: reference data of a running platform."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group

from cli.reference import content, publication
from cli.reference.pictures import known_picture, published_picture
from cli.screen.display import show
from shared.errors import Impossible
from shared.events.policies import READ_BY, ReferencePublished

Json = dict[str, Any]
app = typer.Typer(
    help="Reference data of a running platform: publish, list, show.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
KIND = Annotated[
    str,
    typer.Argument(
        help=f"What it is: {', '.join(content.KINDS)}.", show_default=False, metavar="KIND"
    ),
]


@app.command()
def publish(  # noqa: PLR0913 - one parameter an option
    kind: KIND,
    file: Annotated[Path, typer.Argument(help="The file.", show_default=False)],
    *,
    by: Annotated[str, typer.Option(help="Who does it; it stands in the record for good.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the record for good.")],
    name: Annotated[
        str | None,
        typer.Option(
            "--id",
            help="The item's name [default: its kind's, else the file's without its ending].",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check it and show what changes; publish nothing.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Wait until it is in force, a minute.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Put reference data in force. Every service that reads it checks it whole first; what differs
    from what is in force is shown; then it is published, and read from a minute later on.
    """
    item = content.published(kind, file, name)
    release = ReferencePublished(items=(item,), published_by=by, reason=reason)
    publication.checked(release)
    services = publication.readers(release.items)
    before = publication.item_of(services[0], item.kind, item.id)
    old = None if before is None else before["content"]
    changes = content.difference(kind, old, item.content)
    found: Json = {"kind": item.kind, "id": item.id, "difference": changes, "sets": {}}
    if not changes:
        found["outcome"] = "unchanged"
    elif dry_run:
        found["outcome"] = "checked"
    else:
        items = publication.sent(release)["items"]
        sets = publication.in_force(services, items) if wait else {}
        outcome = "in_force" if wait else "taken_up"
        found |= {"outcome": outcome, "sha256": items[0]["sha256"], "sets": sets}
    show(found, as_json=as_json, picture=published_picture)


@app.command("list")
def listed(*, as_json: AsJson = False) -> None:
    """What each service reads now, what it will read, and who published what."""
    found = {service: publication.known_of(service) for service in publication.READERS}
    show(
        found,
        as_json=as_json,
        picture=lambda all_of: Group(*(known_picture(*one) for one in all_of.items())),
    )


@app.command("show")
def shown(
    kind: Annotated[str, typer.Argument(help="The kind.", show_default=False)],
    name: Annotated[
        str | None,
        typer.Argument(help="The name [default: the kind's].", show_default=False),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Print an item as it is in force: what was published, to the letter."""
    if kind not in READ_BY:
        raise Impossible(
            f"{kind} is no kind of reference data.",
            code="kind",
            remedy=f"There are {', '.join(sorted(READ_BY))}.",
        )
    found = publication.item_of(READ_BY[kind][0], kind, name or kind)
    if found is None:
        raise Impossible(
            f"No {kind} {name or kind} is in force.",
            code="unknown_item",
            remedy="Find its name: priorauth reference list",
        )
    if as_json:
        show(found, as_json=True, picture=str)
    else:
        sys.stdout.write(found["content"])
