"""What must hold at every commit and at every record that lands, whatever went wrong before; the
ledger believes nothing but what is durable.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from shared.events.catalogue import CONSUMES, PRODUCERS
from shared.events.clocks.duties import DETERMINATIONS
from shared.events.envelope import headers_of
from shared.events.letters import Audience
from shared.lanes.state.case import KILLED_READER, Case
from shared.lanes.state.lane import Lane
from shared.lanes.state.record import Record
from shared.lanes.state.write_set import OutboxEntry, Writes
from tests.reliability.simulator.clocks import handed_over
from tests.reliability.simulator.contents import FINAL
from tests.reliability.simulator.invariants import Durable, Events
from tests.reliability.simulator.queues import Queues
from tests.reliability.simulator.violated import must

if TYPE_CHECKING:
    from tests.reliability.simulator.process import Process

SETTLED = FINAL | {"C"}
SOURCES = {
    service: frozenset(PRODUCERS[topic] for topic in topics if topic in PRODUCERS)
    for service, topics in CONSUMES.items()
}
TOPIC_OF = {producer: topic for topic, producer in PRODUCERS.items()}


class Ledger(Events):
    """Counts what is durable: `appended` records and `commits` so far; what it says of them is
    checked at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.appended = self.commits = 0
        self.applied: dict[tuple[str, UUID], dict[str, int]] = {}
        self.outbox: dict[tuple[str, int, int], OutboxEntry] = {}
        self.landed: set[tuple[str, int, int]] = set()
        self.next_seq: Counter[tuple[str, int]] = Counter()
        self.acked: Counter[tuple[str, int]] = Counter()
        self.positions: Counter[tuple[str, int, str]] = Counter()
        self.entries: Counter[int] = Counter()
        self.audited: Counter[tuple[int, str]] = Counter()
        self.epochs: dict[tuple[str, int], int] = {}
        self.instants: Counter[tuple[str, int]] = Counter()
        self.outside: list[Record] = []
        self.queues = Queues()

    def claimed(self, service: str, epochs: dict[int, int]) -> None:
        """Lanes have these epochs now: whoever claimed them last owns them, and nobody else."""
        for p, epoch in epochs.items():
            must(
                epoch >= self.epochs.get((service, p), 0),
                "one owner",
                f"{service} lane {p} has epoch {epoch} again",
            )
            self.epochs[service, p] = epoch

    def committed(self, process: Process, writes: Writes) -> None:
        """A transaction is durable."""
        self.commits += 1
        service = process.service.name
        process.world.note(
            f"{service} commits {[(note.p, note.kind, note.ranges) for note in writes.batches]}"
        )
        for p, lane in writes.lanes.items():
            must(
                lane.epoch == self.epochs.get((service, p)),
                "one owner",
                (
                    f"{service} lane {p}: epoch {lane.epoch} writes after "
                    f"{self.epochs.get((service, p))}"
                ),
            )
            must(lane.last_at >= self.instants[service, p], "time goes on", f"{service} lane {p}")
            self.instants[service, p] = lane.last_at
            self._moved(service, p, lane)
        if service == "criteria":
            self.editions.committed(writes)
        for entry in writes.outbox:
            self._stored(service, entry)
        for lane in writes.lanes.values():
            must(
                lane.next_seq - 1 == self.next_seq[service, lane.p],
                "outbox is contiguous",
                f"{service} lane {lane.p}",
            )
            self._published(service, lane)
        for case in writes.cases.values():
            if case.dirty:
                self._applied(service, case)
        if service == "intake":
            self._set_aside(writes)
            self._breached(process, writes)
        self._entered(writes)
        self.queues.committed(service, writes)

    def _set_aside(self, writes: Writes) -> None:
        """Records that intake put aside unread, since its process died twice when they were next:
        it knows of them once an operator has asked for them.
        """
        self.aside.update(
            (held.record.topic, held.record.partition, held.record.offset)
            for _, _, held in writes.hold
            if held.reason == KILLED_READER
        )

    def _moved(self, service: str, p: int, lane: Lane) -> None:
        for topic, offset in lane.positions.items():
            must(
                offset >= self.positions[service, p, topic],
                "positions go on",
                f"{service} {topic}/{p} from {self.positions[service, p, topic]} to {offset}",
            )
            self.positions[service, p, topic] = offset

    def _published(self, service: str, lane: Lane) -> None:
        """What the store counts as published is in the log."""
        for seq in range(self.acked[service, lane.p] + 1, lane.acked + 1):
            must(
                (service, lane.p, seq) in self.landed,
                "published is published",
                f"{service} lane {lane.p}: entry {seq} is counted and not in the log",
            )
        self.acked[service, lane.p] = max(self.acked[service, lane.p], lane.acked)

    def _stored(self, service: str, entry: OutboxEntry) -> None:
        self.next_seq[service, entry.p] += 1
        must(
            entry.seq == self.next_seq[service, entry.p],
            "outbox is contiguous",
            f"{service} lane {entry.p}: {entry.seq}",
        )
        self.outbox[service, entry.p, entry.seq] = entry
        if entry.topic in PRODUCERS:
            self.said(entry)

    def _applied(self, service: str, case: Case) -> None:
        """What a case counts as applied has landed, without a gap, with all its causes, where its
        service has read.
        """
        known = self.applied.setdefault((service, case.case_id), {})
        for producer, (count, last) in case.applied.items():
            before = known.get(producer, 0)
            must(count >= before, "clocks are contiguous", f"{service} forgets {producer} {before}")
            read = self.positions[service, case.p, TOPIC_OF[producer]]
            for each in range(before + 1, count + 1):
                event = self.events.get((case.case_id, producer, each))
                there = event is not None and 0 <= event.offset < read
                must(
                    there,
                    "clocks are contiguous",
                    f"{service} applies {producer} {count} without {each}",
                )
            if count > before:
                self._caused(service, case, self.events[case.case_id, producer, count], last)
            known[producer] = count

    def _caused(self, service: str, case: Case, event: Durable, last: str) -> None:
        must(
            event.envelope.id.hex == last,
            "an event comes from its producer",
            f"{service} applied another event than the one that {event.envelope.producer} wrote",
        )
        for name, seen in event.envelope.clock.items():
            if name in SOURCES[service] and name != event.envelope.producer:
                have = case.applied.get(name, (0, ""))[0]
                must(
                    have >= seen,
                    "clocks are causal",
                    (
                        f"{service} applies {event.envelope.type}, which has seen {name} {seen}, "
                        f"with "
                        f"{have}"
                    ),
                )

    def _breached(self, process: Process, writes: Writes) -> None:
        """A clock does not run out over a notice that was in the log, dated in time, when its lane
        was asked what there is to read.
        """
        for entry in writes.outbox:
            if entry.topic != TOPIC_OF["intake"] or b"clock-breached" not in entry.headers:
                continue
            case = writes.cases[UUID(entry.key.decode())]
            breached = json.loads(entry.value)
            if breached["kind"] not in DETERMINATIONS or case.held:
                continue
            there = {
                (notice["notice_id"], notice["audience"])
                for notice in handed_over(self, case.case_id, process.source.bounded, breached)
            }
            for notice in {one for one, _ in there}:
                told = self.by_id[UUID(notice)].data
                must(
                    told["request_version"] != case.state.version
                    or not all(line["determination"] in SETTLED for line in told["lines"])
                    or not all((notice, one.value) in there for one in Audience.known()),
                    "no false breach",
                    f"the letters of {notice} were there",
                )

    def _entered(self, writes: Writes) -> None:
        """The audit log counts its entries without a gap, and takes every record once, in order."""
        for row in writes.rows.get("entry", ()):
            p, place = row["p"], (row["p"], row["topic"])
            must(
                row["n"] == self.entries[p],
                "audit is contiguous",
                f"entry {row['n']} of lane {p} after {self.entries[p] - 1}",
            )
            must(
                row["offset"] == self.audited[place],
                "audit is complete",
                f"{place}: {row['offset']} after {self.audited[place] - 1}",
            )
            self.entries[p] += 1
            self.audited[place] += 1

    def appended_by(self, service: str, entry: OutboxEntry, offset: int) -> None:
        """A record of ours has landed: one that is durable, and as it is stored."""
        self.appended += 1
        stored = self.outbox.get((service, entry.p, entry.seq))
        must(
            stored is not None,
            "published is durable",
            f"{service} lane {entry.p}: entry {entry.seq} was never committed",
        )
        must(
            stored == entry,
            "published is durable",
            f"{service} lane {entry.p}: entry {entry.seq} is not what was committed",
        )
        self.landed.add((service, entry.p, entry.seq))
        if entry.topic in PRODUCERS:
            ident = headers_of(entry.headers)[1][1]
            event = self.by_id[UUID(ident if isinstance(ident, str) else (ident or b"").decode())]
            if event.offset < 0:
                event.offset, event.landed = offset, self.appended

    def appended_outside(self, record: Record) -> None:
        """Somebody outside wrote a record."""
        self.appended += 1
        self.outside.append(record)
