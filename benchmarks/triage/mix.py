"""Requests of a realistic mix, drawn by a seed from the table of kinds and chances (`mix.yaml`)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from services.criteria.authoring.golden import shorthand
from shared.events.request import AuthorizationRequest

Json = dict[str, Any]
TABLE = Path(__file__).with_name("mix.yaml")


def kinds() -> list[Json]:
    """The kinds of request with their shares and what is documented in them."""
    found: list[Json] = yaml.safe_load(TABLE.read_text("utf-8"))["kinds"]
    return found


def requests(n: int, seed: int) -> Iterator[tuple[str, AuthorizationRequest]]:
    """So many requests, each with the name of its kind; the same for the same seed."""
    draw, table = random.Random(seed), kinds()  # noqa: S311 - a benchmark
    for kind in draw.choices(table, [one["share"] for one in table], k=n):
        yield kind["name"], _request(draw, kind)


def _request(draw: random.Random, kind: Json) -> AuthorizationRequest:
    found = [one for one in kind["findings"] if draw.random() < one["chance"]]
    facts = {path: value for one in found for path, value in one.get("facts", {}).items()}
    diagnoses = [
        *kind["line"].get("diagnoses", ()),
        *(d for f in found for d in f.get("diagnoses", ())),
    ]
    begun = shorthand.begun(
        kind["name"], {"line": {**kind["line"], "diagnoses": diagnoses}, "facts": facts}
    )
    return AuthorizationRequest.model_validate(
        {name: begun[name] for name in ("member", "lines", "facts", "lists")}
    )
