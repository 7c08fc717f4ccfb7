"""`priorauth policy deploy`, `stop`, `resume`, `in-force`: what a running platform decides by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from cli.reference import publication
from cli.reference.pictures import known_picture
from cli.screen.display import out, show
from cli.screen.safe import safe
from services.criteria.authoring.golden.workspace import in_folder
from services.criteria.authoring.triage import workspace
from services.criteria.reference import (
    CODE_SET,
    EDITION,
    SCORE,
    SWITCH,
    TRIAGE,
    VOCABULARY,
    Switch,
    edition_name,
    triage_name,
)
from shared.errors import Impossible
from shared.events.policies import PublishedItem, ReferencePublished

Json = dict[str, Any]
By = Annotated[str, typer.Option("--by", help="Who does it; it stands in the record for good.")]
Why = Annotated[str, typer.Option("--reason", help="Why; everybody who looks at a case reads it.")]
POLICY = Annotated[
    str, typer.Argument(help="A policy's name, or `all`.", show_default=False, metavar="POLICY")
]


def deploy(
    folder: Annotated[
        Path, typer.Argument(help="The folder of a published edition.", show_default=False)
    ],
    *,
    by: By,
    reason: Why,
) -> None:
    """Put a published edition in force on a running platform, a minute from now, without a restart.

    Its vocabularies, scores and code sets (`*.vocabulary.yaml`, `*.score.yaml`,
    `*.code_set.yaml`) go with it.
    A folder with a triage file (`triage.yaml`) is checked against its golden cases instead.
    """
    if (folder / workspace.FILE).is_file():
        protocol, text = workspace.checked(folder)
        publish([item_of(TRIAGE, triage_name(protocol), text)], by, reason)
        return
    piece = in_folder(folder)
    record = _record(folder)
    if record.get("sha256") != piece.edition.ref.sha256:
        raise Impossible(
            f"{piece.name} was not published as it stands in {folder}.",
            code="not_published",
            remedy=f"Publish it: priorauth policy publish {folder}",
        )
    items = [
        *_beside(folder, VOCABULARY),
        *_beside(folder, SCORE),
        *_beside(folder, CODE_SET),
        item_of(EDITION, edition_name(piece.edition), (folder / "policy.yaml").read_text("utf-8")),
    ]
    publish(items, by, reason)


def _record(folder: Path) -> Json:
    try:
        found: Json = json.loads((folder / "publication.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise Impossible(
            f"{folder} holds no publication.json.",
            code="not_published",
            remedy=f"Publish it: priorauth policy publish {folder}",
        ) from None
    return found


def _beside(folder: Path, kind: str) -> list[PublishedItem]:
    texts = [file.read_text("utf-8") for file in sorted(folder.glob(f"*.{kind}.yaml"))]
    # They loaded a moment ago, with the edition: each has a name and a version.
    named = [(yaml.safe_load(text), text) for text in texts]
    return [item_of(kind, f"{content[kind]}@{content['version']}", text) for content, text in named]


def stop(policy: POLICY, *, by: By, reason: Why) -> None:
    """Stop approvals by software, of one policy or of `all`, from the next batch on.

    Requests are judged as ever, and a clinician decides each.
    """
    publish([_switch(policy, reason, stopped=True)], by, reason)


def resume(policy: POLICY, *, by: By, reason: Why) -> None:
    """Let software approve again what `policy stop` stopped."""
    publish([_switch(policy, reason, stopped=False)], by, reason)


def _switch(policy: str, reason: str, *, stopped: bool) -> PublishedItem:
    content = Switch(stopped=stopped, reason=reason).model_dump_json()
    return item_of(SWITCH, policy, content)


def item_of(kind: str, ident: str, content: str) -> PublishedItem:
    """A piece of a publication."""
    return PublishedItem(kind=kind, id=ident, content=content)


def publish(items: list[PublishedItem], by: str, reason: str) -> None:
    """Sends a publication, and waits until criteria has read it."""
    release = ReferencePublished(items=tuple(items), published_by=by, reason=reason)
    taken_up = publication.sent(release)["items"]
    named = ", ".join(f"{one['kind']} {one['id']}" for one in taken_up)
    out.print(safe(f"Taken up: {named}. `priorauth policy in-force` shows from when on."))


def in_force(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False
) -> None:
    """What a running platform decides by now, what it will decide by, and who published what."""
    show(
        publication.known_of("criteria"),
        as_json=as_json,
        picture=lambda found: known_picture("criteria", found),
    )
