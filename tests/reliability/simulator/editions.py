"""Which reference data a decision may read: known from the commits that took it up, not from the
sets that the services keep.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from services.criteria import reference
from services.criteria.engine.edition.library import packaged
from shared.events.policies import PublishedItem, ReferencePublished
from shared.instants import micros
from shared.lanes.state.write_set import Writes
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.invariants import Durable

POLICY, FORMER, NEWER = "bariatric.ncd-100-1", "1.0.0", "1.0.1"


@cache
def superseding() -> bytes:
    """The publication of an edition that comes before the packaged one."""
    name = f"{POLICY}@{FORMER}"
    text = next(one.content.decode() for one in reference.packaged() if one.id == name)
    newer = text.replace(f"version: {FORMER}", f"version: {NEWER}\nprecedence: 1")
    return _published(reference.EDITION, f"{POLICY}@{NEWER}", newer)


@cache
def switching(*, stopped: bool) -> bytes:
    """The publication that stops approvals by the policy, or lets them go on."""
    switch = reference.Switch(stopped=stopped, reason="A simulated doubt.")
    return _published(reference.SWITCH, POLICY, switch.model_dump_json())


def _published(kind: str, ident: str, content: str) -> bytes:
    item = PublishedItem(kind=kind, id=ident, content=content)
    return ReferencePublished(
        items=(item,), published_by="committee", reason="simulated"
    ).published()


class Editions:
    """From which instant on an edition is read, and since when every replica could know."""

    def __init__(self) -> None:
        self._from: dict[str, int] = {
            one.ref.version: 0 for one in packaged().editions if one.ref.policy == POLICY
        }
        self._known_at = 0

    def taken_up(self, writes: Writes, now: int) -> None:
        """A transaction that plans an item is durable."""
        for planned in writes.planned:
            if planned.item.kind == reference.EDITION:
                version = planned.item.id.rpartition("@")[2]
                self._from.setdefault(version, planned.active_from)
                self._known_at = now

    def evaluated(self, said: Durable) -> None:
        """No line is judged by an edition outside its time."""
        at = micros(datetime.fromisoformat(said.envelope.time))
        for line in said.data["lines"]:
            policy = line.get("policy")
            if policy is None or policy["policy"] != POLICY:
                continue
            version, newer = policy["version"], self._from.get(NEWER)
            must(
                self._from.get(version, at + 1) <= at,
                "reference data is read in its time",
                f"{version} at {said.envelope.time}",
            )
            must(
                version == NEWER or newer is None or at < max(newer, self._known_at),
                "reference data is read in its time",
                f"{version} still at {said.envelope.time}",
            )
