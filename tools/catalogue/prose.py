"""Docstrings as descriptions: one line each, however they are wrapped in the source."""

from __future__ import annotations

from typing import Any


def flat(text: str | None) -> str:
    """The text on one line."""
    return " ".join((text or "").split())


def flatten(schema: Any) -> None:
    """Puts every description of a JSON Schema on one line, at every depth."""
    if isinstance(schema, dict):
        if isinstance(schema.get("description"), str):
            schema["description"] = flat(schema["description"])
        for below in schema.values():
            flatten(below)
    elif isinstance(schema, list):
        for below in schema:
            flatten(below)
