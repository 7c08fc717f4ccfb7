"""The FHIR addresses and codes that intake reads or writes, in our own words."""

from __future__ import annotations

from collections.abc import Iterable

from services.intake.fhir.datatypes import Coding, Concept
from shared.body.procedures import procedure
from shared.events.request import LineOfBusiness, PlanFunding

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
LEVEL_OF_SERVICE = PAS + "extension-levelOfServiceCode"
CERTIFICATION_TYPE = PAS + "extension-certificationType"
INFO_CHANGED = PAS + "extension-infoChanged"
INFO_CANCELLED = PAS + "modifierextension-infoCancelled"
TRANSMISSION = PAS + "extension-TransmissionIdentifiers"
REVIEW_ACTION = PAS + "extension-reviewAction"
REVIEW_ACTION_CODE = PAS + "extension-reviewActionCode"
REVIEWER = PAS + "extension-claimResponseReviewer"
ADMINISTRATION_NUMBER = PAS + "extension-administrationReferenceNumber"
CODE_END = PAS + "extension-productOrServiceCodeEnd"
CLAIM_UPDATE = PAS + "profile-claim-update"
REQUEST_PROFILE = PAS + "profile-pas-request-bundle"
RESPONSE_PROFILE = PAS + "profile-pas-response-bundle"
CLAIM_RESPONSE_PROFILE = PAS + "profile-claimresponse"
X12_306 = "https://codesystem.x12.org/005010/306"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
NPI = "http://hl7.org/fhir/sid/us-npi"
CANCEL = ("1322", "3")
EMERGENCY = ("1338", "03")
URGENT = ("1338", "U")
"""Codes of X12, each with its data element."""
STAT = "stat"
ICD_10 = frozenset(
    {
        "http://hl7.org/fhir/sid/icd-10-cm",
        "http://hl7.org/fhir/sid/icd-10",
        "http://www.cms.gov/Medicare/Coding/ICD10",
        "https://www.cms.gov/Medicare/Coding/ICD10",
        "urn:oid:2.16.840.1.113883.6.90",
        "urn:oid:2.16.840.1.113883.6.3",
    }
)
PLACE_OF_SERVICE = frozenset(
    {
        "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
        "http://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set",
    }
)
IDENTIFIER_TYPES = frozenset({"", "http://terminology.hl7.org/CodeSystem/v2-0203"})
MEMBER_NUMBER = frozenset({"MB"})
SOCIAL_SECURITY = frozenset({"SS"})
UNTYPED = frozenset({""})
MEDICARE_NUMBER = frozenset({"MC"})
MEDICARE_NUMBER_SYSTEMS = frozenset(
    {"http://hl7.org/fhir/sid/us-mbi", "urn:oid:2.16.840.1.113883.4.927"}
)
COVERAGE_CLASS = frozenset({"http://terminology.hl7.org/CodeSystem/coverage-class"})
SOCIAL_SECURITY_SYSTEMS = frozenset(
    {"http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1"}
)

# Source of payment typology (NAHDO), the two leading digits that name a managed or unmanaged public
# plan.
_PAYMENT = "https://nahdo.org/sopt"
_PLANS = {
    "11": LineOfBusiness.MEDICARE_ADVANTAGE,
    "21": LineOfBusiness.MEDICAID_MANAGED_CARE,
    "22": LineOfBusiness.MEDICAID_FEE_FOR_SERVICE,
}
_SELF_INSURED = "522"
"""A self-insured plan of an employer (ERISA), of which the payer only is the administrator."""


def code_system(system: str, code: str) -> str:
    """`cpt` or `hcpcs` by the shape of the code, because senders mix up the two addresses; any
    other system stays as it is.
    """
    known = procedure(system, code)
    return (system or "unknown") if known is None else known.system


def billed(concept: Concept) -> Coding:
    """The coding by which a service is billed, else the first one: the others translate it."""
    coded = [one for one in concept.coding if one.code]
    known = [one for one in coded if code_system(one.system, one.code) != (one.system or "unknown")]
    return next(iter([*known, *coded]), Coding())


def says(codings: Iterable[Coding], meant: tuple[str, str]) -> bool:
    """Whether any of the codings is a code of X12, by its data element; a code without a system is
    taken for it.
    """
    element, code = meant
    return any(
        one.code == code and (not one.system or one.system.endswith(f"/{element}"))
        for one in codings
    )


def identifier_types(kind: Concept, system: str) -> frozenset[str]:
    """What an identifier is, by the codes of HL7 and by its own system."""
    if system in SOCIAL_SECURITY_SYSTEMS:
        return SOCIAL_SECURITY
    kinds = {one.code.upper() for one in kind.coding if one.system in IDENTIFIER_TYPES and one.code}
    return frozenset(kinds) or UNTYPED


def _payment(kind: Concept) -> frozenset[str]:
    """The codes of payment of a coverage type."""
    return frozenset(one.code for one in kind.coding if one.system == _PAYMENT)


def funding(kind: Concept) -> PlanFunding | None:
    """Who bears the risk, where the coverage type says that it is the employer, and nothing else;
    no code says as surely that it is an insurer.
    """
    return PlanFunding.SELF_FUNDED if _payment(kind) == {_SELF_INSURED} else None


def line_of_business(kind: Concept) -> LineOfBusiness:
    """The kind of plan that a coverage type names; unknown unless it is certain."""
    named = _payment(kind)
    if _SELF_INSURED in named:
        return LineOfBusiness.ERISA if len(named) == 1 else LineOfBusiness.UNKNOWN
    found = {_PLANS[one[:2]] for one in named if one[:2] in _PLANS}
    return (
        next(iter(found)) or LineOfBusiness.UNKNOWN if len(found) == 1 else LineOfBusiness.UNKNOWN
    )
