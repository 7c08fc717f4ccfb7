"""The names of fields that models have in JSON, and where an error of a schema is among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

Place = tuple[int | str, ...]


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
