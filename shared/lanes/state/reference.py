"""Reference sets: which items decisions read, and from which instant on.

An item is named by the hash of what it is and says, a set by the hash of its entries; neither ever
changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

PACKAGED, PUBLISHED = "packaged", "published"
NOTICE = timedelta(seconds=60)
"""From taking an item up to reading it: by then every replica has seen the set, and all lanes
switch at entry instant.
"""


class ReferenceItem(NamedTuple):
    """A piece of reference data: its kind, its name within the kind, and its content."""

    kind: str
    id: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The hash of kind, name and content, hex."""
        named = json.dumps([self.kind, self.id]).encode()
        return hashlib.sha256(named + self.content).hexdigest()


class PlannedItem(NamedTuple):
    """An item that is to be read from an instant on (microseconds since 1970, UTC)."""

    item: ReferenceItem
    active_from: int
    source: str


class ReferenceEntry(NamedTuple):
    """An item's place in a set, which is ordered by the first three; `source` says whether it came
    with the package or was published.
    """

    kind: str
    id: str
    active_from: int
    sha256: str
    source: str


@dataclass(frozen=True)
class ReferenceSet:
    """All entries in the order of kind, id and instant."""

    entries: tuple[ReferenceEntry, ...] = ()

    @cached_property
    def text(self) -> str:
        """The set as it is stored and hashed: a JSON list of its entries."""
        return json.dumps(self.entries, separators=(",", ":"))

    @cached_property
    def sha256(self) -> str:
        """The set's name, hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def read(cls, text: str) -> ReferenceSet:
        """The set in a stored text."""
        return cls(tuple(ReferenceEntry(*entry) for entry in json.loads(text)))

    def active(self, now: int) -> tuple[ReferenceEntry, ...]:
        """What decisions read at an instant: of each item the entry that began last."""
        latest: dict[tuple[str, str], ReferenceEntry] = {}
        for entry in self.entries:
            if entry.active_from <= now:
                latest[entry.kind, entry.id] = entry
        return tuple(latest.values())

    def find(self, kind: str, ident: str) -> ReferenceEntry | None:
        """The newest entry of an item, whether it is read already or not."""
        named = [entry for entry in self.entries if entry[:2] == (kind, ident)]
        return named[-1] if named else None

    def planning(self, planned: Iterable[PlannedItem], now: int) -> ReferenceSet:
        """The set with these items too. What nobody reads any more at `now` is left out, and of an
        item that was planned and not yet read the later plan holds.
        """
        active = {entry[:2]: entry for entry in self.active(now)}
        waiting = {entry[:2]: entry for entry in self.entries if entry.active_from > now}
        for item, active_from, source in planned:
            name, sha256 = (item.kind, item.id), item.sha256
            waiting.pop(name, None)
            if name not in active or active[name].sha256 != sha256:
                waiting[name] = ReferenceEntry(*name, active_from, sha256, source)
        return ReferenceSet(tuple(sorted({*active.values(), *waiting.values()})))


def updates(
    known: ReferenceSet, packaged: Iterable[ReferenceItem], fixed: frozenset[str], active_from: int
) -> tuple[list[PlannedItem], list[str]]:
    """What a package brings that a set lacks, and what it may not bring: another content under the
    name of an item whose kind is `fixed`. What was published stays before what is packaged.
    """
    planned, changed = [], []
    for item in packaged:
        entry = known.find(item.kind, item.id)
        if entry is not None and (entry.sha256 == item.sha256 or entry.source == PUBLISHED):
            continue
        if entry is not None and item.kind in fixed:
            changed.append(f"{item.kind} {item.id}")
            continue
        planned.append(PlannedItem(item, active_from, PACKAGED))
    return planned, changed
