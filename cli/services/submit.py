"""`priorauth submit FILE`: sends a request, native or FHIR, and follows what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli.screen.display import case_panel, out, print_json
from cli.services import service_client, web
from cli.services.addresses import url_of
from cli.services.request_file import NATIVE, content_of, form_of, submission_of
from services.intake.model import Submission
from shared.settings import load

Json = dict[str, Any]
SECONDS = 14
PLACING_SECONDS = 5
"""An update's case is known once intake has found what it updates."""


def submit(
    file: Annotated[
        Path,
        typer.Argument(help="A request in native JSON, or a FHIR PAS bundle.", show_default=False),
    ],
    *,
    wait: Annotated[
        bool,
        typer.Option(
            "--wait", help="Wait until every line has a determination, and show the case."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    url: Annotated[
        str | None, typer.Option(help="Intake's address; found by itself where a stack runs.")
    ] = None,
) -> None:
    """Submit an authorization request. The same content sent twice is one submission."""
    content = content_of(file)
    settings = load()
    case_id, settled = sent(content, url_of("intake", settings, url), SECONDS if wait else 0)
    found = (
        described(file.stem, case_id, service_client.desk(settings, url))
        if settled
        else {"case_id": case_id, "settled": False}
    )
    if as_json:
        print_json(found)
    elif settled:
        out.print(case_panel(found))
    else:
        out.print(f"taken: case {case_id}\nfollow it with: priorauth case {case_id}")


def sent(content: bytes, intake: str, seconds: int) -> tuple[str, bool]:
    """Sends a request to intake and waits for so many seconds: the case it ended in, and whether
    every line has a determination.
    """
    form = form_of(content)
    if form is NATIVE:
        answer = web.post(f"{intake}{form.path}?wait={seconds}", content, form.media_type)
        return answer.content["case_id"], answer.content["case"] is not None
    submission = submission_of(content)
    wait = seconds if submission.opens else max(seconds, PLACING_SECONDS)
    web.post(f"{intake}{quote(form.path)}?wait={wait}", content, form.media_type)
    case_id = case_of(submission, intake)
    return case_id, seconds > 0 and web.get(f"{intake}/v1/cases/{case_id}")["settled"]


def case_of(submission: Submission, intake: str) -> str:
    """The case of a FHIR submission: its own id, or the case of the claim that it updates."""
    if submission.opens:
        return str(submission.submission_id)
    found: Json = web.get(f"{intake}/v1/submissions/{submission.submission_id}")
    return str(found["case_id"])


def described(name: str, case_id: str, desk: service_client.ServiceClient) -> Json:
    """The case in one piece."""
    return service_client.summary(
        name, desk.case(case_id), desk.evaluation(case_id), desk.letters(case_id), None
    )
