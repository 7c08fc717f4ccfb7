"""The parts of FHIR R4 resources that intake reads; whatever else they hold is ignored, not
refused.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictInt

from services.intake.fhir.datatypes import (
    Concept,
    Dated,
    Day,
    Element,
    Extensible,
    Extension,
    Identifier,
    Period,
    Primitives,
    Quantity,
    Reference,
)
from shared.events.model import Several


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
    """An address; `kind` tells a place to go to (`physical`) from one to write to."""

    kind: Annotated[str, Field(alias="type")] = ""
    line: Primitives[str] = ()
    city: str = ""
    district: str = ""
    state: str = ""
    postal_code: Annotated[str, Field(alias="postalCode")] = ""
    country: str = ""


class ContactPoint(Dated):
    """A way to reach somebody: `system` says by what (`phone`, `fax`)."""

    system: str = ""
    value: str = ""


class Communication(Element):
    """A language that a person speaks."""

    language: Concept = Concept()
    preferred: StrictBool = False


class Patient(Element):
    """The member."""

    identifier: Several[Identifier] = ()
    name: Several[HumanName] = ()
    birth_date: Annotated[Day | None, Field(alias="birthDate")] = None
    gender: str = ""
    address: Several[PatientAddress] = ()
    communication: Several[Communication] = ()
    general_practitioner: Annotated[Several[Reference], Field(alias="generalPractitioner")] = ()


class CoverageClass(Element):
    """A way in which the payer classifies a coverage: by plan, by group, and so on."""

    type: Concept = Concept()
    value: str = ""


class Coverage(Element):
    """The member's plan."""

    identifier: Several[Identifier] = ()
    type: Concept = Concept()
    subscriber_id: Annotated[str, Field(alias="subscriberId")] = ""
    classes: Annotated[Several[CoverageClass], Field(alias="class")] = ()


class Requester(Element):
    """Who asks: an Organization's name is text, a Practitioner's a list, a PractitionerRole points
    to either.
    """

    identifier: Several[Identifier] = ()
    name: str | Several[HumanName] = ""
    telecom: Several[ContactPoint] = ()
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
