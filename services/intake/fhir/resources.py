"""The parts of FHIR R4 resources that intake reads; whatever else they hold is ignored, not
refused.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from shared.events.model import Several


class Element(BaseModel):
    """A FHIR element, read leniently."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Coding(Element):
    """A code and the address of its system."""

    system: str = ""
    code: str = ""


class Concept(Element):
    """A CodeableConcept; its first coding is the one that counts."""

    coding: Several[Coding] = ()

    @property
    def first(self) -> Coding:
        """The first coding, empty when there is none."""
        return self.coding[0] if self.coding else Coding()


class Identifier(Element):
    """A business identifier."""

    system: str = ""
    value: str = ""
    type: Concept = Concept()


class Reference(Element):
    """A pointer to another resource."""

    reference: str = ""


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

    def coded(self, url: str) -> str:
        """The code of an extension, whether it is a code or a concept; empty when absent."""
        return next(
            (one.code or one.concept.first.code for one in self.extension if one.url == url), ""
        )


class Period(Element):
    """A period; only its start is read."""

    start: str = ""


class Quantity(Element):
    """An amount."""

    value: float | None = None


class ClaimItem(Extensible):
    """A requested item: `sequence` is its name for life."""

    sequence: Annotated[StrictInt, Field(ge=1)]
    modifiers: Annotated[Several[Extension], Field(alias="modifierExtension")] = ()
    diagnosis_sequence: Annotated[Several[StrictInt], Field(alias="diagnosisSequence")] = ()
    product: Annotated[Concept, Field(alias="productOrService")] = Concept()
    date: Annotated[str, Field(alias="servicedDate")] = ""
    period: Annotated[Period, Field(alias="servicedPeriod")] = Period()
    place: Annotated[Concept, Field(alias="locationCodeableConcept")] = Concept()
    quantity: Quantity = Quantity()


class Diagnosis(Element):
    """A diagnosis of the claim."""

    sequence: StrictInt
    concept: Annotated[Concept, Field(alias="diagnosisCodeableConcept")] = Concept()


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

    profile: Several[str] = ()


class Claim(Extensible):
    """A prior authorization request in FHIR's form."""

    meta: Meta = Meta()
    id: str = ""
    status: str = ""
    use: str = ""
    identifier: Several[Identifier] = ()
    patient: Reference = Reference()
    insurer: Reference = Reference()
    provider: Reference = Reference()
    priority: Concept = Concept()
    related: Several[Related] = ()
    diagnosis: Several[Diagnosis] = ()
    insurance: Several[Insurance] = ()
    item: Several[ClaimItem] = ()


class HumanName(Element):
    """A person's name."""

    family: str = ""
    given: Several[str] = ()
    text: str = ""


class PatientAddress(Element):
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
    birth_date: Annotated[str, Field(alias="birthDate")] = ""
    address: Several[PatientAddress] = ()
    communication: Several[Communication] = ()


class Coverage(Element):
    """The member's plan."""

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
