"""Synthetic authorization requests: on one day the same number always gives the same bytes, and no
two numbers the same content.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from benchmarks.testbed.keys import ROUTING
from shared.ids import case_id, home_partition, member_token, record_id

SENDER = "bench-clinic"
SPINE_OF_TEN, BARIATRIC_OF_TEN = 5, 3
PLANS = ("erisa", "medicare_advantage", "medicaid_managed_care", "qhp_ffe")
STATES = ("OH", "TX", "NY", "CA", "IL")
LEVELS = ("T6", "L1", "L5")
SERVICE_DATE = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
"""A day that may be approved in advance, whenever this runs."""


class Submission(NamedTuple):
    """One request as it is sent: its sender's reference for it, its member's partition, and its
    JSON.
    """

    reference: str
    partition: int
    value: bytes

    def case_at(self, topic_id: str, offset: int) -> str:
        """The case that it opens as the record with this offset of its partition."""
        return str(case_id(record_id(topic_id, self.partition, offset), self.partition))


def submissions(count: int, *, run: str = "") -> list[Submission]:
    """`count` requests: of ten, five have the shape of the reference case, three are bariatric, two
    no policy covers. `run` makes them others.
    """
    return [_submission(_request(number, f"{run}{number:07d}")) for number in range(count)]


def _submission(request: dict[str, Any]) -> Submission:
    return Submission(
        request["reference"],
        home_partition(member_token(ROUTING, request["member"]["id"])),
        json.dumps(request, separators=(",", ":")).encode(),
    )


def _request(number: int, name: str) -> dict[str, Any]:
    member = {
        "id": f"M-{name}",
        "name": f"Member {name}",
        "birth_date": f"{1940 + number % 60}-03-{1 + number % 28:02d}",
    }
    placed = {"line_of_business": PLANS[number % len(PLANS)], "state": STATES[number % len(STATES)]}
    requester = {"npi": "1234567893", "name": "Synthetic Clinic"}
    frame = {
        "sender": SENDER,
        "reference": f"R-{name}",
        "member": member | placed,
        "requester": requester,
        "performer": requester,
    }
    kind = number % 10
    if kind < SPINE_OF_TEN:
        return frame | _spine(number)
    return frame | (
        _bariatric(number) if kind < SPINE_OF_TEN + BARIATRIC_OF_TEN else _uncovered(number)
    )


def _spine(number: int) -> dict[str, Any]:
    """Two lines of decompression and fusion with the facts of a metastatic spine; one request of
    fifty lacks the bladder sign.
    """
    return {
        "urgency": "expedited",
        "lines": [
            _line(1, "L4-S1", ("63277", "22612", "22614"), ("C79.51", "M84.58XA", "G83.4")),
            _line(
                2, "T4-T8", ("63276", "22610", "22614", "22842"), ("C79.51", "M84.58XA", "G95.29")
            ),
        ],
        "facts": [*_exam(number), *_imaging(), *_course(number)],
        "lists": [{"name": "lesions", "closed": True}],
        "documents": [
            {"id": "exam", "kind": "consult_note", "title": "Neurosurgery consult"},
            {"id": "mri", "kind": "imaging", "title": "MRI of the spine"},
        ],
    }


def _line(
    sequence: int, segment: str, codes: tuple[str, ...], diagnoses: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "segment": segment,
        "services": ["spinal_decompression", "spinal_fusion"],
        "codes": [{"system": "cpt", "code": code} for code in codes],
        "diagnoses": list(diagnoses),
        "site": "21",
    }


def _fact(path: str, value: Any, document: str, **more: Any) -> dict[str, Any]:
    return {
        "path": path,
        "value": value,
        "observed_at": "2026-03-02",
        "source": {"document": document, "page": 1},
    } | more


def _exam(number: int) -> list[dict[str, Any]]:
    facts = [
        _fact("exam.bowel_dysfunction", True, "exam"),
        _fact("exam.saddle_anaesthesia", True, "exam"),
        _fact("exam.rectal_tone", "absent", "exam"),
        _fact("exam.motor.right", {"low": 0, "high": 2 + number % 2}, "exam"),
        _fact("exam.motor.left", {"low": 2, "high": 5}, "exam"),
        _fact("exam.motor.right.ankle_dorsiflexion", 0, "exam"),
        _fact("exam.motor.right.toe_extension", 0, "exam"),
        _fact("exam.motor.right.plantar_flexion", 1, "exam"),
        _fact("exam.sensory_level", "T7", "exam"),
        _fact("exam.allodynia_s1", "both", "exam"),
    ]
    return facts if number % 25 == 0 else [*facts, _fact("exam.bladder_dysfunction", True, "exam")]


def _imaging() -> list[dict[str, Any]]:
    fractures = [
        _fact("lesion.fracture", "compression", "mri", subject=f"lesion:{level}")
        for level in LEVELS
    ]
    canals = [
        _fact("lesion.canal_stenosis", "severe", "mri", subject=f"lesion:{level}")
        for level in LEVELS
    ]
    return [
        *fractures,
        *canals,
        _fact("lesion.retropulsion", True, "mri", subject="lesion:T6"),
        _fact("lesion.cord_impingement", "mild", "mri", subject="lesion:T6"),
        _fact("lesion.epidural_tumor", True, "mri", subject="lesion:T6", certainty="possible"),
        _fact("lesion.conus_mass_effect", True, "mri", subject="lesion:L1"),
        _fact("lesion.cauda_equina_compression", True, "mri", subject="lesion:L5"),
        _fact("foramen.stenosis", "moderate", "mri", subject="foramen:L3"),
    ]


def _course(number: int) -> list[dict[str, Any]]:
    return [
        _fact("course.deficit_progressive", True, "exam", asserted_by="surgeon"),
        _fact("plan.decompression_destabilises", True, "exam", asserted_by="surgeon"),
        _fact("plan.approach", "posterior", "exam"),
        _fact("oncology.primary", "breast", "exam"),
        _fact("oncology.metastatic_to_bone", True, "exam"),
        _fact("oncology.diagnosed_on", f"2025-{1 + number % 12:02d}-28", "exam"),
        _fact("perioperative.pulmonary_emboli", True, "exam"),
    ]


def _bariatric(number: int) -> dict[str, Any]:
    """One line of bariatric surgery; one request of a hundred lacks the body mass index."""
    line = {
        "sequence": 1,
        "services": ["bariatric_surgery"],
        "codes": [{"system": "cpt", "code": "43644"}],
        "diagnoses": ["E66.01"],
        "service_date": SERVICE_DATE,
    }
    facts = [
        _fact("comorbidity.related_to_obesity", ["type_2_diabetes", "hypertension"], "chart"),
        _fact("treatment.medical_for_obesity_failed", True, "chart"),
        _fact("plan.procedure", "gastric_bypass_laparoscopic", "chart"),
        _fact("body.bmi", 36 + number % 12, "chart", unit="kg/m2"),
    ]
    return {
        "lines": [line],
        "facts": facts[: 3 if number % 100 == 5 else 4],
        "documents": [{"id": "chart", "kind": "progress_note"}],
    }


def _uncovered(number: int) -> dict[str, Any]:
    """A small request that no policy covers."""
    line = {
        "sequence": 1,
        "services": ["home_health"],
        "codes": [{"system": "hcpcs", "code": "G0154", "units": 1 + number % 20}],
        "diagnoses": ["I10"],
    }
    return {"lines": [line], "note": "Home health aide visits."}
