"""Places of service as senders write them, in one form: by name, or by the two digits of CMS."""

from __future__ import annotations

from functools import lru_cache

PLACES: dict[str, tuple[str, ...]] = {
    "telehealth": ("02", "10"),
    "office": ("11",),
    "home": ("12",),
    "assisted_living": ("13", "assisted_living_facility"),
    "group_home": ("14",),
    "urgent_care": ("20", "urgent_care_facility"),
    "inpatient_hospital": ("21", "inpatient"),
    "outpatient_hospital": ("19", "22", "outpatient"),
    "emergency_room": ("23", "emergency_room_hospital", "emergency_department"),
    "ambulatory_surgery_center": ("24", "ambulatory_surgical_center"),
    "skilled_nursing_facility": ("31",),
    "nursing_facility": ("32",),
    "custodial_care_facility": ("33",),
    "hospice": ("34",),
    "independent_clinic": ("49",),
    "inpatient_psychiatric_facility": ("51",),
    "inpatient_rehabilitation_facility": ("61",),
    "outpatient_rehabilitation_facility": ("62",),
    "dialysis_facility": ("65",),
    "independent_laboratory": ("81",),
}
"""The place of service codes of CMS that a policy can tell apart, by name, with other spellings."""
_BY_SPELLING = {spelling: name for name, more in PLACES.items() for spelling in (name, *more)}


@lru_cache(1_024)
def plain_site(site: str | None) -> str:
    """A place of service in small letters, its words joined by `_`; empty where none is named."""
    return "_".join((site or "").casefold().replace("-", " ").replace("_", " ").split())


@lru_cache(1_024)
def place_of_service(site: str) -> str | None:
    """The place that a sender means; None where the words name none that is known."""
    return _BY_SPELLING.get(plain_site(site))
