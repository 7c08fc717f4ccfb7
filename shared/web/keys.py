"""Idempotency keys as they come in over HTTP: what can stand in an address and in a database."""

from __future__ import annotations

from typing import Annotated, TypeAlias
from urllib.parse import quote

from fastapi import Path
from pydantic import StringConstraints

KEY = r"^[A-Za-z0-9._~:-]{1,200}$"
CommandKey: TypeAlias = Annotated[str, StringConstraints(pattern=KEY)]
"""The key of a command: letters, digits and `._~:-`, at most 200 of them."""
KeyInPath: TypeAlias = Annotated[str, Path(pattern=KEY)]
"""The same in an address; 422 for what no command can have."""


def place_of(case_id: object, results: str, key: str) -> str:
    """Where the result of a command of a case is, under the name of such results."""
    return f"/v1/cases/{case_id}/{results}/{quote(key, safe='')}"
