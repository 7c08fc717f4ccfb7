"""JSON Schemas of the events (draft 2020-12), one file a type.

Our own events are open to new fields, because readers ignore what they do not know; what outsiders
write is closed, because intake refuses it. `x-open` marks the enumerations that may gain values.
"""

from __future__ import annotations

import json
from typing import Any

from shared.events.catalogue import EVENTS, EXTERNAL
from shared.events.model import EventData
from tools.catalogue.prose import flatten

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def files() -> dict[str, str]:
    """File names and their text."""
    return {
        f"{event.TYPE}.json": json.dumps(schema_of(event), indent=1, ensure_ascii=False) + "\n"
        for event in EVENTS
    }


def schema_of(event: type[EventData]) -> Json:
    """The schema of an event's data."""
    found = event.model_json_schema()
    flatten(found)
    if event.TOPIC not in EXTERNAL:
        _open(found)
    return {"$schema": DRAFT, "$id": f"urn:priorauth:schema:{event.TYPE}", **found}


def _open(schema: Any) -> None:
    """Takes `additionalProperties: false` away, at every depth."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            del schema["additionalProperties"]
        for below in schema.values():
            _open(below)
    elif isinstance(schema, list):
        for below in schema:
            _open(below)
