"""What a request asks for, line by line."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from shared.events.model import Code, Day, Instant, Part, Several
from shared.events.request.coverage import ItemKind

MOST_UNITS = 2**53 - 1
"""Clotting factor is asked for by the unit, in thousands: there is no bound but the largest integer
that every reader of JSON can hold (RFC 7493).
"""
MOST_SEQUENCE = 2**31 - 1
"""The largest sequence of FHIR (`positiveInt`)."""


class Translation(Part):
    """The same service in another code system."""

    system: Code
    code: Code


class ServiceCode(Part):
    """A procedure or item code with its system (`cpt`, `hcpcs` or a URI); numbers only, no
    descriptors.

    `through` is the last code of a range that begins with `code`; `modifiers` are those of CPT and
    HCPCS (`RT`, `50`).
    """

    system: Code
    code: Code
    units: Annotated[StrictInt, Field(ge=1, le=MOST_UNITS)] = 1
    through: Code | None = None
    modifiers: Annotated[Several[Code], Field(max_length=20)] = ()
    translations: Annotated[Several[Translation], Field(max_length=50)] = ()

    @property
    def written(self) -> str:
        """The code as a person writes it: a range with both its ends, modifiers behind it."""
        span = f"{self.code}\N{EN DASH}{self.through}" if self.through else self.code
        return "-".join((span, *self.modifiers))


class ServiceLine(Part):
    """One requested item; `sequence` is its name for life.

    `start_of_care` is when a course of care began that this line continues, `care_ends_at` the
    instant at which what is authorized of it ends. `item` says which law's clock reads the line,
    `post_stabilization` that it is care after an emergency (42 CFR 422.113(c)).
    """

    sequence: Annotated[StrictInt, Field(ge=1, le=MOST_SEQUENCE)]
    segment: Annotated[str | None, Field(max_length=64)] = None
    services: Annotated[Several[Code], Field(max_length=50)] = ()
    codes: Annotated[Several[ServiceCode], Field(max_length=200)] = ()
    diagnoses: Annotated[Several[Code], Field(max_length=200)] = ()
    service_date: Day | None = None
    start_of_care: Day | None = None
    site: Annotated[str | None, Field(max_length=64)] = None
    cancelled: StrictBool = False
    item: ItemKind = ItemKind.UNKNOWN
    post_stabilization: StrictBool = False
    care_ends_at: Instant | None = None
