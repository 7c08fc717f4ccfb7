"""Reference data in files: the item that a file is, and how it differs from what is in force."""

from __future__ import annotations

import json
from base64 import b64encode
from difflib import unified_diff
from pathlib import Path

from shared.errors import Impossible, Unavailable
from shared.events.policies import READ_BY, PublishedItem

ZONE = "zone"
ALONE = frozenset({"clock-rules", "plan"})
"""Kinds of which there is one item, named like its kind."""
BY_POLICY = frozenset(
    {"edition", "vocabulary", "score", "code_set", "triage", "switch", "desk_key_retirement"}
)
"""Kinds that have commands of their own, which ask for more than a file."""
KINDS = tuple(sorted(READ_BY.keys() - BY_POLICY))
DATABASE = "zoneinfo"
"""The folder of a time zone database, under which a file's path is the zone's name."""


def published(kind: str, file: Path, name: str | None) -> PublishedItem:
    """The item that a file is; raises `Impossible` for a kind that is not published so, and for a
    file that is none.
    """
    if kind not in KINDS:
        raise Impossible(
            f"{kind} is no kind of reference data that is published from a file.",
            code="kind",
            remedy=f"There are {', '.join(KINDS)}; policies are put in force by `policy deploy`.",
        )
    try:
        raw = file.read_bytes()
        content = b64encode(raw).decode() if kind == ZONE else raw.decode()
    except OSError as error:
        raise Unavailable(
            f"{file} cannot be read.", code="file", remedy="Name a file that is there."
        ) from error
    except UnicodeDecodeError:
        raise Impossible(f"{file} is no text in UTF-8.", code="file") from None
    return PublishedItem(kind=kind, id=name or _name(kind, file), content=content)


def _name(kind: str, file: Path) -> str:
    """What an item is called that nobody named: like its kind, its zone, or its file."""
    if kind in ALONE:
        return kind
    parts = file.resolve().parts
    if kind == ZONE and DATABASE in parts:
        return "/".join(parts[parts.index(DATABASE) + 1 :])
    if kind == ZONE:
        raise Impossible(
            "The file does not say which time zone it is.",
            code="name",
            remedy="Name the zone: --id America/New_York.",
        )
    return file.stem


def difference(kind: str, before: str | None, now: str) -> list[str]:
    """The lines that differ from what is in force, as `diff -u` writes them; of JSON those of its
    parts, a line each.
    """
    if before == now:
        return []
    if kind == ZONE:
        return ["the rules of the zone are others" if before else "the zone is new"]
    old, new = (_lines(one) for one in (before or "", now))
    return [line.rstrip("\n") for line in unified_diff(old, new, "in force", "published")]


def _lines(text: str) -> list[str]:
    try:
        return json.dumps(json.loads(text), indent=1, ensure_ascii=False).splitlines()
    except (ValueError, RecursionError):
        return text.splitlines()
