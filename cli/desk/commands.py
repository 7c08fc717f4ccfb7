"""`priorauth desk list|show|approve|refuse|modify`; `ask` and the acts on clocks are in files of
their own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from cli import exits
from cli.desk.clock_acts import CLOCK_ACTS, Key, new_key
from cli.desk.items import DeskItems
from cli.desk.options import (
    DAY,
    AsJson,
    Case,
    Criterion,
    External,
    Field,
    Line,
    Reason,
    Speaker,
    Units,
    Until,
    Yes,
)
from cli.desk.pictures import (
    item_picture,
    result_picture,
    signing_picture,
    worklist_picture,
)
from cli.desk.speaker import DeskSpeaker
from cli.screen.display import err, show
from shared.errors import Impossible
from shared.settings import load

Json = dict[str, Any]
app = typer.Typer(
    help="What waits for a clinician, deciding it, and acts on clocks.", no_args_is_help=True
)


@app.command("list")
def listed(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    as_json: AsJson = False,
) -> None:
    """List what waits for a clinician, by when it is due and by nothing else."""
    work = DeskItems(load(), speaker.speak()).waiting(limit)
    show(work, as_json=as_json, picture=worklist_picture)


@app.command("show")
def shown(
    case_id: Case,
    *,
    line: Line = None,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    as_json: AsJson = False,
) -> None:
    """Show a line that waits: what is asked, why it came here, the criteria that are not met or not
    documented with their evidence, and what would settle it.
    """
    item = DeskItems(load(), speaker.speak()).item(str(case_id), line)
    show(item, as_json=as_json, picture=item_picture)


@app.command()
def approve(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    reason: Reason,
    line: Line = None,
    expertise: Field = None,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    key: Key = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Approve a line as asked. Shows what will be signed, and what came of it."""
    content: Json = {"act": "approve", "reason": reason, "expertise": expertise}
    _decide(_Decision(speaker, str(case_id), line, key, content, "A1"), yes=yes, as_json=as_json)


@app.command()
def refuse(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    reason: Reason,
    criterion: Criterion = None,
    external: External = None,
    line: Line = None,
    expertise: Field = None,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    key: Key = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Do not certify a line, on a criterion (--criterion or --external). Shows what will be signed,
    and what came of it.
    """
    content: Json = {"act": "refuse", "reason": reason, "expertise": expertise}
    content["basis"] = _basis(criterion, external)
    _decide(_Decision(speaker, str(case_id), line, key, content, "A3"), yes=yes, as_json=as_json)


@app.command()
def modify(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    reason: Reason,
    units: Units = None,
    until: Until = None,
    criterion: Criterion = None,
    external: External = None,
    line: Line = None,
    expertise: Field = None,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    key: Key = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Certify a line in part, on a criterion (--criterion or --external): so many units (--units)
    or until an earlier day (--until). Shows what will be signed, and what came of it.
    """
    if units is None and until is None:
        raise typer.BadParameter("say what is granted: --units NUMBER, --until DAY, or both")
    content: Json = {"act": "modify", "reason": reason, "expertise": expertise}
    content["granted_units"] = units
    content["granted_until"] = until and until.strftime(DAY)
    content["basis"] = _basis(criterion, external)
    _decide(_Decision(speaker, str(case_id), line, key, content, "A6"), yes=yes, as_json=as_json)


class _Decision(NamedTuple):
    """Who decides which line of a case by which key, what they say, and the determination that it
    comes to.
    """

    speaker: DeskSpeaker
    case_id: str
    line: int | None
    key: str | None
    content: Json
    determination: str


def _decide(decision: _Decision, *, yes: bool, as_json: bool) -> None:
    """Shows what will be signed, asks, commands, and shows what came of it."""
    items = DeskItems(load(), decision.speaker.speak())
    answer = items.answered(decision.case_id, decision.line, decision.key)
    if answer is None:
        item = items.item(decision.case_id, decision.line)
        command = command_on(item, decision.content, decision.key)
        if not yes:
            err.print(signing_picture(item, command, decision.determination))
            typer.confirm("Sign this?", abort=True, err=True)
        answer = items.command(decision.case_id, command)
    show_result(answer, decision.case_id, as_json=as_json)


def show_result(answer: Json, case_id: str, *, as_json: bool) -> None:
    """Shows what came of a command; another exit code where it was not recorded."""
    show(answer, as_json=as_json, picture=lambda found: result_picture(found, case_id))
    if answer.get("outcome") != "recorded":
        raise typer.Exit(exits.DIFFERENT)


def command_on(item: Json, content: Json, key: str | None) -> Json:
    """The command on the line as it was shown."""
    basis = content.get("basis")
    if basis is not None and "kind" not in basis:
        policy = item["policy"]
        if policy is None:
            raise Impossible(
                "The line was judged by no policy.",
                code="no_policy",
                remedy="Name an external criterion with --external.",
            )
        named = {"policy": policy["policy"], "version": policy["version"]}
        basis = {"kind": "criterion", **named, **basis}
    command = content | {
        "idempotency_key": key or new_key(),
        "sequence": item["sequence"],
        "content_digest": item["content_digest"],
        "evaluation_id": item["evaluation_id"],
        "basis": basis,
    }
    return {name: value for name, value in command.items() if value is not None}


def _basis(criterion: str | None, external: Path | None) -> Json:
    """What a refusal or modification rests on, which it says once."""
    if (criterion is None) == (external is None):
        raise typer.BadParameter("say what it rests on: --criterion NAME, or --external FILE")
    return _external(external) if external else {"criterion": criterion}


def _external(file: Path) -> Json:
    """The external criterion in a file."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Impossible(
            f"{file} holds no criterion in JSON.",
            code="external",
            remedy="See docs/operations/desk.md.",
        ) from error
    if not isinstance(found, dict):
        raise Impossible(
            f"{file} holds no object.", code="external", remedy="See docs/operations/desk.md."
        )
    return found


for clock_act in CLOCK_ACTS:
    app.command(clock_act.__name__.replace("_", "-"))(clock_act)
