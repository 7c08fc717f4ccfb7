"""The folder that an embedded stack keeps everything in: one stack at a time, and the state of the
last run out of the way of the next.
"""

from __future__ import annotations

import fcntl
import re
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO

from cli.services.addresses import run_file
from cli.services.web import answers
from shared.errors import Impossible, Unavailable

DISPOSABLE = "demo.done"
"""Marks a state folder that holds nothing but a finished demo: the next start may replace it."""
RUN_ID = re.compile(r"[0-9a-f]{16}")
Say = Callable[[str], None]


def claimed(state: Path) -> IO[str]:
    """A file beside the folder, locked for as long as it is open.

    Beside it, because the folder itself is set aside while its lock is held. Raises `Unavailable`
    if it is locked already, `Impossible` where the folder cannot be a stack's own.
    """
    _refuse_if_not_ours(state)
    state.parent.mkdir(parents=True, exist_ok=True)
    lock = state.with_name(f"{state.name}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        refuse_if_running(state)
        raise Unavailable(
            f"Another stack holds {state}, and does not say where it answers.",
            code="running",
            remedy=(
                "Wait while it starts or stops, press Ctrl-C there, or name another folder with "
                "--state."
            ),
        ) from error
    return lock


def _refuse_if_not_ours(state: Path) -> None:
    """Raises `Impossible` where a stack would mix its files with somebody else's: the next start
    moves the whole folder, or deletes it after a demo.
    """
    if Path.cwd().is_relative_to(state.resolve()):
        raise Impossible(
            f"{state} is the folder you are in, or one above it.",
            code="state",
            remedy="Name a folder of the stack's own with --state.",
        )
    if state.exists() and not state.is_dir():
        raise Impossible(f"{state} is a file.", code="state", remedy="Name a folder with --state.")


def set_aside(state: Path, say: Say) -> None:
    """Moves a state folder of an earlier run out of the way and says so in one line; what a
    finished demo left is replaced.

    Raises `Unavailable` while a stack still runs from the folder.
    """
    old = state / "run.id"
    if not old.exists():
        return
    refuse_if_running(state)
    if (state / DISPOSABLE).exists():
        shutil.rmtree(state)
        return
    aside = state.with_name(f"{state.name}-{_run_id(old)}")
    state.rename(aside)
    say(
        f"the embedded broker keeps nothing between runs: the last run's state is set aside in "
        f"{aside.name}, starting afresh"
    )


def _run_id(file: Path) -> str:
    """The id that a run left; a new one where a full disk or a hand damaged it."""
    found = file.read_bytes().decode("ascii", "replace").strip()
    return found if RUN_ID.fullmatch(found) else secrets.token_hex(8)


def refuse_if_running(state: Path) -> None:
    """Raises `Unavailable` when a service of the folder's last run still answers."""
    running = run_file(state)
    if any(answers(f"{url}/healthz") for url in running.get("urls", {}).values()):
        pids = " ".join(str(pid) for pid in running.get("pids", {}).values())
        remedy = f"Press Ctrl-C there (or: kill {pids}), or name another folder with --state."
        raise Unavailable(
            f"A stack is running from {state} already.", code="running", remedy=remedy
        )
