"""A service's process keeps what it has to itself: its files are its owner's, and its keys are read
before anything is built.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from shared.access.key_files import FOLDER, OTHERS
from shared.access.key_folder import make_keys, service_keys
from shared.errors import Impossible
from shared.settings import Settings

UMASK = 0o077


def private(settings: Settings, service: str) -> Settings:
    """The settings with the service's keys; from now on only the owner can read what the process
    writes.

    An embedded stack makes the keys that are missing. Raises `Impossible` where others can look
    into the state folder or read a file in it, and for keys that cannot be used.
    """
    os.umask(UMASK)
    settings.state.mkdir(FOLDER, parents=True, exist_ok=True)
    if not settings.embedded:
        refuse_open(settings.state)
    else:
        make_keys(settings.key_folder)
    return replace(settings, keys=service_keys(settings.key_folder, service))


def refuse_open(state: Path) -> None:
    """Raises `Impossible` for a state folder that others can look into, or where they can read a
    store.
    """
    if state.stat().st_mode & OTHERS:
        raise Impossible(
            "Others than its owner can look into the state folder, which has health information.",
            code="state",
            remedy=f"Run: chmod 700 {state}",
        )
    if any(file.stat().st_mode & OTHERS for file in state.glob("*.sqlite*")):
        raise Impossible(
            "Others than their owner can read stores in the state folder.",
            code="state",
            remedy=f"Run: chmod 600 {state}/*.sqlite*",
        )
