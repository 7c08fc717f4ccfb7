"""`priorauth bench bugs`: whether bugs that are put in on purpose are found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bench import run


def bugs(json: Annotated[Path | None, typer.Option("--json", help="Write what was found to this file.")] = None) -> None:
    """Puts each of the bugs in tests/crash/bugs into a copy of the code: by which level it is found, after how many seeds and seconds."""
    run("tests.crash.seeded", ["--json", str(json.resolve())] if json else [])
