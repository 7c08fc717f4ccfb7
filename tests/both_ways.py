"""Runs the same program with what is compiled and with nothing compiled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def both_ways(*program: str) -> tuple[Any, Any]:
    """What a program finds compiled and interpreted; it prints one JSON object, `{"compiled":
    whether it is, "found": ...}`.
    """
    compiled, interpreted = _told(*program), _told("-X", "interpreted", *program)
    assert compiled["compiled"], "what it runs is not compiled as it stands: make compiled"
    assert not interpreted["compiled"]
    return compiled["found"], interpreted["found"]


def _told(*arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
