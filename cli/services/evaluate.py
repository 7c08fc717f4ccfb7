"""`priorauth evaluate FILE`: the criteria engine alone, on a file: no broker, no store, no
service.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.screen.display import evaluation_trees, other_ways, out, print_json, triage_picture
from cli.screen.safe import safe
from cli.services.request_file import content_of, submission_of
from services.criteria.engine.answer.evaluate import evaluate as judged
from shared.clock import SystemClock
from shared.errors import Impossible
from shared.ids import NAMESPACE, derive

Json = dict[str, Any]


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(help="A request in native JSON, or a FHIR PAS bundle.", show_default=False),
    ],
    *,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the evaluation as the event that would be published."),
    ] = False,
) -> None:
    """Evaluate a request against the medical policies in force today, with the evidence for every
    criterion.
    """
    found = evaluated(content_of(file), SystemClock().now())
    if as_json:
        print_json(found)
        return
    if found["triage"]:
        out.print(triage_picture(found["triage"]))
    out.print(evaluation_trees(found))
    for note in (*found["advisories"], *found["questions"]):
        out.print(f"[bold]{safe(note['id'])}[/]  {safe(note['text'])}")
    for way in other_ways(found["other_ways"]):
        out.print(way)


def evaluated(content: bytes, now: datetime) -> Json:
    """The evaluation of a request received at `now`, as `CriteriaEvaluated` in JSON."""
    submission = submission_of(content)
    if submission.request is None:
        raise Impossible(
            "This withdraws a request, and there is nothing to evaluate.", code="withdrawal"
        )
    evaluation = judged(submission.request, now)
    return evaluation.event(
        derive(NAMESPACE, "evaluation", submission.content_sha256), 1
    ).model_dump(mode="json")
