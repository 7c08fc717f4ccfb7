"""`docs/events.md`: every event by topic, with its fields, for people."""

from __future__ import annotations

from typing import Any

from shared.events.catalogue import CONSUMES, EVENTS, PRODUCERS
from shared.events.evolution.open_enumeration import MARK
from shared.events.model import EventData

HEADER = """# Events

Generated from the event catalogue by `make docs`. Records are CloudEvents 1.0 in Kafka's binary
mode: the envelope is in the headers, the value is the data below as JSON. The key is the case
id. JSON Schemas: `shared/events/schemas/`; AsyncAPI 3: `docs/asyncapi.yaml`.
"""
ENUMERATIONS = """## Enumerations

An **open** enumeration (`x-open` in the JSON Schemas) may gain values without a new event type.
Whoever reads a value of it that they do not know takes it as `other`: a case of which nothing
adverse follows, no letter is written, and no clock starts, moves or stops. `other` itself is never
published, and what outsiders send is refused unless its values are known. A **closed** one may not
gain values. Reasons, rules and delivery channels are codes: texts, which name new things freely.
"""


def document() -> str:
    """The page as Markdown."""
    topics: dict[str, list[type[EventData]]] = {}
    for event in EVENTS:
        topics.setdefault(event.TOPIC, []).append(event)
    parts = [HEADER, _enumerations()]
    for topic, events in topics.items():
        readers = (
            ", ".join(service for service, read in CONSUMES.items() if topic in read) or "nobody"
        )
        parts.append(
            f"## {topic}\n\nWritten by {PRODUCERS.get(topic, 'outsiders')}, read by {readers}.\n"
        )
        parts += [_event(event) for event in events]
    return "\n".join(parts)


def _enumerations() -> str:
    """Every named enumeration of the catalogue with its values, by name."""
    found = {
        name: part
        for event in EVENTS
        for name, part in event.model_json_schema().get("$defs", {}).items()
        if "enum" in part
    }
    rows = "\n".join(
        f"| {name} | {'open' if part.get(MARK) else 'closed'} | {_type(part)} |"
        for name, part in sorted(found.items())
    )
    return f"{ENUMERATIONS}\n| enumeration | | values |\n|---|---|---|\n{rows}\n"


def _event(event: type[EventData]) -> str:
    schema = event.model_json_schema()
    needed = set(schema.get("required", ()))
    rows = "\n".join(
        f"| `{name}` | {_type(field)} | {'yes' if name in needed else ''} |"
        for name, field in schema["properties"].items()
    )
    summary = " ".join((event.__doc__ or "").split())
    return f"### {event.TYPE}\n\n{summary}\n\n| field | type | required |\n|---|---|---|\n{rows}\n"


def _type(field: dict[str, Any]) -> str:
    """A field's type in a word or two."""
    if "$ref" in field:
        return str(field["$ref"].rpartition("/")[2])
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_type(one) for one in field["anyOf"]))
    if field.get("type") == "array":
        return f"list of {_type(field.get('items', {}))}"
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    return str(field.get("format") or field.get("type", "any"))
