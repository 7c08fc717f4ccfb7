"""HL7's own example requests (Da Vinci PAS 2.2.1, CC0), by short names."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Literal

Name = Literal["medical_services", "homecare", "homecare_update", "referral"]
FILES: dict[Name, str] = {
    "medical_services": "Bundle-MedicalServicesAuthorizationBundleExample.json",
    "homecare": "Bundle-HomecareAuthorizationBundleExample.json",
    "homecare_update": "Bundle-HomecareAuthorizationUpdateBundleExample.json",
    "referral": "Bundle-ReferralAuthorizationBundleExample.json",
}


def text(name: Name) -> bytes:
    """The example's bytes as HL7 published them."""
    return (resources.files("shared.examples") / "pas-2.2.1" / FILES[name]).read_bytes()


def bundle(name: Name) -> dict[str, Any]:
    """The example as parsed JSON, a fresh copy at each call."""
    content: dict[str, Any] = json.loads(text(name))
    return content
