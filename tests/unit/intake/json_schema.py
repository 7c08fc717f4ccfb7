"""JSON Schema, as far as the schema of a request uses it: whether a document fits, and documents
that do.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

Json = dict[str, Any]
KNOWN = {
    "$ref", "additionalProperties", "anyOf", "default", "description", "enum", "format", "items",
    "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern", "properties",
    "required", "title", "type", "x-open",
}  # fmt: skip
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
TEXT = st.characters(codec="utf-8", exclude_characters="\0")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Schema:
    """A schema whose references lead into its own `$defs`."""

    def __init__(self, whole: Json) -> None:
        self.whole = {name: one for name, one in whole.items() if not name.startswith("$")}
        self.parts = whole["$defs"]

    def resolved(self, schema: Json) -> Json:
        """A schema with its reference followed."""
        assert set(schema) <= KNOWN, f"{set(schema) - KNOWN} of JSON Schema is not known here"
        name = schema.get("$ref")
        return schema if name is None else self.parts[name.rpartition("/")[2]]

    def fits(self, value: Any, schema: Json | None = None) -> bool:
        """Whether a value fits; a whole number is one that is written without a fraction."""
        schema = self.resolved(self.whole if schema is None else schema)
        if "anyOf" in schema and not any(self.fits(value, one) for one in schema["anyOf"]):
            return False
        if "enum" in schema and value not in schema["enum"]:
            return False
        kind = schema.get("type")
        if kind is None:
            return True
        if isinstance(value, bool) != (kind == "boolean"):
            return False
        return isinstance(value, TYPES[kind]) and self._bounded(value, schema)

    def _bounded(self, value: Any, schema: Json) -> bool:
        match value:
            case dict():
                return self._object(value, schema)
            case list():
                return _between(len(value), schema, "Items") and all(
                    self.fits(one, schema["items"]) for one in value
                )
            case str():
                return (
                    _between(len(value), schema, "Length")
                    and re.search(_whole(schema.get("pattern", "")), value) is not None
                    and _formatted(value, schema.get("format"))
                )
            case int() | float():
                return schema.get("minimum", value) <= value <= schema.get("maximum", value)
        return True

    def _object(self, value: Json, schema: Json) -> bool:
        known = schema["properties"]
        return (
            set(schema.get("required", ())) <= set(value) <= set(known)
            and schema["additionalProperties"] is False
            and all(self.fits(one, known[name]) for name, one in value.items())
        )

    def documents(self, schema: Json | None = None) -> st.SearchStrategy[Any]:
        """Values that fit."""
        schema = self.resolved(self.whole if schema is None else schema)
        if "anyOf" in schema:
            return st.one_of(*(self.documents(one) for one in schema["anyOf"]))
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        match schema["type"]:
            case "object":
                return self._objects(schema)
            case "array":
                least = schema.get("minItems", 0)
                return st.lists(self.documents(schema["items"]), min_size=least, max_size=least + 1)
            case "string":
                return _texts(schema)
        return _scalars(schema)

    def _objects(self, schema: Json) -> st.SearchStrategy[Any]:
        fields = {name: self.documents(one) for name, one in schema["properties"].items()}
        needed = {name: fields[name] for name in schema.get("required", ())}
        others = {name: one for name, one in fields.items() if name not in needed}
        return st.fixed_dictionaries(needed, optional=others)


def _scalars(schema: Json) -> st.SearchStrategy[Any]:
    least, most = schema.get("minimum"), schema.get("maximum")
    found: dict[str, st.SearchStrategy[Any]] = {
        "integer": st.integers(least, most) | st.sampled_from([least or 1, most or 1]),
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return found[schema["type"]]


def _texts(schema: Json) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        long = schema.get("maxLength", 100)
        return st.from_regex(_whole(schema["pattern"])).filter(lambda text: len(text) <= long)
    match schema.get("format"):
        case "date":
            return st.dates(min_value=date(1900, 1, 1)).map(str)
        case "date-time":
            return st.sampled_from(["2026-02-01T10:00:00Z", "2026-02-01T10:00:00.5-05:00"])
        case "uuid":
            return st.uuids().map(str)
    least, most = schema.get("minLength", 0), schema.get("maxLength", 50)
    edges = st.sampled_from([least, most]).map("\N{GREEK SMALL LETTER ALPHA}".__mul__)
    return st.text(TEXT, min_size=least, max_size=min(most, 20)) | edges


def _whole(pattern: str) -> str:
    """ECMA's `$`, which stands at the end of a text and not before a last line break."""
    return re.sub(r"\$$", r"\\Z", pattern)


def _between(size: int, schema: Json, unit: str) -> bool:
    return schema.get(f"min{unit}", 0) <= size <= schema.get(f"max{unit}", size)


def _formatted(text: str, form: str | None) -> bool:
    readers = {"date": date.fromisoformat, "date-time": datetime.fromisoformat, "uuid": UUID}
    if form is None:
        return True
    if (form, len(text)) not in {("date", 10), ("uuid", 36)} and not INSTANT.fullmatch(text):
        return False
    try:
        readers[form](text)
    except ValueError:
        return False
    return True
