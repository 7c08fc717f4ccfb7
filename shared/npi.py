"""National Provider Identifiers: ten digits, the last of which checks the others."""

from __future__ import annotations

PREFIX = "80840"
"""Stands before the digits when they are checked: an identifier of a United States health care
provider (45 CFR 162.406; ISO/IEC 7812-1, Luhn's formula).
"""
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def check_digit_fits(npi: str) -> bool:
    """Whether the last of ten ASCII digits is the one that the others ask for."""
    digits = [int(digit) for digit in reversed(PREFIX + npi)]
    return (sum(digits[::2]) + sum(_DOUBLED[digit] for digit in digits[1::2])) % 10 == 0
