"""`priorauth bench criteria`: the criteria engine beside general expression engines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bench import run


def criteria(json: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file.")] = None) -> None:
    """Leaves a second of the criteria engine, whole evidence tree, beside CEL in C++ and Rust and ZEN on the same leaves; growth with size."""
    run("benchmarks.criteria", ["--json", str(json.resolve())] if json else [])
