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
from shared.lanes.state.reference import ReferenceSet
from shared.lanes.state.write_set import Writes
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.invariants import Durable

POLICY, FORMER, NEWER = "bariatric.ncd-100-1", "1.1.0", "1.1.1"


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
    """From which instant on an edition is read, by the sets that were committed, and which set each
    lane reads.
    """

    def __init__(self) -> None:
        self._from: dict[str, int] = {
            one.ref.version: 0 for one in packaged().editions if one.ref.policy == POLICY
        }
        self._sets: list[ReferenceSet] = []
        self._reads: dict[int, int] = {}

    def committed(self, writes: Writes) -> None:
        """A transaction of criteria is durable: which set its lanes have read, and what it adds."""
        for note in writes.batches:
            before = self._reads.get(note.p, -1)
            self._reads[note.p] = self._place(note.reference)
            must(
                self._reads[note.p] >= before,
                "reference data is read in its time",
                f"lane {note.p} goes back to an older set",
            )
        for planned in writes.planned:
            if planned.item.kind == reference.EDITION:
                self._from.setdefault(planned.item.id.rpartition("@")[2], planned.active_from)
        if writes.reference is not None:
            self._sets.append(writes.reference.created)

    def _place(self, sha256: str) -> int:
        """Where a set comes in the order in which they were committed; the packaged one first."""
        places = [at for at, known in enumerate(self._sets) if known.sha256 == sha256]
        return places[-1] if places else -1

    def evaluated(self, said: Durable) -> None:
        """No line is judged by an edition before its instant, nor by a superseded one from a set
        that has the newer one in force.
        """
        at = micros(datetime.fromisoformat(said.envelope.time))
        place = self._reads.get(said.p, -1)
        newer = (
            self._sets[place].find(reference.EDITION, f"{POLICY}@{NEWER}") if place >= 0 else None
        )
        for line in said.data["lines"]:
            policy = line.get("policy")
            if policy is None or policy["policy"] != POLICY:
                continue
            version = policy["version"]
            must(
                self._from.get(version, at + 1) <= at,
                "reference data is read in its time",
                f"{version} at {said.envelope.time}",
            )
            must(
                version == NEWER or newer is None or at < newer.active_from,
                "reference data is read in its time",
                f"{version} still at {said.envelope.time}",
            )
