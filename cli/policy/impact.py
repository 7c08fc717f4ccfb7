"""A draft over many stored requests, on every core."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import islice
from multiprocessing import cpu_count, get_context
from pathlib import Path
from typing import Any

from services.criteria.authoring.golden.workspace import Piece, chosen
from services.criteria.authoring.publication.impact import Impact, impact, merged
from services.criteria.authoring.publication.snapshots import read, synthetic
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import packaged
from shared.clock import SystemClock
from shared.errors import Unavailable

Lines = list[bytes]
Part = tuple[int, int | Lines]
"""The number of the first request, and either how many are made up or the lines that hold them."""
SIZE, FEW = 2_500, 5_000
"""Requests in one part, and up to how many one process does them alone."""


def over_all(
    name: str, against: str | None, over: str, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """The report of a draft over a file of requests, or over so many made-up ones; `progress` is
    told what is done, of how much.
    """
    now = SystemClock().now()
    count = _count(over)
    found: list[Impact] = []
    with workers(count) as pool:
        for n, part in enumerate(_done(pool, (name, against, now), over)):
            found.append(part)
            progress(min((n + 1) * SIZE, count), count)
    whole = merged(found)
    return (whole or one_part((name, against, now), (0, 0))).report()


@contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """Processes for many requests; none for few."""
    if count <= FEW or cpu_count() == 1:
        yield None
        return
    with ProcessPoolExecutor(cpu_count(), mp_context=get_context("spawn")) as pool:
        yield pool


def _done(
    pool: Executor | None, editions: tuple[str, str | None, datetime], over: str
) -> Iterator[Impact]:
    """Every part in order, a few of them ahead."""
    ahead: list[Future[Impact]] = []
    for part in _parts(over):
        if pool is None:
            yield one_part(editions, part)
            continue
        ahead.append(pool.submit(one_part, editions, part))
        if len(ahead) > 2 * cpu_count():
            yield ahead.pop(0).result()
    for future in ahead:
        yield future.result()


def one_part(editions: tuple[str, str | None, datetime], part: Part) -> Impact:
    """The impact over one part."""
    name, against, now = editions
    piece, old = _editions(name, against)
    first, given = part
    cases = (
        synthetic(piece.edition, piece.cases, given, first)
        if isinstance(given, int)
        else read(given, now, first + 1)
    )
    return impact(piece.edition, old, cases)


@cache
def _editions(name: str, against: str | None) -> tuple[Piece, Edition | None]:
    piece = chosen([name])[-1]
    return piece, chosen([against])[-1].edition if against else current(piece.edition)


def current(draft: Edition) -> Edition | None:
    """The newest packaged edition of the same policy with another text, which a draft would
    replace.
    """
    others = [
        one
        for one in packaged().editions
        if one.ref.policy == draft.ref.policy
        and one.ref.sha256 != draft.ref.sha256
        and one.spec.status == "active"
    ]
    return max(others, key=lambda one: one.spec.effective.from_, default=None)


def _count(over: str) -> int:
    if over.isdecimal():
        return int(over)
    with _opened(over) as file:
        return sum(1 for _ in file)


def _parts(over: str) -> Iterator[Part]:
    if over.isdecimal():
        yield from ((first, min(SIZE, int(over) - first)) for first in range(0, int(over), SIZE))
        return
    with _opened(over) as file:
        first = 0
        while lines := list(islice(file, SIZE)):
            yield first, lines
            first += len(lines)


@contextmanager
def _opened(over: str) -> Iterator[Iterator[bytes]]:
    try:
        with Path(over).open("rb") as file:
            yield file
    except OSError as error:
        raise Unavailable(
            f"{over} cannot be read.",
            remedy="Name a file with one request or event in JSON a line.",
        ) from error
