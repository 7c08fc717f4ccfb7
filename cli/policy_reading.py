"""`priorauth policy explain` and `impact`: a policy on one request, and a draft on many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.display import evaluation_trees, out, print_json, show
from cli.policy_reports import impact_picture, sets_picture
from cli.policy_running import progress
from cli.reading import content_of, submission_of
from services.criteria.authoring.checking import in_force, library_for
from services.criteria.authoring.impact import Snapshot
from services.criteria.authoring.impact import impact as impact_of
from services.criteria.authoring.pieces import Piece, chosen
from services.criteria.authoring.runs import lines_of
from services.criteria.authoring.snapshots import read, synthetic
from services.criteria.authoring.turning import Case, losses, missing
from services.criteria.engine.edition import Edition
from services.criteria.engine.evaluate import evaluate
from services.criteria.engine.library import packaged
from shared.clock import SystemClock
from shared.errors import Impossible, Unavailable
from shared.ids import derive

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
Name = Annotated[str, typer.Argument(help="A policy: NAME, NAME@VERSION, or a folder with policy.yaml.", show_default=False)]


def explain(
    name: Name,
    file: Annotated[Path, typer.Argument(help="A request in native JSON, or a FHIR PAS bundle.", show_default=False)],
    *,
    as_json: AsJson = False,
) -> None:
    """The tree with its evidence, the facts that are missing, and the facts that an approval rests on."""
    edition = in_force(chosen([name])[-1].edition)
    submission = submission_of(content_of(file))
    if submission.request is None:
        raise Impossible("This withdraws a request, and there is nothing to explain.", code="withdrawal")
    now = SystemClock().now()
    evaluation = evaluate(submission.request, now, library_for(edition)).event(derive(submission.submission_id, "evaluation"), 1).model_dump(mode="json")
    sets = [turning(Case(edition, submission.request, now, line.sequence)) for line in lines_of(edition, submission.request, now)]
    if as_json:
        print_json({"evaluation": evaluation, "lines": sets})
        return
    out.print(evaluation_trees(evaluation))
    out.print(sets_picture({"lines": sets}, edition.vocabulary.ask))


def turning(case: Case) -> Json:
    """What a line's answer turns on, as JSON: missing sets, and loss sets of criteria and guards."""
    of_criteria, of_guards = losses(case)
    lost = {"criteria": of_criteria.report(), "guards": of_guards.report()}
    return {"sequence": case.sequence, "outcome": case.outcome(case.request), "missing": missing(case).report(), "loss": lost}


def impact(
    name: Name,
    *,
    over: Annotated[str, typer.Option("--over", help="A file of stored requests or intake events, one JSON a line; or how many to make up.")] = "10000",
    against: Annotated[str | None, typer.Option("--against", help="NAME@VERSION or folder of the edition to compare with; default: the one in force.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the report to this file, for publish.")] = None,
    as_json: AsJson = False,
) -> None:
    """What a draft would change: every stored case judged by the edition in force and by the draft."""
    piece = chosen([name])[-1]
    old = chosen([against])[-1].edition if against else current(piece.edition)
    with progress(f"impact of {piece.name}") as step, snapshots(piece, over) as (count, cases):
        found = impact_of(piece.edition, old, cases, lambda done: step.at(done, count)).report()
    if output is not None:
        output.write_text(_text(found), "utf-8")
    show(found, as_json=as_json, picture=impact_picture)


def _text(report: Json) -> str:
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"


def current(draft: Edition) -> Edition | None:
    """The newest packaged edition of the same policy with another text, which a draft would replace."""
    others = [one for one in packaged().editions if one.ref.policy == draft.ref.policy and one.ref.sha256 != draft.ref.sha256 and one.spec.status == "active"]
    return max(others, key=lambda one: one.spec.effective.from_, default=None)


@contextmanager
def snapshots(piece: Piece, over: str) -> Iterator[tuple[int, Iterator[Snapshot]]]:
    """How many requests there are, and the requests: those of a file, or so many made up near the golden cases."""
    if over.isdecimal():
        yield int(over), synthetic(piece.edition, piece.cases, int(over))
        return
    try:
        with Path(over).open("rb") as counted:
            lines = sum(1 for _ in counted)
        with Path(over).open("rb") as opened:
            yield lines, read(islice(opened, lines), SystemClock().now())
    except OSError as error:
        raise Unavailable(f"{over} cannot be read.", remedy="Name a file with one request or event in JSON a line.") from error
