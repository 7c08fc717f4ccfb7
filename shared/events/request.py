"""The authorization request in the field's terms: member, service lines, clinical facts with their
sources.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SerializeAsAny, StrictBool, StrictFloat, StrictInt

from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Code, Day, Observed, Part, Several, Text, Token


class LineOfBusiness(OpenEnumeration):
    """The kind of plan, which decides whose clock applies."""

    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID_MANAGED_CARE = "medicaid_managed_care"
    MEDICAID_FEE_FOR_SERVICE = "medicaid_fee_for_service"
    QHP_FFE = "qhp_ffe"
    ERISA = "erisa"
    UNKNOWN = "unknown"
    OTHER = "other"


class Urgency(StrEnum):
    """How fast the request must be answered; it may rise and never falls.

    `emergency` is the provider's declaration.
    """

    STANDARD = "standard"
    EXPEDITED = "expedited"
    EMERGENCY = "emergency"


_RISING = (Urgency.STANDARD, Urgency.EXPEDITED, Urgency.EMERGENCY)


def faster(one: Urgency, other: Urgency) -> Urgency:
    """The more urgent of two."""
    return max(one, other, key=_RISING.index)


class Certainty(StrEnum):
    """How sure the source is of a fact."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Scope(StrEnum):
    """Whether a fact is said of its subject alone or of several subjects together."""

    OWN = "own"
    GROUP = "group"


MOST_UNITS = 2**53 - 1
"""Clotting factor is asked for by the unit, in thousands: there is no bound but the largest integer
that every reader of JSON can hold (RFC 7493).
"""
MOST_SEQUENCE = 2**31 - 1
"""The largest sequence of FHIR (`positiveInt`)."""


class Member(Part):
    """The person the request is for, as the sender names them. Never logged."""

    id: Token
    name: Annotated[str | None, Field(max_length=400)] = None
    birth_date: Day | None = None
    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN
    state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None


class Provider(Part):
    """Who asks, or who will do it: an NPI and a name."""

    npi: Annotated[str | None, Field(pattern=r"^[0-9]{10}$")] = None
    name: Annotated[str | None, Field(max_length=400)] = None


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

    `start_of_care` is when a course of care began that this line continues.
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


class Source(Part):
    """Where in the chart a fact stands."""

    document: Token
    page: Annotated[StrictInt | None, Field(ge=1)] = None
    span: Annotated[str | None, Field(max_length=1_000)] = None


class Interval(Part):
    """A number known only to lie between two bounds (`None`: no bound), or a range over muscle
    groups; ends may be open.
    """

    low: StrictFloat | StrictInt | None = None
    high: StrictFloat | StrictInt | None = None
    low_open: StrictBool = False
    high_open: StrictBool = False


class Choice(Part):
    """A value known only to be one of several."""

    any_of: Annotated[
        Several[StrictBool | StrictInt | StrictFloat | str], Field(min_length=1, max_length=100)
    ]


Words = Annotated[str, Field(max_length=2_000)]
Scalar = Annotated[StrictBool | StrictInt | StrictFloat | Words, Field(union_mode="left_to_right")]
FactValue = Annotated[
    StrictBool | StrictInt | StrictFloat | Words | Choice | Interval | Several[Scalar],
    Field(union_mode="left_to_right"),
    SerializeAsAny(),
]
"""The first form that fits: scalars first, as the most frequent; `Choice` before `Interval`, which
a lenient reader would see in anything.

Written by what the value is: to try each form of the union takes longer than all the rest of a
fact.
"""


class Fact(Part):
    """One clinical fact: `path` from a vocabulary, `subject` (`member`, `lesion:T6`,
    `segment:T4-T8`), its value and where it is documented.

    `verified`: the sender was asked about an unusual value, or looked again, and stands by it.
    """

    path: Code
    subject: Code = "member"
    value: FactValue
    unit: Annotated[str | None, Field(max_length=32)] = None
    certainty: Certainty = Certainty.CONFIRMED
    scope: Scope = Scope.OWN
    observed_at: Observed = None
    asserted_by: Annotated[str | None, Field(max_length=200)] = None
    source: Source | None = None
    verified: bool = False


class Document(Part):
    """A document that came with the request or that its facts cite."""

    id: Token
    kind: Code
    title: Annotated[str | None, Field(max_length=400)] = None


class ListStatement(Part):
    """Says that a list of subjects (for instance `lesions`) is complete (`closed`): what is not in
    it is not there.
    """

    name: Code
    closed: StrictBool


class RequestOutline(Part):
    """A request without its clinical content: what a reader needs that does not judge it."""

    member: Member
    requester: Provider = Provider()
    performer: Provider = Provider()
    urgency: Urgency = Urgency.STANDARD
    lines: Annotated[Several[ServiceLine], Field(min_length=1, max_length=1_000)]
    documents: Annotated[Several[Document], Field(max_length=1_000)] = ()
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"


class AuthorizationRequest(RequestOutline):
    """A request as the platform works with it, whatever wire format it came in."""

    facts: Annotated[Several[Fact], Field(max_length=5_000)] = ()
    lists: Annotated[Several[ListStatement], Field(max_length=100)] = ()
    note: Text | None = None
