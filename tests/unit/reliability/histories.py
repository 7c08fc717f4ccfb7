"""A small raw history as a crash run writes it, sound at first, for checkers to find fault with
once it was doctored.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Record = dict[str, Any]
CHAIN = {
    "intake": ("request-received", "clock-started", "clock-stopped"),
    "criteria": ("criteria-evaluated", "line-determined", "case-determined"),
    "letters": ("letter-issued", "letter-issued"),
}
SENT_MS = 1_700_000_000_000


def ident(*parts: object) -> str:
    """The id of what these parts name."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, parts))))


CASES = tuple(ident("case", n) for n in range(3))


@dataclass
class History:
    """What was sent, what the topics hold, and what the stores say of it; `save` writes all of it
    as it is then.
    """

    sent: list[Record] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    stores: dict[str, list[Record]] = field(default_factory=dict)

    def at(self, case: str, kind: str) -> int:
        """Where the first event of a type stands that belongs to a case."""
        return next(
            n
            for n, one in enumerate(self.records)
            if one["headers"].get("ce_subject") == case and f".{kind}." in one["headers"]["ce_type"]
        )

    def save(self, folder: Path) -> Path:
        """Writes it into a folder."""
        for name, rows in {
            "sent": self.sent,
            "records": self.records,
            **{f"store-{service}": rows for service, rows in self.stores.items()},
        }.items():
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        return folder


def sound() -> History:
    """Three cases of one line, all answered."""
    history = History()
    for case in CASES:
        history.sent.append(
            {
                "reference": f"R-{case}",
                "case": case,
                "partition": 0,
                "sent_ms": SENT_MS,
                "acknowledged_ms": SENT_MS + 5,
            }
        )
        for producer, kinds in CHAIN.items():
            for n, kind in enumerate(kinds):
                history.records.append(_record(case, producer, n, kind))
    settle(history)
    return history


def settle(history: History) -> None:
    """Numbers the records anew by topic, and has the stores say what the topics do."""
    ends: dict[str, int] = {}
    for one in history.records:
        one["offset"] = ends.get(one["topic"], 0)
        ends[one["topic"]] = one["offset"] + 1
    history.stores = {service: _store(history, service) for service in CHAIN} | {
        "audit": _log(history)
    }


def doctored(change: Callable[[History], object], *, settled: bool = True) -> History:
    """A sound history with a change that the stores know of, or do not."""
    history = sound()
    change(history)
    if settled:
        settle(history)
    return history


def _record(case: str, producer: str, n: int, kind: str) -> Record:
    event = ident(case, producer, n)
    previous = ident(case, producer, n - 1).replace("-", "") if n else ""
    reader = ("member", "provider")[n % 2]
    values = {
        "request-received": {
            "reference": f"R-{case}",
            "request": {"lines": [{"sequence": 1}]},
        },
        "line-determined": {"sequence": 1},
        "letter-issued": {"notice_id": ident(case, "criteria", 2), "audience": reader},
    }
    clocks = {"intake": "", "criteria": ";intake=1", "letters": ";criteria=3"}
    headers = {
        "ce_id": event,
        "ce_type": f"pa.{producer}.{kind}.v1",
        "ce_subject": case,
        "ce_caseclock": f"{producer}={n + 1}{clocks[producer]}",
        "ce_prev": previous,
        "ce_causationid": ident(case, *_cause(producer)).replace("-", ""),
    }
    value = json.dumps(values.get(kind, {"n": n}))
    return {
        "topic": f"pa.{producer}.v1",
        "partition": 0,
        "offset": 0,
        "timestamp_ms": SENT_MS + 300,
        "headers": headers,
        "value": value,
    }


def _cause(producer: str) -> tuple[str, int]:
    return {"intake": ("submission", 0), "criteria": ("intake", 0), "letters": ("criteria", 2)}[
        producer
    ]


def _store(history: History, service: str) -> list[Record]:
    rows: list[Record] = [{"table": "lane", "p": 0, "next_seq": 4, "published_seq": 3}]
    for case in {one["headers"]["ce_subject"] for one in history.records}:
        own = dict.fromkeys(
            one["headers"]["ce_id"].replace("-", "")
            for one in history.records
            if one["topic"] == f"pa.{service}.v1" and one["headers"]["ce_subject"] == case
        )
        rows.append(
            {
                "table": "case_state",
                "case_id": case.replace("-", ""),
                "p": 0,
                "seq": len(own),
                "prev": list(own)[-1] if own else None,
                "parked": 0,
            }
        )
    return rows


def _log(history: History) -> list[Record]:
    return [
        {
            "table": "entry",
            "p": 0,
            "n": n,
            "topic": one["topic"],
            "offset": one["offset"],
            "event": one["headers"]["ce_id"].replace("-", ""),
            "sha256": hashlib.sha256(one["value"].encode()).hexdigest(),
        }
        for n, one in enumerate(history.records)
    ]
