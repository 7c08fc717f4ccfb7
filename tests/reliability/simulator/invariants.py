"""What must hold of events at the moment that they are durable: contiguous, causal, and once only
what may be there once.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from shared.events.clocks import acts, duties
from shared.events.criteria import (
    CaseDetermined,
    CriteriaEvaluated,
    LineDetermined,
    ReviewRequested,
)
from shared.events.envelope import Envelope, headers_of, unpack
from shared.events.intake import (
    RequestAmended,
    RequestCancelled,
    RequestReceived,
    SubmissionDuplicated,
    SubmissionRejected,
)
from shared.events.letters import ABOUT_CLOCKS, LetterIssued, LetterKind, LetterRendered
from shared.events.reviews import ReviewRecorded
from shared.ids import lane_of
from shared.lanes.state.write_set import OutboxEntry
from tests.reliability.simulator.clocks import clocked
from tests.reliability.simulator.contents import Contents
from tests.reliability.simulator.editions import Editions
from tests.reliability.simulator.unevaluable import Unevaluated
from tests.reliability.simulator.violated import must

TAKEN = frozenset({RequestReceived.TYPE, RequestAmended.TYPE, RequestCancelled.TYPE})
OF_CLOCKS = frozenset(
    {
        acts.ClockActRecorded.TYPE,
        duties.ClockCorrected.TYPE,
        duties.ClockExpired.TYPE,
        duties.ClockExtended.TYPE,
        duties.ExpediteRefused.TYPE,
    }
)
"""What calls for a notice about a clock."""


@dataclass(slots=True)
class Durable:
    """One of our events, once committed: its envelope and data (where the ledger looks into it),
    and where and when it first landed.
    """

    envelope: Envelope
    data: dict[str, Any]
    p: int
    offset: int = -1
    landed: int = -1


class ReviewAsked(NamedTuple):
    """A line that a clinician is asked to look at: where, by which evaluation, which content."""

    case_id: UUID
    p: int
    evaluation_id: str
    sequence: int
    digest: str


class Events:
    """Every event that is durable, by case, producer and count; each is looked at once."""

    def __init__(self) -> None:
        self.events: dict[tuple[UUID, str, int], Durable] = {}
        self.by_id: dict[UUID, Durable] = {}
        self.counts: Counter[tuple[UUID, str]] = Counter()
        self.contents = Contents()
        self.editions = Editions()
        self.unevaluated = Unevaluated()
        self.letters: dict[tuple[str, str], str] = {}
        self.notices: dict[UUID, list[Durable]] = {}
        self.rendered: Counter[str] = Counter()
        self.documents: dict[str, Durable] = {}
        self.aside: set[tuple[str, int, int]] = set()
        self.evaluated: Counter[tuple[UUID, int]] = Counter()
        self.versions: Counter[UUID] = Counter()
        self.answers: Counter[UUID] = Counter()
        self.taken: Counter[UUID] = Counter()
        self.members: dict[UUID, str] = {}
        self.open_requests: dict[tuple[str, str, str], UUID] = {}
        self.running: dict[tuple[UUID, str, int], str] = {}
        self.reviews_asked: list[ReviewAsked] = []

    def said(self, entry: OutboxEntry) -> None:
        """An event is durable: contiguous in its case, and of those that may be there once."""
        headers = tuple(
            (name, value.encode() if isinstance(value, str) else value)
            for name, value in headers_of(entry.headers)
        )
        envelope = unpack(headers)
        case_id, producer = envelope.case_id, envelope.producer
        count = envelope.clock[producer]
        self.counts[case_id, producer] += 1
        must(
            count == self.counts[case_id, producer],
            "clocks are contiguous",
            f"{producer} says {count} after {self.counts[case_id, producer] - 1}",
        )
        before = self.events.get((case_id, producer, count - 1))
        must(
            envelope.prev == (before.envelope.id.hex if before else ""),
            "clocks are contiguous",
            f"{producer} {count} follows another event",
        )
        must(envelope.id not in self.by_id, "ids are unique", f"{envelope.type} {envelope.id}")
        for name, seen in envelope.clock.items():
            must(
                name == producer or self._there(case_id, name, seen),
                "clocks are causal",
                f"{producer} {count} has seen {name} {seen}",
            )
        said = Durable(
            envelope, json.loads(entry.value) if envelope.type in KNOWN else {}, entry.partition
        )
        self.events[case_id, producer, count] = self.by_id[envelope.id] = said
        if envelope.type in KNOWN:
            KNOWN[envelope.type](self, said)

    def _there(self, case_id: UUID, producer: str, count: int) -> bool:
        event = self.events.get((case_id, producer, count))
        return event is not None and event.offset >= 0

    def _line_determined(self, said: Durable) -> None:
        self.contents.line_determined(said)

    def _case_determined(self, said: Durable) -> None:
        self.contents.case_determined(said)
        self.unevaluated.determined(said)

    def _review_recorded(self, said: Durable) -> None:
        self.contents.review_recorded(said)

    def _letter_issued(self, said: Durable) -> None:
        """One letter for each notice and audience, and none before its determination is durable, or
        what became of the clock.
        """
        notice, audience = said.data["notice_id"], said.data["audience"]
        told = self.by_id.get(UUID(notice))
        about_clock = LetterKind(said.data["kind"]) in ABOUT_CLOCKS
        must(
            told is not None
            and told.envelope.type in (OF_CLOCKS if about_clock else {CaseDetermined.TYPE}),
            "no letter before its determination",
            notice,
        )
        self.unevaluated.told(told)
        must((notice, audience) not in self.letters, "one letter", f"{notice} {audience}")
        self.letters[notice, audience] = said.data["letter_id"]
        if not about_clock:
            self.notices.setdefault(said.envelope.case_id, []).append(said)

    def _letter_rendered(self, said: Durable) -> None:
        self.documents[said.data["letter_id"]] = said
        self.rendered[said.data["letter_id"]] += 1
        must(
            self.rendered[said.data["letter_id"]] == 1,
            "one letter",
            f"{said.data['letter_id']} rendered twice",
        )

    def _evaluated(self, said: Durable) -> None:
        self.evaluated[said.envelope.case_id, said.data["request_version"]] += 1
        self.editions.evaluated(said)

    def _accepted(self, said: Durable) -> None:
        self.versions[said.envelope.case_id] += 1
        must(
            said.data["version"] == self.versions[said.envelope.case_id],
            "versions are contiguous",
            said.data["version"],
        )
        if said.envelope.type != RequestCancelled.TYPE:
            self.contents.accepted(said)
            self._placed(said)
        else:
            for asked in [
                asked
                for asked, case_id in self.open_requests.items()
                if case_id == said.envelope.case_id
            ]:
                del self.open_requests[asked]
        self._answered(said)

    def _placed(self, said: Durable) -> None:
        """A case is one member's, in the lane that its id says; a request is one case while that is
        open and nothing of it was refused.
        """
        case_id, member = said.envelope.case_id, said.data["request"]["member"]["id"]
        must(lane_of(case_id) == said.p, "a case id carries its lane", case_id)
        must(self.members.setdefault(case_id, member) == member, "a case has one member", case_id)
        asked = said.data["sender"], member, said.data["content_sha256"]
        former = self.open_requests.get(asked)
        if (like := said.data.get("resembles")) is not None:
            must(UUID(like) == former, "a request is one case", f"{case_id} is not like {like}")
            must(
                self.contents.refused(UUID(like)),
                "only what was refused is asked for again",
                f"nothing of {like} was refused",
            )
            del self.open_requests[asked]
        must(
            self.open_requests.setdefault(asked, case_id) == case_id,
            "a request is one case",
            f"{case_id} asks what {self.open_requests[asked]} asks",
        )

    def _answered(self, said: Durable) -> None:
        submission = UUID(said.data["submission_id"])
        self.answers[submission] += 1
        if said.envelope.type in TAKEN:
            self.taken[submission] += 1
            must(self.taken[submission] == 1, "a submission counts once", submission)

    def _clocked(self, said: Durable) -> None:
        clocked(self.running, said.envelope, said.data)

    def _asked(self, said: Durable) -> None:
        self.reviews_asked.extend(
            ReviewAsked(
                said.envelope.case_id,
                said.p,
                said.data["evaluation_id"],
                line["sequence"],
                line["digest"],
            )
            for line in said.data["contents"]
        )


KNOWN = {
    LineDetermined.TYPE: Events._line_determined,
    CaseDetermined.TYPE: Events._case_determined,
    CriteriaEvaluated.TYPE: Events._evaluated,
    ReviewRecorded.TYPE: Events._review_recorded,
    ReviewRequested.TYPE: Events._asked,
    LetterIssued.TYPE: Events._letter_issued,
    LetterRendered.TYPE: Events._letter_rendered,
    RequestReceived.TYPE: Events._accepted,
    RequestAmended.TYPE: Events._accepted,
    RequestCancelled.TYPE: Events._accepted,
    SubmissionRejected.TYPE: Events._answered,
    SubmissionDuplicated.TYPE: Events._answered,
    duties.ClockStarted.TYPE: Events._clocked,
    duties.ClockStopped.TYPE: Events._clocked,
    duties.ClockBreached.TYPE: Events._clocked,
    duties.ClockExpired.TYPE: Events._clocked,
    duties.ClockExtended.TYPE: Events._clocked,
}
