"""Requests of patients who may have a cauda equina syndrome or a compressed cord, made by a seed:
with every policy, with none, by codes alone, misspelt, possible, contradicted.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.events.request import AuthorizationRequest
from tests.unit.criteria.given import AT

Json = dict[str, Any]
LINES: tuple[Json, ...] = (
    {"services": ["spinal_fusion"], "diagnoses": ["M43.16"], "segment": "L4-L5"},
    {"services": ["spinal_decompression", "spinal_fusion"], "diagnoses": ["C79.51"]},
    {"services": ["vertebral_augmentation"], "segment": "L1"},
    {"services": ["spinal_decompression"], "diagnoses": ["M51.26"], "segment": "L4-S1"},
    {"services": ["mri_lumbar_spine"]},
    {"codes": [{"system": "cpt", "code": "72148"}]},
    {"codes": [{"system": "cpt", "code": "63047"}], "diagnoses": ["M51.16"]},
    {"services": ["something_new"], "segment": "L5/S1"},
    {"services": ["something_new"], "diagnoses": ["M54.50"]},
)
"""Requests for the spine: of three policies, of none, for the picture alone, by codes alone."""
OTHERS: tuple[Json, ...] = (
    {"services": ["home_oxygen"], "diagnoses": ["J44.9"]},
    {"services": ["bariatric_surgery"]},
    {"services": ["something_new"]},
    {"codes": [{"system": "hcpcs", "code": "E1390"}]},
)
SIGNS: tuple[tuple[str, Any, Any], ...] = (
    ("exam.saddle_anaesthesia", True, False),
    ("exam.saddle_sensory_change", True, False),
    ("exam.bladder_dysfunction", True, False),
    ("exam.urinary_retention", True, False),
    ("exam.urinary_incontinence", True, False),
    ("exam.post_void_residual", 420, 30),
    ("exam.rectal_tone", "reduced", "normal"),
)
"""Signs of the saddle area and the sphincters: path, a value that is one, a value that is none."""
WORSE: tuple[tuple[str, Any, Any], ...] = (
    *SIGNS,
    ("exam.new_weakness", True, False),
    ("exam.gait_loss", True, False),
    ("exam.motor.weakest", 3, 5),
)
CAUSES: tuple[tuple[str, str, Any, Any], ...] = (
    ("exam.myelopathy", "member", True, False),
    ("lesion.cord_compression", "lesion:T6", True, False),
    ("lesion.canal_stenosis", "lesion:T10", "severe", "none"),
    ("lesion.escc_grade", "lesion:T4", "2", "0"),
    ("lesion.epidural_abscess", "lesion:T8", True, False),
)
PRESSING = CAUSES[1:]
WORDS = ("exam.cauda_equina", "suspicion.cauda_equina")


@dataclass(frozen=True, slots=True)
class Emergency:
    """A request and within how many minutes a clinician must look at it; `told` is how it was
    made, for whoever reads a failure.
    """

    request: AuthorizationRequest
    minutes: int
    told: str


def emergencies(n: int, seed: int = 1) -> list[Emergency]:
    """So many requests, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - test data
    return [_one(draw) for _ in range(n)]


def _one(draw: random.Random) -> Emergency:
    kind = draw.choice(
        ("sphincter", "sphincter", "word", "code", "legs", "cord", "cord", "bowel", "compression")
    )
    spine = draw.choice(LINES)
    anywhere = draw.choice((*LINES, *OTHERS))
    made = {
        "sphincter": lambda: (spine, _said(draw, *draw.choice(SIGNS)), 60),
        "word": lambda: (anywhere, _said(draw, draw.choice(WORDS), True, False), 60),
        "code": lambda: (_diagnosed(draw, anywhere, "G83.4"), [], 60),
        "legs": lambda: (spine, _said(draw, "exam.bilateral_leg_weakness", True, False), 60),
        "cord": lambda: (anywhere, [*_cause(draw, CAUSES), *_said(draw, *draw.choice(WORSE))], 60),
        "bowel": lambda: (spine, _said(draw, "exam.bowel_dysfunction", True, False), 240),
        "compression": lambda: (anywhere, _cause(draw, PRESSING), 240),
    }
    line, facts, minutes = made[kind]()
    body = {
        "member": {"id": "synthetic"},
        "lines": [{"sequence": 1, **line}],
        "facts": [*facts, *_noise(draw)],
    }
    return Emergency(AuthorizationRequest.model_validate(body), minutes, f"{kind}: {body}")


def _cause(draw: random.Random, causes: tuple[tuple[str, str, Any, Any], ...]) -> list[Json]:
    path, subject, yes, no = draw.choice(causes)
    return [{**fact, "subject": subject} for fact in _said(draw, path, yes, no)]


def _diagnosed(draw: random.Random, line: Json, code: str) -> Json:
    written = draw.choice((code, code.replace(".", ""), code.lower(), f" {code} "))
    return {**line, "diagnoses": [*line.get("diagnoses", ()), written]}


def _said(draw: random.Random, path: str, yes: Any, no: Any) -> list[Json]:
    """One sign as a hurried clinician may say it: surely, perhaps, twice, illegibly, misspelt."""
    fact: Json = {"path": path, "value": yes}
    day = (AT - timedelta(days=draw.randrange(30))).date().isoformat()
    ways: dict[str, list[Json]] = {
        "plain": [fact],
        "dated": [fact | {"observed_at": day}],
        "possible": [fact | {"certainty": "possible"}],
        "probable": [fact | {"certainty": "probable"}],
        "conflict": [fact | {"observed_at": day}, fact | {"value": no, "observed_at": day}],
        "older no": [fact, fact | {"value": no, "observed_at": "2025-01-01"}],
        "words": [fact | {"value": "see the letter of the emergency room"}],
        "slip": [fact | {"path": _slip(draw, path)}],
        "case": [fact | {"path": draw.choice((path.upper(), path.replace("_", "-")))}],
    }
    return ways[draw.choice(list(ways))]


def _slip(draw: random.Random, path: str) -> str:
    """The path with a letter twice, or two neighbours swapped, behind its first dot."""
    at = draw.randrange(path.index(".") + 2, len(path) - 1)
    if draw.random() < 0.5:
        return path[:at] + path[at] + path[at:]
    return path[:at] + path[at + 1] + path[at] + path[at + 2 :]


def _noise(draw: random.Random) -> list[Json]:
    known = (
        {"path": "pain.nrs", "value": draw.randrange(11)},
        {"path": "risk.diabetes", "value": draw.random() < 0.3},
        {"path": "treatment.conservative_months", "value": draw.randrange(24)},
        {"path": "body.bmi", "value": draw.randrange(18, 50)},
        {"path": "nobody.knows_this", "value": "x"},
    )
    return draw.sample(known, draw.randrange(len(known)))
