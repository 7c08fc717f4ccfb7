"""How units are spelt: by UCUM, by laboratories and records, and in everyday words."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SPELLINGS: dict[str, tuple[str, ...]] = {
    "%": ("percent", "per cent", "pct", "prozent", "por ciento"),
    "1": ("L/L", "{fraction}", "fraction", "ratio", "{ratio}"),
    "mmHg": ("mm[Hg]", "mm of Hg", "millimeters of mercury", "millimetres of mercury"),
    "kPa": ("kilopascal", "kilopascals"),
    "kg/m2": ("kg/m^2", "kg/m**2", "kg.m-2", "kg m-2", "kg per m2", "kg/sqm"),
    "kg": ("kilogram", "kilograms", "kilogramme", "kilogrammes", "kgs", "kilo", "kilos"),
    "g": ("gram", "grams", "gramme", "grammes", "gm", "gms"),
    "lb": ("[lb_av]", "lbs", "pound", "pounds"),
    "cm": ("centimeter", "centimeters", "centimetre", "centimetres", "cms"),
    "m": ("meter", "meters", "metre", "metres"),
    "in": ("[in_i]", "[in_us]", "inch", "inches", '"'),
    "mL": ("milliliter", "milliliters", "millilitre", "millilitres", "cc", "cm3", "mls"),
    "L": ("liter", "liters", "litre", "litres", "ltr"),
    "min": ("minute", "minutes", "mins"),
    "h": ("hour", "hours", "hr", "hrs"),
    "days": ("d", "day"),
    "weeks": ("wk", "wks", "week"),
    "months": ("mo", "mos", "month", "mth", "mths", "mo_j", "mo_g"),
    "years": ("a", "y", "yr", "yrs", "year", "a_j", "a_g"),
    "per hour": ("/h", "1/h", "h-1", "/hr", "/hour", "{events}/h", "events/h", "events per hour"),
    "mmol/mol": ("mmol/mol hb", "mmol/mol{hb}", "mmol per mol"),
    "nights": ("night",),
}
"""UCUM's own codes first (ucum.org, release 2.2), by the name that vocabularies use.

Units that differ by however little are no spellings of each other: a torr is not a mmHg.
"""


@lru_cache(1_024)
def folded(spelt: str) -> str:
    """A spelling without what says nothing: blanks, capitals, raised digits."""
    return "".join(unicodedata.normalize("NFKC", spelt).casefold().split())


def spellings(name: str) -> frozenset[str]:
    """All folded spellings of a unit; of one that is in no table, its name."""
    return frozenset(map(folded, (name, *SPELLINGS.get(name, ()))))
