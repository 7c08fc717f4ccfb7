"""What the two checkers say together: they must agree on every case that they both judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.reliability.crash import chain_checker, set_checker

BOTH = ("lost", "unexpected", "duplicated", "inconsistent", "reordered")
SHOWN = 5


def judged(folder: Path) -> dict[str, Any]:
    """The figures of a run from its raw history; `disagreements` name cases that only one checker
    finds fault with.
    """
    first, second = set_checker.check(folder), chain_checker.check(folder)
    apart = {name: sorted(set(first[name]) ^ set(second[name])) for name in BOTH}
    counted = {name: len(set(first[name]) | set(second[name])) for name in BOTH}
    repeats = first["duplicates_delivered_count"], second["duplicates_delivered_count"]
    return {
        "cases": first["attempted_count"],
        "acknowledged": first["acknowledged_count"],
        **counted,
        "lost_by_stage": first["lost_by_stage"],
        "recovered": len(first["recovered"]),
        "stale": len(first["stale"]),
        "duplicates_delivered": repeats[0],
        "duplicate_effects": first["duplicate_effects_count"],
        "stores_differ": len(second["stores"]),
        "disagreements": {name: cases[:SHOWN] for name, cases in apart.items() if cases}
        | ({"duplicates_delivered": repeats} if len(set(repeats)) > 1 else {}),
        "first_problems": [
            f"{name}: {case}" for name in BOTH for case in (set(first[name]) | set(second[name]))
        ][:SHOWN]
        + second["stores"][:SHOWN],
    }


def passed(result: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled, changed or reordered, the checkers agree, every fault was
    recovered from, and the log verifies.
    """
    wrong = (*BOTH, "duplicate_effects", "stores_differ", "disagreements", "not_recovered")
    return not any(result[name] for name in wrong) and bool(result["audit_verified"])
