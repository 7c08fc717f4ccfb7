"""`priorauth desk extend|expedite|refuse-expedite|oral-notice|mailed|correct-receipt|
information-received`: acts on the clocks of a case.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import typer

from cli import exits
from cli.desk.acting import ClockActs
from cli.desk.pictures import act_picture
from cli.desk.speaker import DeskSpeaker
from cli.screen.display import show
from shared.clock import SystemClock
from shared.settings import load

Json = dict[str, Any]
Case = Annotated[UUID, typer.Argument(help="The case.", show_default=False)]
Words = Annotated[str, typer.Option(help="Why or what, in words.", show_default=False)]
At = Annotated[
    str | None,
    typer.Option(
        help="When, with its offset, for instance 2026-01-05T09:30-05:00 [default: now].",
        show_default=False,
    ),
]
Speaker = Annotated[
    DeskSpeaker,
    typer.Option("--as", help="With a local stack: which of its synthetic people to be."),
]
Key = Annotated[
    str | None,
    typer.Option(
        help="The key of a command, to give it again whose answer was lost [default: a new one].",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class ExtendFor(StrEnum):
    """Why a determination may take longer."""

    MEMBER_ASKED = "member_asked"
    NONCONTRACT_INFORMATION = "noncontract_information"
    EXTRAORDINARY = "extraordinary"
    INFORMATION_MISSING = "information_missing"
    BEYOND_CONTROL = "beyond_control"


class ExpediteAsker(StrEnum):
    """Who asks for it to be faster."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"
    PHYSICIAN = "physician"


class NoticeTo(StrEnum):
    """Who was told by word of mouth."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"
    PROVIDER = "provider"


def extend(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    reason: Annotated[ExtendFor, typer.Option(help="Which reason of the law.")],
    words: Words,
    speaker: Speaker = DeskSpeaker.NURSE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Take the longer time that the rule allows, once; the member is written to."""
    _act(
        (case_id, speaker, key),
        {"act": "extend", "reason": reason.value, "words": words},
        as_json=as_json,
    )


def expedite(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    asked_by: Annotated[ExpediteAsker, typer.Option(help="Who asks; a physician's word binds.")],
    at: At = None,
    speaker: Speaker = DeskSpeaker.NURSE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Make a case faster because somebody asks for it."""
    asked: Json = {"act": "expedite", "asked_by": asked_by.value, "asked_at": instant_of(at)}
    _act((case_id, speaker, key), asked, as_json=as_json)


def refuse_expedite(
    case_id: Case,
    *,
    words: Words,
    speaker: Speaker = DeskSpeaker.PHYSICIAN,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Go on as a standard request, counted from the receipt; the member is written to."""
    _act((case_id, speaker, key), {"act": "refuse_expedite", "words": words}, as_json=as_json)


def oral_notice(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    to: Annotated[NoticeTo, typer.Option("--to", help="Who was told.")],
    adverse: Annotated[
        bool, typer.Option("--adverse/--not-adverse", help="Whether anything was refused.")
    ],
    at: At = None,
    speaker: Speaker = DeskSpeaker.NURSE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Record that somebody was told by word of mouth what was decided."""
    notice: Json = {"act": "oral_notice", "addressee": to.value, "notified_at": instant_of(at)}
    _act((case_id, speaker, key), notice | {"adverse": adverse}, as_json=as_json)


def mailed(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    letter: Annotated[UUID, typer.Option(help="The letter's id.", show_default=False)],
    at: At = None,
    speaker: Speaker = DeskSpeaker.NURSE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Acknowledge that a letter was mailed, and when."""
    act: Json = {"act": "mailed", "letter_id": str(letter), "mailed_at": instant_of(at)}
    _act((case_id, speaker, key), act, as_json=as_json)


def correct_receipt(  # noqa: PLR0913 - one parameter an option
    case_id: Case,
    *,
    received: Annotated[
        str, typer.Option(help="When it came first, with its offset.", show_default=False)
    ],
    words: Words,
    version: Annotated[
        int | None,
        typer.Option(min=1, help="The version that came; else the newest that began a clock."),
    ] = None,
    speaker: Speaker = DeskSpeaker.NURSE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Correct when the request came: earlier, by telephone, fax or mail."""
    act: Json = {"act": "correct_receipt", "received_at": instant_of(received), "words": words}
    if version is not None:
        act["version"] = version
    _act((case_id, speaker, key), act, as_json=as_json)


def information_received(
    case_id: Case,
    *,
    at: At = None,
    speaker: Speaker = DeskSpeaker.NURSE,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Record that the information that was asked for came."""
    act: Json = {"act": "information_received", "received_at": instant_of(at)}
    _act((case_id, speaker, key), act, as_json=as_json)


def _act(by: tuple[UUID, DeskSpeaker, str | None], act: Json, *, as_json: bool) -> None:
    """Gives the act to the desk, waits for what came of it, and shows that."""
    case_id, speaker, key = by
    named = act | {"idempotency_key": key or new_key()}
    answer = ClockActs(load(), speaker.speak()).act(str(case_id), named)
    show(answer, as_json=as_json, picture=act_picture)
    if answer["outcome"] != "recorded":
        raise typer.Exit(exits.DIFFERENT)


def new_key() -> str:
    """A key that no command has had."""
    return secrets.token_hex(16)


def instant_of(text: str | None) -> str:
    """An instant in UTC; now where nothing is said."""
    if text is None:
        return SystemClock().now().isoformat()
    with suppress(ValueError):
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(UTC).isoformat()
    raise typer.BadParameter("write an instant with its offset: 2026-01-05T09:30-05:00")


CLOCK_ACTS = (
    extend,
    expedite,
    refuse_expedite,
    oral_notice,
    mailed,
    correct_receipt,
    information_received,
)
