"""What must hold at every commit and at every record that lands, whatever went wrong before; the ledger believes nothing but what is durable."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.events.catalogue import CONSUMES, PRODUCERS
from shared.events.criteria import CaseDetermined, CriteriaEvaluated, LineDetermined, ReviewRequested
from shared.events.envelope import Envelope, headers_of, unpack
from shared.events.intake import (
    ClockBreached,
    ClockStarted,
    ClockStopped,
    RequestAmended,
    RequestCancelled,
    RequestReceived,
    SubmissionDuplicated,
    SubmissionRejected,
)
from shared.events.letters import LetterIssued, LetterRendered
from shared.lanes.case import Case
from shared.lanes.lane import Lane
from shared.lanes.record import Record
from shared.lanes.writes import OutboxEntry, Writes

if TYPE_CHECKING:
    from tests.crash.simulator.process import Process

FINAL = frozenset({"A1", "A3", "A6"})
SETTLED = FINAL | {"C"}
TAKEN = frozenset({RequestReceived.TYPE, RequestAmended.TYPE, RequestCancelled.TYPE})
ANSWERS = TAKEN | {SubmissionRejected.TYPE, SubmissionDuplicated.TYPE}
SOURCES = {service: frozenset(PRODUCERS[topic] for topic in topics if topic in PRODUCERS) for service, topics in CONSUMES.items()}
TOPIC_OF = {producer: topic for topic, producer in PRODUCERS.items()}


class Violated(BaseException):
    """An invariant does not hold. No part of the engine may catch it."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant


def must(holds: object, invariant: str, detail: object = "") -> None:
    """Raises `Violated` unless it holds."""
    if not holds:
        raise Violated(invariant, str(detail))


@dataclass(slots=True)
class Durable:
    """One of our events, once committed: its envelope and data (where the ledger looks into it), and where and when it first landed."""

    envelope: Envelope
    data: dict[str, Any]
    p: int
    offset: int = -1
    landed: int = -1


class Ledger:
    """Counts what is durable: `appended` records and `commits` so far; what it says of them is checked at once."""

    def __init__(self) -> None:
        self.appended = self.commits = 0
        self.events: dict[tuple[UUID, str, int], Durable] = {}
        self.by_id: dict[UUID, Durable] = {}
        self.counts: Counter[tuple[UUID, str]] = Counter()
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
        self.determined: dict[tuple[UUID, int], str] = {}
        self.letters: dict[tuple[str, str], str] = {}
        self.notices: dict[UUID, list[Durable]] = {}
        self.rendered: Counter[str] = Counter()
        self.evaluated: Counter[tuple[UUID, int]] = Counter()
        self.versions: Counter[UUID] = Counter()
        self.answers: Counter[UUID] = Counter()
        self.taken: Counter[UUID] = Counter()
        self.running: dict[UUID, str] = {}
        self.reviews_asked: list[tuple[UUID, int, str, int]] = []
        self.outside: list[Record] = []

    def claimed(self, service: str, epochs: dict[int, int]) -> None:
        """Lanes have these epochs now: whoever claimed them last owns them, and nobody else."""
        for p, epoch in epochs.items():
            must(epoch >= self.epochs.get((service, p), 0), "one owner", f"{service} lane {p} has epoch {epoch} again")
            self.epochs[service, p] = epoch

    def committed(self, process: Process, writes: Writes) -> None:
        """A transaction is durable."""
        self.commits += 1
        service = process.service.name
        process.world.note(f"{service} commits {[(note.p, note.kind, note.ranges) for note in writes.batches]}")
        for p, lane in writes.lanes.items():
            must(
                lane.epoch == self.epochs.get((service, p)), "one owner", f"{service} lane {p}: epoch {lane.epoch} writes after {self.epochs.get((service, p))}"
            )
            must(lane.last_at >= self.instants[service, p], "time goes on", f"{service} lane {p}")
            self.instants[service, p] = lane.last_at
            self._moved(service, p, lane)
        for entry in writes.outbox:
            self._stored(service, entry)
        for lane in writes.lanes.values():
            must(lane.next_seq - 1 == self.next_seq[service, lane.p], "outbox is contiguous", f"{service} lane {lane.p}")
            self._published(service, lane)
        for case in writes.cases.values():
            if case.dirty:
                self._applied(service, case)
        if service == "intake":
            self._breached(process, writes)
        self._entered(writes)

    def _moved(self, service: str, p: int, lane: Lane) -> None:
        for topic, offset in lane.positions.items():
            must(offset >= self.positions[service, p, topic], "positions go on", f"{service} {topic}/{p} from {self.positions[service, p, topic]} to {offset}")
            self.positions[service, p, topic] = offset

    def _published(self, service: str, lane: Lane) -> None:
        """What the store counts as published is in the log."""
        for seq in range(self.acked[service, lane.p] + 1, lane.acked + 1):
            must((service, lane.p, seq) in self.landed, "published is published", f"{service} lane {lane.p}: entry {seq} is counted and not in the log")
        self.acked[service, lane.p] = max(self.acked[service, lane.p], lane.acked)

    def _stored(self, service: str, entry: OutboxEntry) -> None:
        self.next_seq[service, entry.p] += 1
        must(entry.seq == self.next_seq[service, entry.p], "outbox is contiguous", f"{service} lane {entry.p}: {entry.seq}")
        self.outbox[service, entry.p, entry.seq] = entry
        if entry.topic in PRODUCERS:
            self._said(entry)

    def _said(self, entry: OutboxEntry) -> None:
        """An event is durable: contiguous in its case, and of those that may be there once."""
        headers = tuple((name, value.encode() if isinstance(value, str) else value) for name, value in headers_of(entry.headers))
        envelope = unpack(headers)
        case_id, producer = envelope.case_id, envelope.producer
        count = envelope.clock[producer]
        self.counts[case_id, producer] += 1
        must(count == self.counts[case_id, producer], "clocks are contiguous", f"{producer} says {count} after {self.counts[case_id, producer] - 1}")
        before = self.events.get((case_id, producer, count - 1))
        must(envelope.prev == (before.envelope.id.hex if before else ""), "clocks are contiguous", f"{producer} {count} follows another event")
        must(envelope.id not in self.by_id, "ids are unique", f"{envelope.type} {envelope.id}")
        for name, seen in envelope.clock.items():
            must(name == producer or self._there(case_id, name, seen), "clocks are causal", f"{producer} {count} has seen {name} {seen}")
        said = Durable(envelope, json.loads(entry.value) if envelope.type in KNOWN else {}, entry.partition)
        self.events[case_id, producer, count] = self.by_id[envelope.id] = said
        if envelope.type in KNOWN:
            KNOWN[envelope.type](self, said)

    def _there(self, case_id: UUID, producer: str, count: int) -> bool:
        event = self.events.get((case_id, producer, count))
        return event is not None and event.offset >= 0

    def _line_determined(self, said: Durable) -> None:
        """One terminal determination a line; after it only its sender's withdrawal."""
        line = (said.envelope.case_id, said.data["sequence"])
        before, now = self.determined.get(line, "A4"), said.data["determination"]
        must(before == "A4" or (before in FINAL and now == "C"), "one determination a line", f"line {line[1]} is {now} after {before}")
        self.determined[line] = now

    def _case_determined(self, said: Durable) -> None:
        for line in said.data["lines"]:
            must(self.determined.get((said.envelope.case_id, line["sequence"])) == line["determination"], "a case sums up its lines", line["sequence"])

    def _letter_issued(self, said: Durable) -> None:
        """One letter for each notice and audience, and none before its determination is durable."""
        notice, audience = said.data["notice_id"], said.data["audience"]
        told = self.by_id.get(UUID(notice))
        must(told is not None and told.envelope.type == CaseDetermined.TYPE, "no letter before its determination", notice)
        must((notice, audience) not in self.letters, "one letter", f"{notice} {audience}")
        self.letters[notice, audience] = said.data["letter_id"]
        self.notices.setdefault(said.envelope.case_id, []).append(said)

    def _letter_rendered(self, said: Durable) -> None:
        self.rendered[said.data["letter_id"]] += 1
        must(self.rendered[said.data["letter_id"]] == 1, "one letter", f"{said.data['letter_id']} rendered twice")

    def _evaluated(self, said: Durable) -> None:
        self.evaluated[said.envelope.case_id, said.data["request_version"]] += 1

    def _accepted(self, said: Durable) -> None:
        self.versions[said.envelope.case_id] += 1
        must(said.data["version"] == self.versions[said.envelope.case_id], "versions are contiguous", said.data["version"])
        self._answered(said)

    def _answered(self, said: Durable) -> None:
        submission = UUID(said.data["submission_id"])
        self.answers[submission] += 1
        if said.envelope.type in TAKEN:
            self.taken[submission] += 1
            must(self.taken[submission] == 1, "a submission counts once", submission)

    def _clocked(self, said: Durable) -> None:
        case_id, kind = said.envelope.case_id, said.envelope.type
        if kind == ClockBreached.TYPE:
            must(self.running.get(case_id) == ClockStarted.TYPE, "no false breach", f"breached after {self.running.get(case_id)}")
        self.running[case_id] = kind

    def _asked(self, said: Durable) -> None:
        for sequence in said.data["lines"]:
            self.reviews_asked.append((said.envelope.case_id, said.p, said.data["evaluation_id"], sequence))

    def _applied(self, service: str, case: Case) -> None:
        """What a case counts as applied has landed, without a gap, with all its causes, where its service has read."""
        known = self.applied.setdefault((service, case.case_id), {})
        for producer, (count, last) in case.applied.items():
            before = known.get(producer, 0)
            must(count >= before, "clocks are contiguous", f"{service} forgets {producer} {before}")
            read = self.positions[service, case.p, TOPIC_OF[producer]]
            for each in range(before + 1, count + 1):
                event = self.events.get((case.case_id, producer, each))
                there = event is not None and 0 <= event.offset < read
                must(there, "clocks are contiguous", f"{service} applies {producer} {count} without {each}")
            if count > before:
                self._caused(service, case, self.events[case.case_id, producer, count], last)
            known[producer] = count

    def _caused(self, service: str, case: Case, event: Durable, last: str) -> None:
        must(event.envelope.id.hex == last, "clocks are contiguous", f"{service} applied another event")
        for name, seen in event.envelope.clock.items():
            if name in SOURCES[service] and name != event.envelope.producer:
                have = case.applied.get(name, (0, ""))[0]
                must(have >= seen, "clocks are causal", f"{service} applies {event.envelope.type}, which has seen {name} {seen}, with {have}")

    def _breached(self, process: Process, writes: Writes) -> None:
        """A clock does not run out over a notice that was in the log, dated in time, when its lane was asked what there is to read."""
        for entry in writes.outbox:
            if entry.topic != TOPIC_OF["intake"] or b"clock-breached" not in entry.headers:
                continue
            case = writes.cases[UUID(entry.key.decode())]
            due = json.loads(entry.value)["due_at"]
            for issued in self.notices.get(case.case_id, ()) if not case.held else ():
                told = self.by_id[UUID(issued.data["notice_id"])].data
                if told["request_version"] == case.state.version and all(line["determination"] in SETTLED for line in told["lines"]):
                    in_log = 0 <= issued.landed <= process.source.bounded
                    must(not (in_log and issued.data["issued_at"] <= due), "no false breach", f"letter {issued.data['letter_id']} was there")

    def _entered(self, writes: Writes) -> None:
        """The audit log counts its entries without a gap, and takes every record once, in order."""
        for row in writes.rows.get("entry", ()):
            p, place = row["p"], (row["p"], row["topic"])
            must(row["n"] == self.entries[p], "audit is contiguous", f"entry {row['n']} of lane {p} after {self.entries[p] - 1}")
            must(row["offset"] == self.audited[place], "audit is complete", f"{place}: {row['offset']} after {self.audited[place] - 1}")
            self.entries[p] += 1
            self.audited[place] += 1

    def appended_by(self, service: str, entry: OutboxEntry, offset: int) -> None:
        """A record of ours has landed: one that is durable, and as it is stored."""
        self.appended += 1
        stored = self.outbox.get((service, entry.p, entry.seq))
        must(stored is not None, "published is durable", f"{service} lane {entry.p}: entry {entry.seq} was never committed")
        must(stored == entry, "published is durable", f"{service} lane {entry.p}: entry {entry.seq} is not what was committed")
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


KNOWN = {
    LineDetermined.TYPE: Ledger._line_determined,
    CaseDetermined.TYPE: Ledger._case_determined,
    CriteriaEvaluated.TYPE: Ledger._evaluated,
    ReviewRequested.TYPE: Ledger._asked,
    LetterIssued.TYPE: Ledger._letter_issued,
    LetterRendered.TYPE: Ledger._letter_rendered,
    RequestReceived.TYPE: Ledger._accepted,
    RequestAmended.TYPE: Ledger._accepted,
    RequestCancelled.TYPE: Ledger._accepted,
    SubmissionRejected.TYPE: Ledger._answered,
    SubmissionDuplicated.TYPE: Ledger._answered,
    ClockStarted.TYPE: Ledger._clocked,
    ClockStopped.TYPE: Ledger._clocked,
    ClockBreached.TYPE: Ledger._clocked,
}
