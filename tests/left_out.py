"""What a run leaves out, why, and how to run it: told at the end of every run, on one process or on
several.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pytest

from tests.patience import PATIENCE

IMAGES = {
    "KAFKA_IMAGE": "apache/kafka:4.3.1",
    "POSTGRES_IMAGE": "postgres:17",
    "PRIORAUTH_IMAGE": "priorauth:dev",
}
ALL = "`make test-all`"
HOW = f"start a Docker engine (deploy/engine.sh), run `make images`, then {ALL}"
ON_CONTAINERS = "run on real Kafka, PostgreSQL and our images"
LONG = "take minutes"
NIGHTLY = "the long proofs (thousands of seeds, every kill point, crashes, a soak): `make nightly`"


class Part(NamedTuple):
    """Tests that are left out for one reason, which says how to run them."""

    items: list[pytest.Item]
    why: str

    @property
    def told(self) -> str:
        """How many of which suite, and why."""
        return f"{counted(item.nodeid for item in self.items)} {self.why}"


def counted(nodeids: Iterable[str]) -> str:
    """Tests by suite, which is a folder of tests/: `2 of tests/e2e, 1 of tests/unit`."""
    suites = Counter("/".join(nodeid.split("/")[:2]) for nodeid in nodeids)
    return ", ".join(f"{count} of {suite}" for suite, count in sorted(suites.items()))


def quick(items: Sequence[pytest.Item]) -> list[Part]:
    """What proving a change leaves out, wherever it could run: what needs containers or minutes."""
    return [
        Part(marked(items, "containers"), f"{ON_CONTAINERS}: {ALL}"),
        Part(marked(items, "long"), f"{LONG}: {ALL}"),
    ]


def marked(items: Iterable[pytest.Item], name: str) -> list[pytest.Item]:
    """Those that have a marker."""
    return [item for item in items if item.get_closest_marker(name)]


def lacking(items: Iterable[pytest.Item], how: str) -> list[Part]:
    """What needs something that this machine lacks: a program, the C library, or the address of a
    server, which is `how` it is had.
    """
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        for (name,) in [marker.args for marker in item.iter_markers("needs")]:
            if name.isupper() and not os.environ.get(name):
                found.setdefault(f"need a server ({name}): {how}", []).append(item)
            elif not name.isupper() and not _installed(name):
                found.setdefault(f"need {name}, which is not installed", []).append(item)
    return [Part(needing, why) for why, needing in found.items()]


def _installed(name: str) -> bool:
    return platform.libc_ver()[0] == name if name == "glibc" else shutil.which(name) is not None


def missing() -> str:
    """What container tests lack here; empty when they can run."""
    if shutil.which("docker") is None:
        return "docker is not installed"
    if not _answers("info"):
        return "no Docker engine answers"
    absent = [
        image
        for image in (os.environ.get(name, default) for name, default in IMAGES.items())
        if not _answers("image", "inspect", image)
    ]
    return f"no image {', '.join(absent)}" if absent else ""


def _answers(*asked: str) -> bool:
    ran = subprocess.run(["docker", *asked], capture_output=True, check=False, timeout=PATIENCE)
    return ran.returncode == 0
