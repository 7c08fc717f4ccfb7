"""What does not fit the schema of a request, each place once, in the words of the schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from shared.json_text import Place, dotted, located, misfit, own

TOP = "(top)"
FORMS = {
    "bool": "true or false",
    "int": "integer",
    "float": "number",
    "str": "text",
    "constrained-str": "text",
    "Choice": "any_of",
    "Interval": "low and high",
}
"""What pydantic calls the forms of a union, in the words of JSON."""


def misfits_of(model: type[BaseModel], errors: Sequence[Mapping[str, Any]]) -> list[str]:
    """`place: kind (what is allowed)` for every place: a value that may have several forms and has
    none is one misfit, and a field that the schema lacks is told with those that it has.
    """
    kinds: dict[str, str] = {}
    strange: Counter[tuple[str, str]] = Counter()
    forms: dict[str, list[str]] = {}
    for error in own(errors):
        place, models = located(model, error["loc"])
        beyond: Place = error["loc"][len(place) :]
        at = dotted(place) or TOP
        if not beyond:
            kinds.setdefault(at, misfit(error))
        elif error["type"] == "extra_forbidden" and len(beyond) == 1:
            strange[at, _fields(models)] += 1
        else:
            forms.setdefault(at, []).append(_form(str(beyond[0])))
    for at, several in forms.items():
        kinds.setdefault(at, f"no_form_fits ({', '.join(dict.fromkeys(several))})")
    for (at, known), count in strange.items():
        kinds.setdefault(at, f"extra_forbidden ({_times(count)}there are {known})")
    return [f"{at}: {kind}" for at, kind in kinds.items()]


def _times(count: int) -> str:
    return f"{count} fields; " if count > 1 else ""


def _fields(models: tuple[type[BaseModel], ...]) -> str:
    return ", ".join(sorted({name for one in models for name in one.model_fields}))


def _form(name: str) -> str:
    """One of the forms that a value may have."""
    return "list" if name.startswith("tuple") else FORMS.get(name, name)
