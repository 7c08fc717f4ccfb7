"""The requests of a simulation: small ones that every policy outcome is among, each with an
amendment and a withdrawal of its own.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from services.intake.reading import native
from shared import examples
from shared.errors import Malformed
from shared.ids import case_id, home_partition, member_token, record_id
from shared.json_bounds import MAX_VALUE
from shared.lanes.state.record import Record
from tests.reliability.simulator.unevaluable import UNEVALUABLE

SENDER = "simulated-clinic"
KEY = b"a-key-for-simulations"
LANES = 3
STORIES = 400
PLANS = ("erisa", "medicare_advantage", "medicaid_managed_care", "qhp_ffe")
UNWRITABLE, UNDECIDABLE, DEADLY = (
    f"{what} until repaired" for what in ("unwritable", "undecidable", "deadly")
)
LARGEST = 64 * 1024
"""The broker of a simulation takes records up to this size (bytes), so that one too many need not
be 10 MiB.
"""
PROVIDER = {"npi": "1234567893", "name": "Synthetic Clinic"}
BMI = {"path": "body.bmi", "value": 41, "unit": "kg/m2", "source": {"document": "chart", "page": 1}}
KINDS = ("uncovered", "bariatric", "unanswered", "both") * 24 + (
    "spine",
    "unwritable",
    "undecidable",
    "unevaluable",
    "oversized",
    "deadly",
)


class Story(NamedTuple):
    """What a sender may send about one request: it opens the case, completes it or asks for
    something else under the same number, withdraws it.

    `home` is its member's lane. What names the case is made once that is known: it takes its id
    from the record that opened it.
    """

    kind: str
    home: int
    opening: bytes
    amendments: tuple[dict[str, Any], ...]
    withdrawal: dict[str, Any]


@cache
def story(number: int) -> Story:
    """The same number always gives the same bytes."""
    kind = KINDS[number % len(KINDS)]
    request = _framed(number, kind) | _asked(number, kind)
    amended = request | {
        "facts": [*request.get("facts", ()), BMI],
        "note": "More on it.",
    }
    more = amended | {"lines": [_units(line, 7) for line in request["lines"]]}
    named = amended | {
        "lines": [line | {"diagnoses": [*line["diagnoses"], "E11.9"]} for line in request["lines"]]
    }
    withdrawn = request | {
        "lines": [line | {"cancelled": True} for line in request["lines"]],
    }
    return Story(
        kind,
        _home(request["member"]["id"]),
        json.dumps(request).encode(),
        (amended, more, named, amended),
        withdrawn,
    )


def naming(case: UUID, request: dict[str, Any]) -> bytes:
    """A request that names its case."""
    return json.dumps(request | {"amends": str(case)}).encode()


def case_of(record: Record, topic_id: str) -> UUID | None:
    """The case that a submission belongs to if nothing that was sent before is the same: the one
    that it names, else its own; none if it cannot be read.
    """
    try:
        read = native.read(record.value or b"", MAX_VALUE)
    except Malformed:
        return None
    ident = record_id(topic_id, record.partition, record.offset)
    return read.amends or case_id(ident, _home(read.member))


def _units(line: dict[str, Any], units: int) -> dict[str, Any]:
    """The line with so many units of each code: another question under its number."""
    return line | {"codes": [code | {"units": units} for code in line["codes"]]}


def _home(member: str) -> int:
    return home_partition(member_token(KEY, member))


def _framed(number: int, kind: str) -> dict[str, Any]:
    member = next(name for n in range(1_000) if _home(name := f"M-{number}-{n}") < LANES)
    notes = {
        "unwritable": UNWRITABLE,
        "undecidable": UNDECIDABLE,
        "unevaluable": UNEVALUABLE,
        "oversized": "x" * 20_000,
        "deadly": DEADLY,
    }
    placed = {
        "id": member,
        "name": f"Member {number}",
        "line_of_business": PLANS[number % len(PLANS)],
        "state": "CA" if number % 3 == 1 else "OH",
        "funding": "insured",
    }
    urgency = "expedited" if number % 3 == 0 else "standard"
    named = {
        "sender": SENDER,
        "reference": f"R-{number}",
        "member": placed,
        "requester": PROVIDER,
        "performer": PROVIDER,
        "urgency": urgency,
    }
    return named | {"language": "es" if number % 5 == 0 else "en", "note": notes.get(kind)}


def _asked(number: int, kind: str) -> dict[str, Any]:
    home_health = {
        "sequence": 2,
        "services": ["home_health"],
        "codes": [{"system": "hcpcs", "code": "G0154", "units": 1 + number % 9}],
        "diagnoses": ["I10"],
    }
    match kind:
        case "bariatric" | "unanswered":
            return _bariatric(answered=kind == "bariatric")
        case "both":
            surgery = _bariatric(answered=number % 8 != 0)
            return surgery | {"lines": [*surgery["lines"], home_health]}
        case "spine":
            known = examples.reference_case()
            return {
                name: known[name]
                for name in ("lines", "facts", "lists", "documents")
                if name in known
            }
        case "oversized":
            documents = [
                {"id": f"d-{n}", "kind": "progress_note", "title": "y" * 400} for n in range(120)
            ]
            return {"lines": [home_health], "documents": documents}
        case _:
            return {"lines": [home_health]}


def _bariatric(*, answered: bool) -> dict[str, Any]:
    line: dict[str, Any] = {
        "sequence": 1,
        "services": ["bariatric_surgery"],
        "codes": [{"system": "cpt", "code": "43644"}],
        "diagnoses": ["E66.01"],
    }
    facts: list[dict[str, Any]] = [
        {"path": "comorbidity.related_to_obesity", "value": ["type_2_diabetes", "hypertension"]},
        {"path": "treatment.medical_for_obesity_failed", "value": True},
        {"path": "plan.procedure", "value": "gastric_bypass_laparoscopic"},
    ]
    documented = [fact | {"source": {"document": "chart", "page": 1}} for fact in facts]
    documents = [{"id": "chart", "kind": "progress_note"}]
    return {
        "lines": [line | {"service_date": "2026-04-01"}],
        "facts": [*documented, *([BMI] if answered else [])],
        "documents": documents,
    }
