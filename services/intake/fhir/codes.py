"""The FHIR addresses and codes that intake reads or writes, in our own words."""

from __future__ import annotations

from shared.body.procedures import procedure
from shared.events.request import LineOfBusiness

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
CLAIM_UPDATE = PAS + "profile-claim-update"
RESPONSE_PROFILE = PAS + "profile-pas-response-bundle"
CLAIM_RESPONSE_PROFILE = PAS + "profile-claimresponse"
X12_306 = "https://codesystem.x12.org/005010/306"
ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
NPI = "http://hl7.org/fhir/sid/us-npi"
CANCEL = "3"
EMERGENCY = "03"
URGENT = "U"
STAT = "stat"

# Source of payment typology (NAHDO), the two leading digits that name a managed or unmanaged public
# plan.
_PAYMENT = "https://nahdo.org/sopt"
_PLANS = {
    "11": LineOfBusiness.MEDICARE_ADVANTAGE,
    "21": LineOfBusiness.MEDICAID_MANAGED_CARE,
    "22": LineOfBusiness.MEDICAID_FEE_FOR_SERVICE,
}


def code_system(system: str, code: str) -> str:
    """`cpt` or `hcpcs` by the shape of the code, because senders mix up the two addresses; any
    other system stays as it is.
    """
    known = procedure(system, code)
    return (system or "unknown") if known is None else known.system


def line_of_business(system: str, code: str) -> LineOfBusiness:
    """The kind of plan that a coverage type names; unknown unless it is certain."""
    return (
        _PLANS.get(code[:2], LineOfBusiness.UNKNOWN)
        if system == _PAYMENT
        else LineOfBusiness.UNKNOWN
    )
