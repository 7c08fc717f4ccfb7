"""What a plan owes a member depends on who pays, who asks, for what, and where the member lives."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.model import Part, Several

Phone = Annotated[str, Field(max_length=40, pattern=r"^[0-9+() x-]*[0-9][0-9+() x-]*$")]
"""A telephone number as people write it; `x` is before an extension."""


class LineOfBusiness(OpenEnumeration):
    """The kind of plan, which decides whose clock applies."""

    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID_MANAGED_CARE = "medicaid_managed_care"
    MEDICAID_FEE_FOR_SERVICE = "medicaid_fee_for_service"
    QHP_FFE = "qhp_ffe"
    ERISA = "erisa"
    UNKNOWN = "unknown"
    OTHER = "other"


class PlanFunding(OpenEnumeration):
    """Who bears the risk: an insurer, whom state law binds (29 USC 1144(b)(2)(A)), or the employer,
    whom it does not (29 USC 1144(b)(2)(B)).
    """

    INSURED = "insured"
    SELF_FUNDED = "self_funded"
    UNKNOWN = "unknown"
    OTHER = "other"


class Asker(OpenEnumeration):
    """Who asks: the member, their representative, or a provider with or without a contract."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"
    CONTRACTED_PROVIDER = "contracted_provider"
    NONCONTRACT_PROVIDER = "noncontract_provider"
    UNKNOWN = "unknown"
    OTHER = "other"


class ItemKind(OpenEnumeration):
    """What a line asks for, as far as clocks differ: a service or item; a drug under Medicare Part
    B; an outpatient drug of Medicaid (42 USC 1396r-8(k)(2)).
    """

    SERVICE = "service"
    PART_B_DRUG = "part_b_drug"
    OUTPATIENT_DRUG = "outpatient_drug"
    UNKNOWN = "unknown"
    OTHER = "other"


class Sex(StrEnum):
    """As the plan has it on record (HL7 administrative gender)."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class Address(Part):
    """Where a letter reaches somebody; the county decides which languages help is offered in."""

    lines: Annotated[
        Several[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=6)
    ] = ()
    city: Annotated[str | None, Field(max_length=200)] = None
    state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None
    zip: Annotated[str | None, Field(pattern=r"^[0-9]{5}(-[0-9]{4})?$")] = None
    county: Annotated[str | None, Field(max_length=100)] = None
