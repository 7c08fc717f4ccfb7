"""Whom a request is for, and the providers who have to do with it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from shared.events.model import Day, Part, Token
from shared.events.request.coverage import Address, LineOfBusiness, Phone, PlanFunding, Sex


class Provider(Part):
    """Who asks, or who will do it: an NPI, a name, and the telephone that is answered."""

    npi: Annotated[str | None, Field(pattern=r"^[0-9]{10}$")] = None
    name: Annotated[str | None, Field(max_length=400)] = None
    phone: Phone | None = None


class Member(Part):
    """The person the request is for, as the sender names them. Never logged.

    `state` is whose law protects them; where they live in another (`address`), its law does too.
    `contract` and `plan` are the payer's ids (of Medicare Advantage `H0000` and `001`);
    `electronic_delivery`: they chose it, or declined it.
    """

    id: Token
    name: Annotated[str | None, Field(max_length=400)] = None
    birth_date: Day | None = None
    line_of_business: LineOfBusiness = LineOfBusiness.UNKNOWN
    state: Annotated[str | None, Field(pattern=r"^[A-Z]{2}$")] = None
    funding: PlanFunding = PlanFunding.UNKNOWN
    contract: Token | None = None
    plan: Token | None = None
    medicare_number: Token | None = None
    sex: Sex = Sex.UNKNOWN
    address: Address | None = None
    electronic_delivery: StrictBool | None = None
    primary_care: Provider | None = None
