"""Progress of a policy tool on standard error; nothing where nobody watches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from cli.screen.display import err

T = TypeVar("T")


class Step:
    """One bar."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self.bar, self.task = bar, task

    def at(self, done: int, total: int) -> None:
        """So much is done, of so much."""
        self.bar.update(self.task, completed=done, total=total)

    def over(self, things: Iterable[T]) -> Iterator[T]:
        """Walks things and moves the bar."""
        known: Sequence[T] = list(things)
        for n, one in enumerate(known):
            self.at(n, len(known))
            yield one
        self.at(len(known), len(known))


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """A bar named after what is being done; it disappears at the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield Step(bar, bar.add_task(what, total=None))
