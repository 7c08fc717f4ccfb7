"""The data types of FHIR R4, as far as intake reads them; whatever else they hold is ignored, not
refused.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from shared.events.model import Several

T = TypeVar("T")


def _present(values: Any) -> Any:
    """The values of a repeating primitive element: `null` keeps the place of one that has only
    extensions (FHIR R4, JSON).
    """
    if isinstance(values, list) and None in values:
        return [one for one in values if one is not None]
    return values


Primitives = Annotated[tuple[T, ...], Field(fail_fast=True), BeforeValidator(_present)]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T.*)?)?)?$")]
"""A date or an instant: a year, a month or a day, as FHIR writes them."""
OLD = "old"
"""The use of what is no longer in use."""


class Element(BaseModel):
    """A FHIR element, read leniently."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Coding(Element):
    """A code and the address of its system."""

    system: str = ""
    code: str = ""


class Concept(Element):
    """A CodeableConcept: one concept, coded in several systems."""

    coding: Several[Coding] = ()

    def of(self, systems: Container[str]) -> Coding:
        """The coding in one of the systems, else one whose system nobody names, else none."""
        coded = [one for one in self.coding if one.code]
        known = [one for one in coded if one.system in systems]
        return next(iter([*known, *(one for one in coded if not one.system)]), Coding())


class Period(Element):
    """A time with a beginning and an end."""

    start: Day | None = None
    end: Day | None = None


class Dated(Element):
    """What is in use for a time: `use` tells what for."""

    use: str = ""
    period: Period = Period()

    def lasts(self, day: str) -> bool:
        """Whether it is in use on a day (ISO 8601), as far as anybody says."""
        return self.use != OLD and not (day and self.period.end and self.period.end < day)


class Identifier(Dated):
    """A business identifier."""

    system: str = ""
    value: str = ""
    type: Concept = Concept()


class Reference(Element):
    """A pointer to another resource, or the identifier of what no resource stands for."""

    reference: str = ""
    identifier: Identifier = Identifier()
    display: str = ""


class Extension(Element):
    """An extension with the kinds of value that intake reads."""

    url: str = ""
    concept: Annotated[Concept, Field(alias="valueCodeableConcept")] = Concept()
    code: Annotated[str, Field(alias="valueCode")] = ""
    string: Annotated[str, Field(alias="valueString")] = ""
    boolean: Annotated[StrictBool, Field(alias="valueBoolean")] = False
    extension: Several[Extension] = ()


class Extensible(Element):
    """An element that carries extensions."""

    extension: Several[Extension] = ()

    def codings(self, url: str) -> tuple[Coding, ...]:
        """Everything that the extensions of this address say, as codes or as concepts."""
        named = [one for one in self.extension if one.url == url]
        plain = (Coding(code=one.code) for one in named if one.code)
        return (*plain, *(coding for one in named for coding in one.concept.coding))


class Quantity(Element):
    """An amount; with a comparator it is a bound."""

    value: Annotated[float | None, Field(strict=True)] = None
    comparator: str = ""
