"""The base of every event: frozen, strict for writers, lenient for readers."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    StringConstraints,
    ValidationError,
)

from shared.errors import Impossible
from shared.events import adverse
from shared.events.evolution.open_enumeration import READ_ONLY, refuse_other


class Part(BaseModel):
    """A piece of an event.

    Unknown fields are refused when written; readers validate with `extra="ignore"`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )


class EventData(Part):
    """The data of one event type: `TYPE` is its CloudEvents type, `TOPIC` where it is published;
    `REFUSES` tells whether it refuses or reduces, where it can.
    """

    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]
    REFUSES: ClassVar[adverse.Refuses | None] = None

    def published(self) -> bytes:
        """The JSON that is published: what `model_dump_json(exclude_defaults=True)` gives, without
        the way there and back through text. Raises `Impossible` for a value that is for readers
        alone (`OpenEnumeration`), or refuses without a clinician (`adverse`).
        """
        text: bytes = self.__pydantic_serializer__.to_json(self, exclude_defaults=True)
        if READ_ONLY in text:
            # Perhaps a string of somebody's: every place is looked at, which costs a tenth of what
            # an evaluation does.
            refuse_other(self)
        refuses = type(self).REFUSES
        if refuses is not None and refuses(self):
            self._read_again(text)
        return text

    def _read_again(self, text: bytes) -> None:
        """What refuses is read as its readers will: a copy that was changed, or one that was made
        without validation, has not been asked who stands behind it.
        """
        try:
            self.model_validate_json(text)
        except ValidationError as error:
            alone = adverse.unfounded(error.errors(include_url=False, include_input=False))
            raise Impossible(
                "The event would refuse without a clinician, or nobody could read it.",
                code=adverse.CODE if alone else "schema",
            ) from None


T = TypeVar("T")
Several = Annotated[tuple[T, ...], Field(fail_fast=True)]
"""Items of which the first misfit ends the reading: an error for each of thousands would cost more
than the sender paid. (Not `FailFast()`: it has no hash, so no union can hold it.)
"""
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Text = Annotated[str, StringConstraints(max_length=20_000)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CALENDAR_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso(value: Any) -> Any:
    """A date as it was written; `ValueError` for a number or digits alone, which could be a day or
    a count of seconds.
    """
    if isinstance(value, str):
        if CALENDAR_DAY.fullmatch(value):
            with suppress(ValueError):
                return date.fromisoformat(value)
        digits = value.strip().lstrip("+-").replace(".", "", 1).isdigit()
    else:
        digits = isinstance(value, int | float)
    if digits:
        msg = "a date is written as in 2026-11-15 (ISO 8601), not in digits alone"
        raise ValueError(msg)
    return value


Day = Annotated[date, BeforeValidator(_iso)]
"""A calendar day."""


def _utc(value: datetime) -> datetime:
    """The instant in UTC; `ValueError` where UTC has no date for it."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        msg = "an instant lies within the years 1 to 9999 of UTC"
        raise ValueError(msg) from None


Instant = Annotated[AwareDatetime, BeforeValidator(_iso), AfterValidator(_utc)]
"""An instant, written with its offset from UTC and kept in UTC: the same one is the same text."""
Observed = Annotated[datetime | date | None, SerializeAsAny(), BeforeValidator(_iso)]
"""The day or the instant of an observation, if it is known."""
