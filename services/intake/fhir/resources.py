"""The parts of FHIR R4 resources that intake reads; whatever else they hold is ignored, not
refused.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

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


class ClaimItem(Extensible):
    """A requested item: `sequence` is its name for life."""

    sequence: Annotated[StrictInt, Field(ge=1)]
    modifiers: Annotated[Several[Extension], Field(alias="modifierExtension")] = ()
    diagnosis_sequence: Annotated[Primitives[StrictInt], Field(alias="diagnosisSequence")] = ()
    product: Annotated[Concept, Field(alias="productOrService")] = Concept()
    code_modifiers: Annotated[Several[Concept], Field(alias="modifier")] = ()
    date: Annotated[Day | None, Field(alias="servicedDate")] = None
    period: Annotated[Period, Field(alias="servicedPeriod")] = Period()
    place: Annotated[Concept, Field(alias="locationCodeableConcept")] = Concept()
    quantity: Quantity | None = None


class Diagnosis(Element):
    """A diagnosis of the claim, coded here or by a Condition."""

    sequence: StrictInt
    concept: Annotated[Concept, Field(alias="diagnosisCodeableConcept")] = Concept()
    condition: Annotated[Reference, Field(alias="diagnosisReference")] = Reference()


class Condition(Element):
    """A diagnosis on its own."""

    code: Concept = Concept()


class Insurance(Element):
    """A coverage that the claim names."""

    focal: StrictBool = False
    coverage: Reference = Reference()


class Related(Element):
    """The claim that this one updates."""

    claim: Reference = Reference()
    relationship: Concept = Concept()


class Meta(Element):
    """The profiles that a resource claims to follow."""

    profile: Primitives[str] = ()


class Claim(Extensible):
    """A prior authorization request in FHIR's form."""

    meta: Meta = Meta()
    id: str = ""
    status: str = ""
    use: str = ""
    created: Day = ""
    type: Concept = Concept()
    identifier: Several[Identifier] = ()
    patient: Reference = Reference()
    insurer: Reference = Reference()
    provider: Reference = Reference()
    priority: Concept = Concept()
    related: Several[Related] = ()
    diagnosis: Several[Diagnosis] = ()
    insurance: Several[Insurance] = ()
    item: Several[ClaimItem] = ()


class HumanName(Dated):
    """A person's name."""

    family: str = ""
    given: Primitives[str] = ()
    text: str = ""

    @property
    def full(self) -> str:
        """The name as one text."""
        return self.text or " ".join((*self.given, self.family)).strip()


class PatientAddress(Dated):
    """An address; only the state is read."""

    state: str = ""


class Communication(Element):
    """A language that a person speaks."""

    language: Concept = Concept()
    preferred: StrictBool = False


class Patient(Element):
    """The member."""

    identifier: Several[Identifier] = ()
    name: Several[HumanName] = ()
    birth_date: Annotated[Day | None, Field(alias="birthDate")] = None
    address: Several[PatientAddress] = ()
    communication: Several[Communication] = ()


class Coverage(Element):
    """The member's plan."""

    identifier: Several[Identifier] = ()
    type: Concept = Concept()
    subscriber_id: Annotated[str, Field(alias="subscriberId")] = ""


class Requester(Element):
    """Who asks: an Organization's name is text, a Practitioner's a list, a PractitionerRole points
    to either.
    """

    identifier: Several[Identifier] = ()
    name: str | Several[HumanName] = ""
    practitioner: Reference = Reference()
    organization: Reference = Reference()


class BundleEntry(Element):
    """One resource of a bundle, unread, with its address."""

    full_url: Annotated[str, Field(alias="fullUrl")] = ""
    resource: dict[str, Any]


class PasBundle(Element):
    """A bundle as it travels."""

    type_name: Annotated[str, Field(alias="resourceType")]
    meta: Meta = Meta()
    entry: Several[BundleEntry] = ()


class Parameter(Element):
    """A parameter of an operation, of which resources are read."""

    name: str = ""
    resource: dict[str, Any] | None = None


class Parameters(Element):
    """What an operation is called with."""

    parameter: Several[Parameter] = ()
