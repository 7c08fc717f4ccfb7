"""An event's data as a reader takes it: what a newer version added is never an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.events import adverse
from shared.events.evolution.open_enumeration import unknown_as_other

M = TypeVar("M", bound=BaseModel)


def validated(event: type[M], text: bytes) -> M:
    """The data in JSON, unknown fields ignored and unknown values of open enumerations taken as
    `other`; raises pydantic's `ValidationError`.

    Such a value is rare, and only then is the text read twice: what is known costs nothing more. It
    may not be the only error: a list of which it ends the reading is too short as well.
    """
    try:
        return event.model_validate_json(text, extra="ignore")
    except ValidationError as error:
        if not any(one["type"] == "enum" for one in error.errors(include_url=False)):
            raise
    with unknown_as_other():
        return event.model_validate_json(text, extra="ignore")


def reason_of(errors: Sequence[Mapping[str, Any]]) -> str:
    """The reason for which a record with these errors of its schema is parked."""
    return adverse.CODE if adverse.unfounded(errors) else "schema"
