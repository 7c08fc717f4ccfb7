"""`priorauth submit FILE`: sends a request, native or FHIR, and follows what becomes of it."""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

import typer

from cli.screen.display import case_panel, out, print_json
from cli.services import service_client, web
from cli.services.addresses import url_of
from cli.services.request_file import NATIVE, content_of, form_of
from shared.access.principal import Role
from shared.errors import Impossible
from shared.settings import load

Json = dict[str, Any]
SECONDS = 14
PLACING_SECONDS = 10
"""A case is known once intake has applied the submission; usually within a tenth of a second."""
LOOK_SECONDS = 0.1


class Followed(NamedTuple):
    """What became of a submission: the case that holds it, none if that is not known in time, and
    whether every line has a determination.
    """

    submission_id: str
    case_id: str | None
    settled: bool


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
    """Submit an authorization request. Sent again while its case is open, it belongs to that."""
    content = content_of(file)
    settings = load()
    followed = sent(content, url_of("intake", settings, url), SECONDS if wait else 0)
    found = (
        described(file.stem, followed.case_id, service_client.desk(settings, url))
        if followed.settled and followed.case_id
        else followed._asdict()
    )
    if as_json:
        print_json(found)
    elif followed.settled:
        out.print(case_panel(found))
    else:
        out.print(_taken(followed))


def _taken(followed: Followed) -> str:
    """A submission that the log has and that nobody has waited for."""
    if followed.case_id is None:
        return (
            f"taken: submission {followed.submission_id}\nintake has not got to it yet; "
            f"ask again at /v1/submissions/{followed.submission_id}"
        )
    return f"taken: case {followed.case_id}\nfollow it with: priorauth case {followed.case_id}"


def sent(content: bytes, intake: str, seconds: int) -> Followed:
    """Sends a request to intake, follows it to its case, and waits there for so many seconds."""
    form = form_of(content)
    answer = web.post(
        f"{intake}{quote(form.path)}?wait={seconds}", content, form.media_type, Role.SUBMITTER
    )
    if form is NATIVE:
        submission_id = answer.content["submission_id"]
    else:
        submission_id = answer.location.rpartition("/")[2]
    case_id = case_of(submission_id, intake)
    settled = seconds > 0 and case_id is not None
    return Followed(
        submission_id,
        case_id,
        settled and web.get(f"{intake}/v1/cases/{case_id}", Role.SUBMITTER)["settled"],
    )


def case_of(submission_id: str, intake: str) -> str | None:
    """The case that holds a submission, none if intake has not applied it in time; a refusal is
    raised.
    """
    until, asked = monotonic() + PLACING_SECONDS, f"{intake}/v1/submissions/{submission_id}"
    while (found := web.get_if_there(asked, Role.SUBMITTER)) is None:
        if monotonic() > until:
            return None
        sleep(LOOK_SECONDS)
    if found["case_id"] is None:
        raise Impossible(f"{found['detail']} ({found['code']})", code=found["code"])
    return str(found["case_id"])


def described(name: str, case_id: str, desk: service_client.ServiceClient) -> Json:
    """The case in one piece."""
    return service_client.summary(
        name, desk.case(case_id), desk.evaluation(case_id), desk.letters(case_id), None
    )
