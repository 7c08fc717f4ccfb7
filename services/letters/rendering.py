"""The one task of letters: making documents.

Runs in a process of its own; everything it needs is read once there.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.letters.content.catalogue import IN_USE, Catalogue, read_catalogues
from services.letters.content.compose import TEMPLATE, compose
from services.letters.content.plan import Plan, read_plan
from services.letters.decide import LetterTemplates
from services.letters.model import LetterSpec
from services.letters.render.documents import TEMPLATES, documents, fonts_sha256, hashed, stored
from shared.errors import Impossible

CATALOGUES = Path(__file__).parent / "catalogues"


def render(payload: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Makes a letter's documents in `folder` and tells of them: `{"documents": [{"format",
    "sha256", "size", "path"}]}`.

    `payload` has `content` (an `LetterSpec` as JSON) and the hashes of content, template and fonts;
    anything else than what was issued raises `Impossible`. Files appear whole or not at all, named
    by letter; rendering twice writes the same bytes. `path` is relative to `folder`.
    """
    paper = stationery()
    found = {
        "content_sha256": hashlib.sha256(payload["content"].encode()).hexdigest(),
        "template_sha256": paper.template_sha256,
        "fonts_sha256": paper.fonts_sha256,
    }
    for name, value in found.items():
        if payload[name] != value:
            raise Impossible(
                "A letter's content, template or fonts are not those that it was issued with.",
                code=name,
            )
    letter = LetterSpec.model_validate_json(payload["content"])
    made = documents(compose(letter, catalogues()[letter.language], plan()))
    return {
        "documents": [
            stored(folder, str(letter.letter_id), form, document) for form, document in made.items()
        ]
    }


@cache
def stationery(*, render: bool = True) -> LetterTemplates:
    """The stationery that ships with the service, in the languages that are in use; raises
    `Malformed` when a message or the plan's description is incomplete, or a font is not ours.
    """
    template = hashed(
        [*TEMPLATES, *sorted(CATALOGUES.glob("*/letter.yaml")), CATALOGUES / "plan.yaml"]
    )
    return LetterTemplates(
        frozenset(name for name, one in catalogues().items() if one.status == IN_USE),
        plan().provider_language,
        template,
        fonts_sha256(),
        TEMPLATE,
        render=render,
    )


@cache
def catalogues() -> dict[str, Catalogue]:
    """The message catalogues that ship with the service, by language."""
    return read_catalogues(
        {
            path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
            for path in sorted(CATALOGUES.glob("*/letter.yaml"))
        }
    )


@cache
def plan() -> Plan:
    """The plan in whose name letters are written."""
    return read_plan(
        yaml.safe_load((CATALOGUES / "plan.yaml").read_text(encoding="utf-8")),
        frozenset(catalogues()),
    )
