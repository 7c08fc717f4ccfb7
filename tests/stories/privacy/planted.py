"""Synthetic people: what identifies each of them exists nowhere else, so that it is found wherever
it gets to.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from urllib.parse import quote

CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"
OLDEST = date(1901, 1, 1)
"""Earlier than any day that a log, a clock rule or an example has."""


@dataclass(frozen=True, slots=True)
class Person:
    """What identifies one person, those who treat them, and who asks for them."""

    member_id: str
    given: str
    family: str
    birth_date: str
    address: str
    telephone: str
    record_number: str
    diary: str
    provider: str
    npi: str
    reference: str
    document: str
    token: str
    city: str
    county: str
    medicare_number: str
    callback: str
    treating: str

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def note(self) -> str:
        """A clinician's free text."""
        return (
            f"{self.name}, {self.address}, telephone {self.telephone}, "
            f"record {self.record_number}: {self.diary}"
        )

    @property
    def identifiers(self) -> dict[str, str]:
        """Everything that identifies them, by its kind."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def people(count: int) -> list[Person]:
    return [_person(n) for n in range(count)]


def _person(n: int) -> Person:
    return Person(
        member_id=f"MBR-{_word(n, 'member').upper()}",
        given=_word(n, "given").title(),
        family=f"O\N{RIGHT SINGLE QUOTATION MARK}{_word(n, 'family').title()}",
        birth_date=(OLDEST + timedelta(days=97 * n)).isoformat(),
        address=f"{n + 1} {_word(n, 'street').title()} Lane",
        telephone=f"+1-555-{_digits(n, 'telephone', 9)}",
        record_number=f"MRN{_digits(n, 'record', 12)}",
        diary=f"fears {_word(n, 'diary')} since spring",
        provider=f"{_word(n, 'provider').title()} Surgical Partners",
        npi=f"1{_digits(n, 'npi', 9)}",
        reference=f"REF-{_word(n, 'reference').upper()}",
        document=f"scan-{_word(n, 'document')}",
        token=_token(n),
        city=_word(n, "city").title(),
        county=_word(n, "county").title(),
        medicare_number=_medicare_number(n),
        callback=f"(555) 555-{_digits(n, 'callback', 4)} x{_digits(n, 'extension', 6)}",
        treating=f"{_word(n, 'treating').title()} Family Practice",
    )


def _word(n: int, kind: str) -> str:
    """Twelve letters that no text has by chance."""
    drawn = hashlib.sha256(f"{kind} {n}".encode()).digest()
    return "".join(
        CONSONANTS[one % len(CONSONANTS)] + VOWELS[other % len(VOWELS)]
        for one, other in zip(drawn[:6], drawn[6:12], strict=True)
    )


def _digits(n: int, kind: str, count: int) -> str:
    return str(int(hashlib.sha256(f"{kind} {n}".encode()).hexdigest(), 16))[-count:]


def _medicare_number(n: int) -> str:
    """Of the shape of a Medicare Beneficiary Identifier, with an S, which none has."""
    one, two, three, four, five = _digits(n, "medicare", 5)
    return f"{int(one) % 9 + 1}SS{two}-SS{three}-SS{four}{five}"


def _token(n: int) -> str:
    """A token that nobody issued, in the form of one."""
    parts = ({"alg": "EdDSA", "typ": "at+jwt", "kid": "none"}, {"sub": _word(n, "subject")})
    head = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
    return f"{head}.{_base64url(hashlib.sha512(head.encode()).digest())}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def spellings(text: str) -> Iterator[bytes]:
    """How a text may come out: as it is, as JSON, HTTP, a URL or base64 have it, or as the digest
    that whoever guesses it can make; in small letters.
    """
    for spelt in (
        text,
        json.dumps(text)[1:-1],
        repr(text)[1:-1],
        quote(text),
        base64.b64encode(text.encode()).decode().rstrip("="),
        hashlib.sha256(text.encode()).hexdigest(),
        hashlib.sha256(text.encode()).digest().hex(":"),
    ):
        yield spelt.lower().encode()
