"""Which reference data the next batch reads."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import structlog

from shared.errors import Impossible, LaneRefused, Malformed
from shared.instants import micros
from shared.lanes.engine.ports import Ports
from shared.lanes.service import CaseService, References, Service
from shared.lanes.state.reference import (
    NOTICE,
    PlannedItem,
    ReferenceEntry,
    ReferenceSet,
    updates,
)
from shared.lanes.state.write_set import ReferenceWrite

log = structlog.get_logger()
KEPT = 4
"""Sets that stay built; two are in use around a switch, and a replay goes back and forth."""


class Current(NamedTuple):
    """The set that a batch reads, and what `decide` is given of it."""

    sha256: str
    data: Any


class ReferenceReader:
    """The newest set, as it is active at a batch's instant."""

    def __init__(self, service: Service, ports: Ports) -> None:
        self._ports = ports
        self._references = service.references if isinstance(service, CaseService) else None
        self._name = service.name
        self._set = ReferenceSet()
        self._sha256 = ""
        self._built: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    def seed(self) -> None:
        """Brings what the package has and the store lacks into the set: at once in a new store,
        else after notice. Raises `LaneRefused` where the package changes what may not change.
        """
        if self._references is None:
            return
        at = self._ports.clock.now()
        now = micros(at)
        before = self._load(self._ports.store.references.head())
        planned, changed = updates(
            before,
            self._references.packaged(),
            self._references.fixed,
            micros(at + NOTICE) if before.entries else 0,
        )
        if changed:
            raise LaneRefused(
                f"This release changes {', '.join(changed)} under the name that it was stored by.",
                remedy="Give it a new version, or deploy the release that it came with.",
            )
        if planned:
            self._ports.store.references.seed(change(before, planned, now))
            log.info("reference_data_taken_up", service=self._name, count=len(planned))

    def at(self, now: int) -> Current:
        """The newest set as of an instant (microseconds); raises `LaneRefused` where this release
        cannot read it.
        """
        if self._references is None:
            return Current("", None)
        held = self._load(self._ports.store.references.head())
        return Current(self._sha256, self._data(self._references, held.active(now)))

    def planning(self, planned: list[PlannedItem], now: int) -> ReferenceWrite | None:
        """What is to be written where decisions took up reference data; none if it was known."""
        update = change(self._set, planned, now) if planned else None
        return update if update is not None and update.created.sha256 != self._sha256 else None

    def _load(self, sha256: str) -> ReferenceSet:
        if sha256 != self._sha256:
            try:
                self._set, self._sha256 = self._ports.store.references.load(sha256), sha256
            except Impossible as error:
                raise LaneRefused(str(error), remedy=error.remedy) from error
        return self._set

    def _data(self, references: References, entries: tuple[ReferenceEntry, ...]) -> Any:
        key = tuple(entry.sha256 for entry in entries)
        if key in self._built:
            self._built.move_to_end(key)
            return self._built[key]
        try:
            data = references.build(self._ports.store.references.items(key))
        except (Malformed, Impossible) as error:
            raise LaneRefused(
                f"The reference data in force cannot be read by this release: {error}",
                remedy="Deploy the release that it was published for.",
            ) from error
        self._built[key] = data
        while len(self._built) > KEPT:
            self._built.popitem(last=False)
        return data


def change(before: ReferenceSet, planned: list[PlannedItem], now: int) -> ReferenceWrite:
    """The set with what is planned, and the items that it needs stored."""
    return ReferenceWrite(
        before.sha256 if before.entries else "",
        before.planning(planned, now),
        tuple(entry.item for entry in planned),
    )
