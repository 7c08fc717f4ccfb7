"""The one task of letters: making documents.

Runs in a process of its own; everything it needs is read once there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.letters.content.catalogue import IN_USE
from services.letters.content.compose import TEMPLATE, compose
from services.letters.decide import LetterTemplates
from services.letters.model import LetterSpec
from services.letters.reference import (
    CATALOGUES,
    PlanReference,
    catalogues,
    packaged,
    plan_of,
    plan_reference,
    plan_sha256,
)
from services.letters.render.documents import TEMPLATES, documents, fonts_sha256, hashed, stored
from shared.errors import Impossible


def render(payload: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Makes a letter's documents in `folder` and tells of them: `{"documents": [{"format",
    "sha256", "size", "path"}]}`.

    `payload` has `content` (an `LetterSpec` as JSON), the texts of `plan` and `zone`, and the
    hashes of content, template (with the plan's) and fonts; anything else than what was issued
    raises `Impossible`. Files appear whole or not at all, named by letter; rendering twice writes
    the same bytes. `path` is relative to `folder`.
    """
    plan, zone = payload["plan"], payload["zone"]
    found = {
        "content_sha256": hashlib.sha256(payload["content"].encode()).hexdigest(),
        "template_sha256": template_sha256(plan_sha256(plan, zone)),
        "fonts_sha256": fonts_sha256(),
    }
    for name, value in found.items():
        if payload[name] != value:
            raise Impossible(
                "A letter's content, template or fonts are not those that it was issued with.",
                code=name,
            )
    letter = LetterSpec.model_validate_json(payload["content"])
    made = documents(compose(letter, catalogues()[letter.language], plan_of(plan, zone)))
    return {
        "documents": [
            stored(folder, str(letter.letter_id), form, document) for form, document in made.items()
        ]
    }


@cache
def stationery(*, render: bool = True) -> LetterTemplates:
    """The stationery of the plan that ships with the service; raises `Malformed` when a message or
    the plan's description is incomplete, or a font is not ours.
    """
    return stationery_of(plan_reference(packaged()), render=render)


def stationery_of(
    reference: PlanReference,
    *,
    render: bool = True,
    elsewhere: Mapping[str, PlanReference] | None = None,
) -> LetterTemplates:
    """The stationery of a plan, in the languages that are in use; `elsewhere` is the plan where
    days are counted in other zones.
    """
    others = {zone: stationery_of(one, render=render) for zone, one in (elsewhere or {}).items()}
    return LetterTemplates(
        frozenset(name for name, one in catalogues().items() if one.status == IN_USE),
        reference.plan.provider_language,
        template_sha256(reference.sha256),
        fonts_sha256(),
        TEMPLATE,
        plan=reference.plan_text,
        zone=reference.zone_text,
        render=render,
        elsewhere=others,
    )


@cache
def template_sha256(plan: str) -> str:
    """The hash of what letters are written on: templates, catalogues, and the plan of this hash."""
    files = hashed([*TEMPLATES, *sorted(CATALOGUES.glob("*/letter.yaml"))])
    return hashlib.sha256(f"{files}{plan}".encode()).hexdigest()
