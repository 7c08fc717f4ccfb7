"""The first checker: sets over the topics, in the terms of Jepsen's set-full and total-queue.

It knows cases, events and counts, and nothing of how services work.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STALE_MS = 11_000
"""A determination later than this after its request is stale: the session timeout and five seconds.
"""
EXTERNAL = ("pa.submissions.v1", "pa.reviews.v1")
RECEIVED, DETERMINED = "pa.intake.request-received.v1", "pa.criteria.case-determined.v1"
LINE, LETTER = "pa.criteria.line-determined.v1", "pa.letters.letter-issued.v1"
READERS = ("member", "provider")
Effect = tuple[str, ...]


@dataclass
class Sets:
    """Events by what they do.

    `effects` has the ids of the events that had each effect, `wanted` the effects that other events
    call for, `order` counts as first met, `references` what the sender calls each case's request.
    """

    ids: Counter[tuple[str, str]] = field(default_factory=Counter)
    bodies: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    counts: dict[tuple[str, str], dict[int, set[str]]] = field(default_factory=dict)
    causes: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    order: dict[tuple[str, str], dict[int, None]] = field(default_factory=dict)
    effects: dict[Effect, set[str]] = field(default_factory=dict)
    wanted: set[Effect] = field(default_factory=set)
    determined_ms: dict[str, int] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)

    def add(self, one: dict[str, Any]) -> None:
        """Adds a record."""
        headers = one["headers"]
        case, event = headers["ce_subject"], headers["ce_id"]
        body = json.dumps([one["partition"], sorted(headers.items()), one["value"]])
        self.bodies.setdefault((case, event), set()).add(body)
        self.ids[case, event] += 1
        if self.ids[case, event] == 1:
            own, *others = [entry.split("=") for entry in headers["ce_caseclock"].split(";")]
            self.order.setdefault((case, own[0]), {})[int(own[1])] = None
            self.counts.setdefault((case, own[0]), {}).setdefault(int(own[1]), set()).add(event)
            self.causes.setdefault(case, set()).update((name, int(count)) for name, count in others)
            self._effect(one, case, event)

    def _effect(self, one: dict[str, Any], case: str, event: str) -> None:
        kind = one["headers"]["ce_type"]
        effect: Effect = ()
        if kind == RECEIVED:
            effect = (case, "received")
            value = json.loads(one["value"])
            self.references.setdefault(case, value["reference"])
            self.wanted |= {
                (case, "line", str(line["sequence"])) for line in value["request"]["lines"]
            }
        elif kind == DETERMINED:
            effect = (case, "determined")
            self.wanted |= {(case, "letter", event, reader) for reader in READERS}
            self.determined_ms.setdefault(case, one["timestamp_ms"])
        elif kind == LINE:
            effect = (case, "line", str(json.loads(one["value"])["sequence"]))
        elif kind == LETTER:
            letter = json.loads(one["value"])
            effect = (case, "letter", letter["notice_id"], letter["audience"])
        if effect:
            self.effects.setdefault(effect, set()).add(event)


def check(folder: Path) -> dict[str, Any]:
    """Reads the raw history and judges it; what it names are cases, sorted, except where a name
    says that it counts.
    """
    sent = {one["reference"]: one for one in _lines(folder / "sent.jsonl")}
    sets = Sets()
    for one in _lines(folder / "records.jsonl"):
        if one["topic"] not in EXTERNAL:
            sets.add(one)
    cases = _cases(sent, sets)
    acknowledged = {
        cases[reference] for reference, one in sent.items() if one["acknowledged_ms"] is not None
    }
    had = set(sets.effects)
    called = sets.wanted | {
        (case, stage) for case in acknowledged for stage in ("received", "determined")
    }
    began = {case for case, stage, *_ in had if stage == "received"}
    asked = {case: sent[reference]["acknowledged_ms"] for reference, case in cases.items()}
    return {
        "attempted_count": len(sent),
        "acknowledged_count": len(acknowledged),
        "lost": sorted({case for case, *_ in called - had} | _missing(sets)),
        "lost_by_stage": dict(Counter(stage for _, stage, *_ in called - had)),
        "unexpected": sorted(
            {case for case, *_ in had} - set(asked)
            | {effect[0] for effect in had - called if effect[1] in ("line", "letter")}
        ),
        "recovered": sorted(began & (set(asked) - acknowledged)),
        "stale": sorted(
            case
            for case in acknowledged & set(sets.determined_ms)
            if sets.determined_ms[case] - asked[case] > STALE_MS
        ),
        "duplicated": sorted(_doubled(sets)),
        "duplicate_effects_count": sum(len(events) - 1 for events in sets.effects.values()),
        "duplicates_delivered_count": sum(count - 1 for count in sets.ids.values()),
        "inconsistent": sorted(
            {case for (case, _), bodies in sets.bodies.items() if len(bodies) > 1}
        ),
        "reordered": sorted(
            {case for (case, _), order in sets.order.items() if list(order) != sorted(order)}
        ),
    }


def _cases(sent: dict[str, dict[str, Any]], sets: Sets) -> dict[str, str]:
    """The case of every request, by its reference: the one that its record opens, else, where
    nobody knows its record, the one that was received; its own reference where there is none.
    """
    received: dict[str, str] = {}
    for case, reference in sets.references.items():
        received.setdefault(reference, case)
    return {
        reference: one["case"] or received.get(reference, reference)
        for reference, one in sent.items()
    }


def _missing(sets: Sets) -> set[str]:
    """Cases with a count that nobody wrote: a gap in what a producer counted, or a cause that
    another event has seen.
    """
    gaps = {
        case
        for (case, _), counts in sets.counts.items()
        if set(counts) != set(range(1, max(counts) + 1))
    }
    return gaps | {
        case
        for case, causes in sets.causes.items()
        if any(count not in sets.counts.get((case, name), {}) for name, count in causes)
    }


def _doubled(sets: Sets) -> set[str]:
    """Cases with two events for one effect, or for one count."""
    effects = {effect[0] for effect, events in sets.effects.items() if len(events) > 1}
    return effects | {
        case
        for (case, _), counts in sets.counts.items()
        if any(len(events) > 1 for events in counts.values())
    }


def _lines(path: Path) -> Iterable[dict[str, Any]]:
    with path.open() as file:
        yield from map(json.loads, file)
