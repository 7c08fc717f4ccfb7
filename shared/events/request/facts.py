"""Clinical facts with their sources."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SerializeAsAny, StrictBool, StrictFloat, StrictInt

from shared.events.model import Code, Observed, Part, Several, Token


class Certainty(StrEnum):
    """How sure the source is of a fact."""

    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    POSSIBLE = "possible"


class Scope(StrEnum):
    """Whether a fact is said of its subject alone or of several subjects together."""

    OWN = "own"
    GROUP = "group"


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
