"""What keeps JSON text from being taken: U+0000 in it, and content that does not fit a schema; and
the names that the schema has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, get_args

from pydantic import BaseModel

Place = tuple[int | str, ...]
"""Fields and items on the way to an error, and the forms of unions, as pydantic names them."""

ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""U+0000 as JSON writes it; a backslash before it that is itself escaped makes it plain text."""
SHOWN, ROOM = 50, 900
"""A document can break its schema in thousands of places. So many are named, in so many characters:
the detail of a refusal has a thousand.
"""

BOUNDS = ("gt", "ge", "lt", "le", "min_length", "max_length", "pattern", "expected")
"""What pydantic knows of a schema's bounds; the rest of its context may repeat a value."""


def misfits(errors: Sequence[Mapping[str, Any]], root: str = "(top)") -> str:
    """The errors of a schema as `place: kind`, the first of them and how many more there are; never
    a value. `errors` is what pydantic's `errors()` gives, `root` stands for the document itself.
    """
    return listed([f"{_place(one) or root}: {misfit(one)}" for one in own(errors)])


def misfit(error: Mapping[str, Any]) -> str:
    """What kind of error it is, with the bound or the values that the schema allows, where they
    were asked for (`include_context`).
    """
    known = error.get("ctx", {})
    bounds = [f"{name.replace('_', ' ')} {known[name]}" for name in BOUNDS if name in known]
    return f"{error['type']} ({', '.join(bounds)})" if bounds else str(error["type"])


def listed(texts: Sequence[str]) -> str:
    """The first texts, and how many are left out."""
    ends = accumulate(len(text) + 2 for text in texts[:SHOWN])
    shown = sum(end <= ROOM for end in ends)
    more = f" (and {len(texts) - shown} more)" if len(texts) > shown else ""
    return "; ".join(texts[:shown]) + more


def own(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The errors that are of the document: pydantic calls a list too short as well when it stopped
    reading it at a misfit.
    """
    return [one for one in errors if one["type"] != "too_short" or not _within(one["loc"], errors)]


def _within(place: Place, errors: Iterable[Mapping[str, Any]]) -> bool:
    """Whether there is an error below a place."""
    below = (one["loc"] for one in errors if len(one["loc"]) > len(place))
    return any(one[: len(place)] == place for one in below)


def _place(error: Mapping[str, Any]) -> str:
    """A field's place; the name of a field that the schema does not know is the sender's text and
    stays out.
    """
    place = error["loc"]
    return dotted(place[:-1] if error["type"] == "extra_forbidden" else place)


def dotted(place: Iterable[int | str]) -> str:
    """A place in a document, for instance `lines.0.codes`."""
    return ".".join(map(str, place))


def names_below(base: type[BaseModel]) -> frozenset[str]:
    """The names that the models made of one have in JSON."""
    return frozenset(
        info.alias or field for one in _models(base) for field, info in one.model_fields.items()
    )


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all that are made of it."""
    yield base
    for one in base.__subclasses__():
        yield from _models(one)


def located(model: type[BaseModel], place: Place) -> tuple[Place, tuple[type[BaseModel], ...]]:
    """How far a place of pydantic's leads along fields and items, and the models that may stand
    there: a step further is a form of a union, or a field that is none.
    """
    models: tuple[type[BaseModel], ...] = (model,)
    for at, step in enumerate(place):
        if isinstance(step, int):
            continue
        fields = [one.model_fields[step].annotation for one in models if step in one.model_fields]
        if not fields:
            return place[:at], models
        models = tuple(one for field in fields for one in _models_in(field))
    return place, models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
