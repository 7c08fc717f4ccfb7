"""The language in which a member wants to be written to, by its two-letter code."""

from __future__ import annotations

import re

from services.intake.fhir.resources import Communication, Patient

BCP_47 = "urn:ietf:bcp:47"
DEFAULT = "en"
NAMELESS = "xx"
"""For a language without a two-letter code, or one that is named in no way we can read: ISO 639
gives it to no language, so letters offer help in all that they can.
"""
TWO_LETTERS = {
    "amh": "am", "ara": "ar", "ben": "bn", "chi": "zh", "cmn": "zh", "deu": "de", "eng": "en",
    "fas": "fa", "fil": "tl", "fra": "fr", "fre": "fr", "ger": "de", "guj": "gu", "hat": "ht",
    "heb": "he", "hin": "hi", "hye": "hy", "ita": "it", "jpn": "ja", "khm": "km", "kor": "ko",
    "lao": "lo", "nav": "nv", "nep": "ne", "pan": "pa", "per": "fa", "pol": "pl", "por": "pt",
    "rus": "ru", "smo": "sm", "som": "so", "spa": "es", "tel": "te", "tgl": "tl", "tha": "th",
    "ukr": "uk", "urd": "ur", "vie": "vi", "yid": "yi", "yue": "zh", "zho": "zh",
}  # fmt: skip
"""Three-letter codes (ISO 639-2 and 639-3) of languages that have two letters. A BCP 47 tag uses
the shorter one, and senders the longer.
"""
_PRIMARY = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?", re.DOTALL)


def preferred(patient: Patient) -> str:
    """The language that the patient prefers, else the first one named; English where none is."""
    named = sorted(patient.communication, key=lambda one: not one.preferred)
    return _two_letters(named[0]) if named else DEFAULT


def _two_letters(communication: Communication) -> str:
    """A language's two letters, without its region and script (`es-MX` is `es`)."""
    codings = sorted(communication.language.coding, key=lambda one: one.system != BCP_47)
    code = next((one.code for one in codings if one.code), "")
    found = _PRIMARY.fullmatch(code.strip())
    primary = found[1].lower() if found else ""
    return TWO_LETTERS.get(primary) or (primary if len(primary) == len(DEFAULT) else NAMELESS)
