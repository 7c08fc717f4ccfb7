"""What a table of upcasters owes: golden files, and the way to a present type for every type that
was released.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path

from pydantic import ValidationError

from shared.errors import Malformed
from shared.events.evolution.upcasters import Json, Upcasters, present_type, upcast
from shared.events.model import EventData

Present = Mapping[str, type[EventData]]


def faults(
    upcasters: Upcasters, present: Present, released: Iterable[str], golden: Path
) -> list[str]:
    """What is wrong with the table, a sentence each; `golden` has a folder for each type that was
    replaced, with `before.json` and `after.json`.
    """
    found = [
        f"{kind} was released and is gone: it has no upcaster"
        for kind in sorted(set(released) - set(present) - set(upcasters))
    ]
    for kind in upcasters:
        found += _of_way(kind, upcasters, present) or _of_golden(kind, upcasters, present, golden)
    return found


def _of_way(kind: str, upcasters: Upcasters, present: Present) -> list[str]:
    """What is wrong with the types on the way from one that was replaced."""
    if kind in present:
        return [f"{kind} is a present type and was not replaced"]
    passed, at = {kind}, upcasters[kind].successor
    while at in upcasters and at not in passed:
        passed.add(at)
        at = upcasters[at].successor
    return [] if at in present else [f"{kind} leads to no present type"]


def _of_golden(kind: str, upcasters: Upcasters, present: Present, golden: Path) -> list[str]:
    """What is wrong with the golden files of a type, or with what becomes of them."""
    texts = [golden / kind / name for name in ("before.json", "after.json")]
    if not all(path.is_file() for path in texts):
        return [f"{kind} has no golden files"]
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in texts)
    return list(_of_change(kind, (before, after), upcasters, present))


def _of_change(
    kind: str, golden: tuple[Json, Json], upcasters: Upcasters, present: Present
) -> Iterator[str]:
    before, after = golden
    given = deepcopy(before)
    if upcasters[kind].change(given) != after:
        yield f"{kind} does not become what its golden file has"
    if given != before:
        yield f"{kind} is changed in place"
    event = present[present_type(kind, upcasters)]
    try:
        event.model_validate_json(upcast(kind, json.dumps(before).encode(), upcasters))
    except (Malformed, ValidationError):
        yield f"{kind} does not become a valid {event.TYPE}"
