"""What may change between a released schema and the present one: an optional field may be added,
anywhere, and a value to an open enumeration; nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.events.evolution.open_enumeration import MARK

Json = dict[str, Any]
WORDS_FOR_PEOPLE = {"title", "description", "$id", "$schema", "$defs", "examples"}
OBJECT = {"properties", "required"}


def differences(released: Json, present: Json) -> list[str]:
    """Every forbidden change, by where it stands; empty when readers and writers of the released
    schema can go on.
    """
    return list(_Comparison(released, present).compare(released, present, "", frozenset()))


class _Comparison:
    def __init__(self, released: Json, present: Json) -> None:
        self.released, self.present = released, present

    def compare(
        self, old: Any, new: Any, at: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        """The differences of two schemas, references followed; a pair of references is followed
        once.
        """
        pair = (_name(old), _name(new))
        if pair in seen and any(pair):
            return
        old, new = _resolved(old, self.released), _resolved(new, self.present)
        seen = seen | {pair}
        if isinstance(old, dict) and isinstance(new, dict):
            yield from self.of_objects(old, new, at, seen)
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            for index, (left, right) in enumerate(zip(old, new, strict=True)):
                yield from self.compare(left, right, f"{at}/{index}", seen)
        elif old != new:
            yield f"{at or '/'}: {old!r} became {new!r}"

    def of_objects(
        self, old: Json, new: Json, at: str, seen: frozenset[tuple[str, str]]
    ) -> Iterator[str]:
        """Properties may be added unless they are required, values where the enumeration is and was
        open; every other keyword is as it was.
        """
        fields, present = old.get("properties", {}), new.get("properties", {})
        for name in fields:
            if name in present:
                yield from self.compare(fields[name], present[name], f"{at}/{name}", seen)
            else:
                yield f"{at}/{name}: was removed"
        if set(old.get("required", ())) != set(new.get("required", ())):
            yield (
                f"{at}: required fields changed: "
                f"{sorted(set(old.get('required', ())) ^ set(new.get('required', ())))}"
            )
        grown = {"enum"} if _only_gained_values(old, new) else set[str]()
        for keyword in (set(old) | set(new)) - WORDS_FOR_PEOPLE - OBJECT - grown:
            yield from self.compare(old.get(keyword), new.get(keyword), f"{at}({keyword})", seen)


def _only_gained_values(old: Json, new: Json) -> bool:
    """Whether both are one open enumeration and no value is gone."""
    return old.get(MARK) is new.get(MARK) is True and set(old.get("enum", ())) <= set(new["enum"])


def _name(schema: Any) -> str:
    return str(schema.get("$ref", "")) if isinstance(schema, dict) else ""


def _resolved(schema: Any, whole: Json) -> Any:
    """A schema with its reference followed, keywords beside the reference kept."""
    if not isinstance(schema, dict) or "$ref" not in schema:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**whole["$defs"][schema["$ref"].rpartition("/")[2]], **beside}
