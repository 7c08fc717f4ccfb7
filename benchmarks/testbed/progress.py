"""What a benchmark says: its progress meanwhile, and its figures, which are printed and kept in a
file when one is named.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

Say = Callable[[str], None]
APART_SECONDS = 10.0
"""Progress that is kept in a file or a CI log has a line at most so often."""


@contextmanager
def progress(console: Console, name: str) -> Iterator[Say]:
    """What goes on stands in a terminal's last line; anywhere else each is a line of its own,
    behind the seconds since the beginning.
    """
    if console.is_terminal:
        with console.status(name) as status:
            yield lambda line: status.update(f"{name}: {line}")
    else:
        yield lines(
            lambda line: console.print(
                f"{name}: {line}", markup=False, highlight=False, soft_wrap=True
            ),
            time.monotonic,
        )


def lines(write: Say, now: Callable[[], float]) -> Say:
    """Writes what is said, but not within `APART_SECONDS` of the line before; `now` is in
    seconds.
    """
    began, last = now(), -APART_SECONDS

    def say(line: str) -> None:
        nonlocal last
        if (at := now() - began) >= last + APART_SECONDS:
            last = at
            write(f"{at:.0f} s, {line}")

    return say


def tell(found: Any, kept: Path | None) -> None:
    """Prints the figures as JSON and writes the same text to `kept`.

    Raises:
        OSError: The file cannot be written; the figures have been printed by then.
    """
    text = json.dumps(found, indent=1) + "\n"
    sys.stdout.write(text)
    if kept is not None:
        kept.write_text(text, "utf-8")
