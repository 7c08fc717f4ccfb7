"""The version of the checkout, as `pyproject.toml` says it: what is installed may be older."""

from __future__ import annotations

import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def present() -> str:
    """The version that is being worked on, for instance `0.2.0.dev0`."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def released() -> str:
    """The release that the present version is or will be, for instance `0.2.0`."""
    return present().partition(".dev")[0]
