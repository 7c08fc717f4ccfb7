"""`priorauth policy explain` and `impact`: a policy on one request, and a draft on many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.policy.impact import over_all
from cli.policy.pictures import impact_picture, sets_picture
from cli.policy.progress import progress
from cli.screen.display import evaluation_trees, out, print_json, show
from cli.services.request_file import content_of, submission_of
from services.criteria.authoring.coverage.decisive_facts import LineCase, losses, missing
from services.criteria.authoring.golden.answer import lines_of
from services.criteria.authoring.golden.check import in_force, library_for
from services.criteria.authoring.golden.workspace import chosen
from services.criteria.engine.answer.evaluate import evaluate
from shared.clock import SystemClock
from shared.errors import Impossible
from shared.ids import NAMESPACE, derive

Json = dict[str, Any]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
Name = Annotated[
    str,
    typer.Argument(
        help="A policy: NAME, NAME@VERSION, or a folder with policy.yaml.", show_default=False
    ),
]


def explain(
    name: Name,
    file: Annotated[
        Path,
        typer.Argument(help="A request in native JSON, or a FHIR PAS bundle.", show_default=False),
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """The tree with its evidence, the facts that are missing, and the facts that an approval rests
    on.
    """
    piece = chosen([name])[-1]
    edition = in_force(piece.edition)
    submission = submission_of(content_of(file))
    if submission.request is None:
        raise Impossible(
            "This withdraws a request, and there is nothing to explain.", code="withdrawal"
        )
    now = SystemClock().now()
    evaluation = (
        evaluate(submission.request, now, library_for(edition, piece.code_sets))
        .event(derive(NAMESPACE, "evaluation", submission.content_sha256), 1)
        .model_dump(mode="json")
    )
    sets = [
        turning(LineCase(edition, submission.request, now, line.sequence))
        for line in lines_of(edition, submission.request, now)
    ]
    if as_json:
        print_json({"evaluation": evaluation, "lines": sets})
        return
    out.print(evaluation_trees(evaluation))
    out.print(sets_picture({"lines": sets}, edition.vocabulary.ask))


def turning(case: LineCase) -> Json:
    """What a line's answer turns on, as JSON: missing sets, and loss sets of criteria and
    guards.
    """
    of_criteria, of_guards = losses(case)
    lost = {"criteria": of_criteria.report(), "guards": of_guards.report()}
    return {
        "sequence": case.sequence,
        "outcome": case.outcome(case.request),
        "missing": missing(case).report(),
        "loss": lost,
    }


def impact(
    name: Name,
    *,
    over: Annotated[
        str,
        typer.Option(
            "--over",
            help=(
                "A file of stored requests or intake events, one JSON a line; or how many to make "
                "up."
            ),
        ),
    ] = "10000",
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            help="NAME@VERSION or folder of the edition to compare with; else the one in force.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write the report to this file, for publish."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Evaluate stored or synthetic requests with the edition in force and with the draft, and
    report the differences.
    """
    with progress(f"impact of {name}") as step:
        found = over_all(name, against, over, step.at)
    if output is not None:
        output.write_text(_text(found), "utf-8")
    show(found, as_json=as_json, picture=impact_picture)


def _text(report: Json) -> str:
    return json.dumps(report, indent=1, ensure_ascii=False) + "\n"
