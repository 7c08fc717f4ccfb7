"""The keys of the policy language, as its models define them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from services.criteria.engine import language, runtime
from services.criteria.engine.language.criterion import Strict

BESIDE = {
    "PathSpec": "vocabulary",
    "ListSpec": "vocabulary",
    "VocabularySpec": "vocabulary",
    "ContradictionSpec": "vocabulary",
    "SideSpec": "vocabulary",
    "UnitSpec": "vocabulary",
    "CodeSetSpec": "code_set",
    "CodeSource": "code_set",
    "CodeEntry": "code_set",
    "ScoreSpec": "score",
    "ItemSpec": "score",
    "RowSpec": "score",
    "MeasuredSpec": "score",
    "MeasuredRow": "score",
    "LimitSpec": "score",
    "BandSpec": "score",
}
"""Models of other files than a policy's."""
TRIAGE = "services.criteria.engine.triage."


def models() -> list[type[Strict]]:
    """Every model of the language, wherever in it: a new one is among them at once. Triage files
    have a page of their own (`docs/operations/triage.md`).
    """
    for package in (language, runtime):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found = {model for model in _below(Strict) if not model.__module__.startswith(TRIAGE)}
    return sorted(found, key=lambda model: model.__name__)


def _below(model: type[Strict]) -> Iterator[type[Strict]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


def keys() -> dict[str, Any]:
    """Every key as `Model.key`, with its type."""
    return {
        f"{model.__name__}.{field.alias or name}": field.annotation
        for model in models()
        for name, field in model.model_fields.items()
    }


def literals(annotation: Any) -> Iterator[str]:
    """The words that a key's value may be, at every depth of its type."""
    if get_origin(annotation) is Literal:
        yield from (one for one in get_args(annotation) if isinstance(one, str))
    for inner in get_args(annotation):
        yield from literals(inner)
