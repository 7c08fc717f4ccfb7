"""The sweep's figures in their file, kept after every group of points so that an interrupted run
can go on.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.testbed.machine import machine

Result = dict[str, Any]


class Results:
    """Groups of points, one for each store, service, event and fault; those in the file are not run
    again.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._machine = machine()
        self.groups: list[Result] = []
        if path and path.exists():
            content = json.loads(path.read_text())
            self._machine, self.groups = content["machine"], content["groups"]

    def has(self, *key: str) -> bool:
        """Whether the group (on, service, event, fault) is in the file."""
        return any(_key(group) == key for group in self.groups)

    def add(self, group: Result) -> None:
        """Keeps a group."""
        self.groups.append(group)
        if self._path:
            beside = self._path.with_suffix(".part")
            beside.write_text(
                json.dumps(
                    {"machine": self._machine, "summary": self.summary(), "groups": self.groups},
                    indent=1,
                )
                + "\n"
            )
            beside.replace(self._path)

    @property
    def failed(self) -> int:
        """Points at which something was lost, doubled, torn or left undone."""
        return sum(len(group["failures"]) for group in self.groups)

    def summary(self) -> dict[str, Any]:
        """Points by store, fault, service and system call."""
        by: dict[str, Counter[str]] = {
            name: Counter() for name in ("on", "fault", "service", "call")
        }
        for group in self.groups:
            for name in ("on", "fault", "service"):
                by[name][group[name]] += group["points"]
            by["call"].update(group["calls"])
        totals = {
            name: sum(group[name] for group in self.groups)
            for name in ("points", "said", "absorbed", "repeats")
        }
        return (
            totals
            | {"failures": self.failed}
            | {f"by_{name}": dict(sorted(counts.items())) for name, counts in by.items()}
        )


def told(group: Result) -> str:
    """A group in one line."""
    failures = f"{len(group['failures'])} FAILED" if group["failures"] else "none failed"
    return (
        f"{group['on']:9} {group['service']:9} {group['event']:24} {group['fault']:7} "
        f"{group['points']:4} points, {failures}, {group['seconds']:.0f} s"
    )


def _key(group: Result) -> tuple[str, ...]:
    return group["on"], group["service"], group["event"], group["fault"]
