"""`priorauth policy new`, `publish` and `page`: from the first line of a policy to its
publication.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.screen.display import out
from services.criteria.authoring.golden.workspace import Piece, in_folder
from services.criteria.authoring.publication.page import page
from services.criteria.authoring.publication.publish import approval, publication
from services.criteria.authoring.publication.scaffold import scaffold
from services.criteria.engine.edition.library import packaged
from shared.clock import SystemClock
from shared.errors import Impossible, Unavailable


def publish(
    folder: Annotated[
        Path,
        typer.Argument(
            help="The folder of the draft: policy.yaml, cases.yaml.", show_default=False
        ),
    ],
    *,
    impact: Annotated[
        Path | None, typer.Option("--impact", help="The report of `policy impact --output`.")
    ] = None,
    approve: Annotated[
        list[str] | None,
        typer.Option("--approve", help="Who approves it, as 'name; role'. Twice, two people."),
    ] = None,
) -> None:
    """Put an edition in force: green golden cases, full coverage, an impact report, two approvals.

    Writes policy.yaml, publication.json and policy.html.
    """
    now = SystemClock().now()
    piece, file = in_folder(folder), folder / "policy.yaml"
    approvals = tuple(approval(one, now.date()) for one in approve or ())
    made = publication(piece, file.read_text("utf-8"), _report(impact), approvals, now)
    file.write_text(made.text, "utf-8")
    published = in_folder(folder)
    record = {**made.record, "sha256": published.edition.ref.sha256}
    (folder / "publication.json").write_text(
        json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    write_page(published, folder / "policy.html")
    out.print(
        f"{published.name} is in force from {published.edition.spec.effective.from_}; "
        f"publication.json and policy.html stand beside it."
    )


def _report(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    try:
        found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise Unavailable(
            f"{file} cannot be read.",
            remedy="Write it with `priorauth policy impact FOLDER --output FILE`.",
        ) from error
    except ValueError:
        raise Impossible(f"{file} is no impact report.", code="impact") from None
    return found


def new(
    folder: Annotated[
        Path,
        typer.Argument(
            help="A folder that does not exist yet; its name is the policy's.", show_default=False
        ),
    ],
    *,
    vocabulary: Annotated[
        str, typer.Option("--vocabulary", help="The vocabulary that the policy reads.")
    ] = "metabolic-facts@2",
    fact: Annotated[
        str | None, typer.Option("--fact", help="A yes-no fact of the vocabulary to begin with.")
    ] = None,
) -> None:
    """Begin a policy: a folder with a draft that loads and three golden cases that are green."""
    name = _first_fact(vocabulary, fact)
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise Impossible(
            f"{folder} exists already.",
            code="exists",
            remedy="Name a folder that does not exist yet.",
        ) from None
    draft = scaffold(folder.name, vocabulary, name, SystemClock().now().date())
    for file, text in draft.items():
        (folder / file).write_text(text, "utf-8")
    out.print(
        f"{folder} holds policy.yaml and cases.yaml; next: priorauth policy test {folder}",
        soft_wrap=True,
    )


def _first_fact(vocabulary: str, fact: str | None) -> str:
    """The yes-no fact that a draft begins with: the one that was asked for, else the vocabulary's
    first.
    """
    known = packaged().vocabularies
    if vocabulary not in known:
        raise Impossible(
            f"There is no vocabulary {vocabulary}.",
            code="no_vocabulary",
            remedy=f"There are {', '.join(sorted(known))}.",
        )
    askable = [
        path
        for path, entry in known[vocabulary].entries.items()
        if entry.spec.type == "boolean" and entry.spec.of == "member" and entry.spec.ask
    ]
    chosen = fact or askable[0]
    if chosen not in askable:
        raise Impossible(
            f"{fact} is no yes-no fact of {vocabulary}.",
            code="no_fact",
            remedy=f"There are {', '.join(askable)}.",
        )
    return chosen


def write_page(piece: Piece, file: Path | None) -> None:
    """Writes the page of an edition to a file, or to standard output."""
    text = page(piece.edition)
    if file is None:
        sys.stdout.write(text)
    else:
        file.write_text(text, "utf-8")
