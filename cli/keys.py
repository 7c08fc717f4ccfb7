"""`priorauth keys`: makes the keys that the services need, changes those of seals, and retires one
of the desk that got out.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.policy.deployment import By, item_of, publish
from cli.screen.display import out, table_of
from cli.screen.safe import safe
from services.criteria.decide.attestation import RETIRED, RETIREMENT, key_id
from shared.access.key_files import fresh, replace_key, signing_key
from shared.access.key_folder import add_key, drop_keys, key_path, make_keys, pairs, use_key
from shared.errors import Impossible

app = typer.Typer(
    help="Make keys, change the keys of seals, retire one of the desk.", no_args_is_help=True
)
Folder = Annotated[Path, typer.Argument(help="The folder of all services' keys.")]
Producer = Annotated[str, typer.Argument(help="The service whose events are sealed.")]
Reader = Annotated[str, typer.Argument(help="The service that checks the seals.")]


class RotationStep(StrEnum):
    """The steps of a change, in their order."""

    ADD = "add"
    USE = "use"
    DROP = "drop"


class RetiredUse(StrEnum):
    """Whose keys can be retired."""

    DESK = "desk"


@app.command("make")
def make(folder: Folder) -> None:
    """Make every key that is missing, in a folder for each service; nothing that is there changes.

    Give each service its own folder alone, as FOLDER/SERVICE below PRIORAUTH_KEYS.
    """
    rows = [
        (safe(str(file.path.relative_to(folder))), " and ".join(file.readers), _state(file.new))
        for file in make_keys(folder)
    ]
    out.print(table_of(("key", "read by", ""), rows))


@app.command("rotate")
def rotate(step: RotationStep, folder: Folder, producer: Producer, reader: Reader) -> None:
    """Change the key that PRODUCER seals with for READER, in three steps: add, use, drop.

    Each step says which service to restart before the next.
    """
    if (producer, reader) not in set(pairs()):
        raise Impossible(
            f"{reader} reads nothing of {producer}.",
            code="pair",
            remedy=f"Pairs: {', '.join(f'{one} {other}' for one, other in pairs())}.",
        )
    out.print(safe(_rotated(step, folder, producer, reader)), soft_wrap=True)


@app.command("retire")
def retire(
    use: RetiredUse,
    folder: Folder,
    *,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the record for good.")],
    key: Annotated[
        str | None,
        typer.Option(
            "--key", help="The id of a former key of the desk's (default: the one in FOLDER)."
        ),
    ] = None,
) -> None:
    """Retire a key of the desk's that somebody else may have read: from the next batch on nothing
    that it signed is taken; what was decided before stays. Puts a new key into FOLDER.
    """
    path = key_path(folder, "criteria", use.value)
    name = key or key_id(signing_key(path, make=False).public_key())
    publish([item_of(RETIREMENT, name, RETIRED.decode())], by, reason)
    if key is None:
        replace_key(path, (fresh(),))
        then = (
            "Restart criteria: its new key counts a minute later. What the desk signs until then "
            "is declined; the commands are to be given again."
        )
        out.print(then, soft_wrap=True)


def _rotated(step: RotationStep, folder: Path, producer: str, reader: str) -> str:
    """Does a step; what is to be done after it."""
    match step:
        case RotationStep.ADD:
            add_key(folder, producer, reader)
            return f"Restart {reader}, then: priorauth keys rotate use {folder} {producer} {reader}"
        case RotationStep.USE:
            use_key(folder, producer, reader)
            return (
                f"Restart {producer}. When {reader} has read what was sealed before and nothing is "
                f"parked as unsealed: priorauth keys rotate drop {folder} {producer} {reader}"
            )
        case RotationStep.DROP:
            drop_keys(folder, producer, reader)
            return f"Restart {reader}."


def _state(new: bool) -> str:  # noqa: FBT001 - one fact of a row
    return "made" if new else "was there"
