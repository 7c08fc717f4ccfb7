"""What a service line asks for, reduced to what a determination is about: its content and the
digest of it.

A determination belongs to a content, never to a line's number: who asks for another operation
under the same number has not been answered yet.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any

from pydantic import StringConstraints

from shared.body.codes import plain_code
from shared.events.model import Part
from shared.events.request import Provider, ServiceCode, ServiceLine

DIGEST_VERSION = "1"
ANY_CASE = frozenset({"cpt", "hcpcs"})
"""Systems of procedure codes whose letters mean the same in either case."""
ContentDigest = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}:[0-9a-f]{64}$")]
"""`1:` and 64 hexadecimal digits: how the content was written down, and SHA-256 over it."""


class LineContent(Part):
    """A line as it is asked for, and who is to perform it; the member is its case's."""

    line: ServiceLine
    performer: Provider = Provider()


def content_digest(member: str, content: LineContent) -> str:
    """The digest of what `content` asks for `member`.

    Two versions are compared by computing both with the same code: what a former release computed
    is never compared with what this one computes.
    """
    written = json.dumps(
        (member, canonical(content)), ensure_ascii=False, separators=(",", ":")
    ).encode()
    return f"{DIGEST_VERSION}:{hashlib.sha256(written).hexdigest()}"


def canonical(content: LineContent) -> dict[str, Any]:
    """The fields that make a content, each as it is compared: neither the line's sequence nor
    spelling, order or repetition of codes and diagnoses makes a difference. Units belong to their
    code. Translations say the same once more. `item` is no part of it, as the line of business is
    none: the code says what is asked for, and these by whose law it is answered.
    """
    line, performer = content.line, content.performer
    return {
        "services": sorted(set(line.services)),
        "codes": sorted([*_procedure(one), one.units, *_extent(one)] for one in line.codes),
        "segment": (line.segment or "").strip().upper(),
        "site": (line.site or "").strip().lower(),
        "diagnoses": sorted({plain_code(one) for one in line.diagnoses}),
        "service_date": str(line.service_date or ""),
        "start_of_care": str(line.start_of_care or ""),
        "performer": [performer.npi or "", performer.name or ""],
        **_circumstances(line),
    }


def _circumstances(line: ServiceLine) -> dict[str, Any]:
    """What a line follows on: who was refused care that could wait has not been answered about care
    after an emergency (42 CFR 422.113(c)), nor about going on with care under way. Written only
    where it was said, so that the digests of all other lines are those that they have always had.
    """
    found: dict[str, Any] = {}
    if line.post_stabilization:
        found["post_stabilization"] = True
    if line.care_ends_at is not None:
        found["care_ends_at"] = line.care_ends_at.isoformat()
    return found


def _procedure(code: ServiceCode) -> tuple[str, str]:
    """System and code as they are compared: of CPT and HCPCS in any case; in a system that is not
    known here case and dots may tell two services apart, and stay.
    """
    system, text = code.system.strip().lower(), code.code.strip()
    return system, text.upper() if system in ANY_CASE else text


def _extent(code: ServiceCode) -> list[str]:
    """How far a code reaches: to the end of its range, and what its modifiers make of it."""
    if not code.through and not code.modifiers:
        return []
    through = [f"through {code.through.strip().upper()}"] if code.through else []
    return [*through, *sorted(one.strip().upper() for one in code.modifiers)]
