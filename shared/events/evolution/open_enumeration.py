"""Enumerations that may gain values without a new event type: a reader that does not know a value
takes it as `other`, which nothing acts on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Self, get_args

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from shared.errors import Impossible

OTHER = "other"
READ_ONLY = b'"other"'
"""How `OTHER` looks in JSON, wherever it stands."""
MARK = "x-open"
"""The keyword that marks an open enumeration in a JSON Schema."""
_tolerant: ContextVar[bool] = ContextVar("unknown values are taken as other", default=False)


class OpenEnumeration(StrEnum):
    """The values that this version knows, and `OTHER`, which every subclass has and which is read
    and never published.
    """

    @classmethod
    def known(cls) -> tuple[Self, ...]:
        """The values that may be published, in order."""
        return tuple(one for one in cls if one.value != OTHER)

    @property
    def is_known(self) -> bool:
        """Whether this version knows what the value means."""
        return self.value != OTHER

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        """`OTHER` for a text that is read from another version; anywhere else nothing, which is an
        error.
        """
        return cls(OTHER) if _tolerant.get() and isinstance(value, str) else None

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """What may be published, marked as open."""
        found = handler(schema)
        whole = handler.resolve_ref_schema(found)
        whole["enum"] = [one.value for one in cls.known()]
        whole[MARK] = True
        return found


@contextmanager
def unknown_as_other() -> Iterator[None]:
    """Within it, validation takes unknown values of open enumerations as `OTHER`."""
    before = _tolerant.set(True)
    try:
        yield
    finally:
        _tolerant.reset(before)


def refuse_other(part: BaseModel) -> None:
    """Raises `Impossible` where `OTHER` of an open enumeration stands anywhere in `part`."""
    if _holds_other(part):
        raise Impossible(
            "The event would publish `other`, which is for readers alone.", code="unknown-value"
        )


def _holds_other(part: BaseModel) -> bool:
    """Whether the part, or one in it, holds `OTHER`.

    Every event that is published is asked: the places are found once.
    """
    texts, parts = _places(type(part))
    if texts is not None and OTHER in texts(part):
        return True
    for name in parts:
        held = getattr(part, name)
        for one in held if isinstance(held, tuple) else (held,):
            if one is not None and _holds_other(one):
                return True
    return False


@cache
def _places(
    model: type[BaseModel],
) -> tuple[Callable[[BaseModel], tuple[Any, ...]] | None, tuple[str, ...]]:
    """What reads the fields of a model that are open enumerations, and the names of those with
    parts that have some.
    """
    texts, parts = list[str](), list[str]()
    for name, field in model.model_fields.items():
        if any(issubclass(one, OpenEnumeration) for one in _types(field.annotation)):
            texts.append(name)
        elif _open_below(field.annotation, frozenset({model})):
            parts.append(name)
    # The first one twice: of one name alone it would give no tuple.
    return attrgetter(texts[0], *texts) if texts else None, tuple(parts)


def _open_below(annotation: Any, above: frozenset[type]) -> bool:
    """Whether a value of this type may hold an open enumeration, at any depth; the types `above`
    are being asked already.
    """
    for one in set(_types(annotation)) - above:
        if issubclass(one, OpenEnumeration):
            return True
        if issubclass(one, BaseModel) and any(
            _open_below(field.annotation, above | {one}) for field in one.model_fields.values()
        ):
            return True
    return False


def _types(annotation: Any) -> Iterator[type]:
    """The classes that an annotation names, in unions and tuples too."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for one in get_args(annotation):
        yield from _types(one)
