"""The process that is killed: one service's engine from its start to the end of its work, on the
store and the broker file of its folder.
"""

from __future__ import annotations

import mmap
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import structlog

from benchmarks.testbed.keys import sealer_of
from services.audit.handlers import checkpoint_now
from shared.errors import PriorauthError, Unavailable, Zombie
from shared.lanes.engine.engine import Engine
from shared.lanes.store.connect import reading_engine
from tests.reliability.sweep.broker import FileBroker, FilePublisher
from tests.reliability.sweep.engines import SETTINGS, PacedClock, engine_of

RECORDS, NOTES = "records", "notes"
NOTES_BYTES = 65_536
NOT_OPENED, NEVER_RECOVERS = 3, 4
QUIET, TROUBLES, LOOKS = 4, 50, 2
Say = Callable[[str], None]


class Life(NamedTuple):
    """Which service lives in which folder, on which store, and at which instants its batches are
    worked; `stops`: it waits for its tracer first.
    """

    service: str
    url: str
    folder: Path
    instants: tuple[int, ...]
    stops: bool = False


def live(life: Life) -> None:
    """Works all that there is to read, then ends as at SIGTERM.

    Ends with NOT_OPENED where the store cannot be opened, aloud.
    """
    os.chdir(life.folder)
    say = _notebook(Path(NOTES))
    structlog.configure(
        processors=[lambda _logger, level, entry: _noted(say, level, entry)],
        cache_logger_on_first_use=False,
    )
    if life.stops:
        os.kill(os.getpid(), signal.SIGSTOP)
    clock = PacedClock(life.instants)
    broker = FileBroker(Path(RECORDS), lambda: clock.micros() // 1_000)
    try:
        engine = engine_of(
            life.service, life.url, clock, broker, FilePublisher(broker, sealer_of(life.service))
        )
    except (sqlite3.Error, PriorauthError) as error:
        say(f"not opened: {error}")
        sys.exit(NOT_OPENED)
    work(engine, say)
    if life.service == "audit":
        _seal(life.url, clock, say)
    try:
        engine.close(0)
    except PriorauthError as error:
        say(f"closing: {error}")


def work(engine: Engine, say: Say) -> None:
    """Steps as a replica's thread does until nothing comes any more; what does not answer is tried
    again from a new claim.
    """
    quiet = troubles = 0
    troubled = False
    while quiet < QUIET:
        try:
            if troubled:
                engine.recover()
                troubled = False
            quiet = 0 if engine.step(0) else quiet + 1
        except (Unavailable, Zombie) as trouble:
            say(f"waiting: {trouble}")
            troubled, quiet, troubles = True, 0, troubles + 1
            if troubles == TROUBLES:
                sys.exit(NEVER_RECOVERS)


def _seal(url: str, clock: PacedClock, say: Say) -> None:
    """Signs a checkpoint of what is in the log by now, as audit does: what fails is tried again at
    the next look.
    """
    reading = reading_engine(url)
    for _ in range(LOOKS):
        try:
            checkpoint_now(reading, SETTINGS, clock.now())
        except PriorauthError as error:
            say(f"checkpoint: {error}")
    reading.dispose()


def _notebook(path: Path) -> Say:
    """Takes lines down in a mapped file: no system call that would be counted, and what was said
    outlives the process.
    """
    path.write_bytes(bytes(NOTES_BYTES))
    with path.open("r+b") as file:
        pages = mmap.mmap(file.fileno(), NOTES_BYTES)

    def say(text: str) -> None:
        max_bytes = text.encode()[:500] + b"\n"
        if pages.tell() + len(max_bytes) < NOTES_BYTES:
            pages.write(max_bytes)

    return say


def _noted(say: Say, level: str, entry: Any) -> NoReturn:
    if level in {"warning", "error"}:
        say(f"{level}: " + " ".join(f"{name}={value}" for name, value in entry.items()))
    raise structlog.DropEvent


def said(folder: Path) -> list[str]:
    """What the process of a folder said."""
    return [line.decode() for line in (folder / NOTES).read_bytes().rstrip(b"\0").splitlines()]
