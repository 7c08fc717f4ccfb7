"""Applies what arrives for a case, or holds it: in order, never before its causes, and nothing past
what is parked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.errors import Impossible, Malformed, PriorauthError
from shared.instants import instant, micros
from shared.lanes.batch.causal_order import FORKED, UNTRUSTED, Verdict, judge
from shared.lanes.batch.mishaps import Mishaps
from shared.lanes.batch.outcome_writer import OutcomeWriter
from shared.lanes.batch.reader import Reader, ReadRecord, refusal
from shared.lanes.outcome import Received
from shared.lanes.seals import SealCheck
from shared.lanes.service import CaseService
from shared.lanes.state.case import WAITING, Case, HeldRecord
from shared.lanes.state.lane import Lane
from shared.lanes.state.write_set import Writes

Load = Callable[
    [dict[UUID, int], set[tuple[int, str]]], tuple[dict[UUID, Case], dict[tuple[int, str], UUID]]
]
log = structlog.get_logger()


@dataclass(frozen=True)
class BatchContext:
    """What a batch is worked with; `key` marks what is handed on, `sources` are producers."""

    service: CaseService[Any]
    reader: Reader
    load: Load
    key: bytes
    sources: frozenset[str]
    seals: SealCheck


class CausalDelivery:
    """What comes of the cases of one batch: `writes`, and as `mishaps` what did not go well."""

    def __init__(
        self, context: BatchContext, lanes: dict[int, Lane], now: datetime, reference: Any
    ) -> None:
        self._context = context
        self._reference = reference
        self._lanes = lanes
        self.now = now
        self.writes = Writes()
        self.mishaps = Mishaps()
        self.outcome_writer = OutcomeWriter(
            context.service.name, context.service.topic, self.writes, now
        )

    def case(self, case_id: UUID, p: int) -> Case:
        """The case as loaded, or a new one in lane `p`."""
        case = self.writes.cases.get(case_id)
        if case is None:
            case = self.writes.cases[case_id] = Case(case_id, p)
        return case

    def offer(self, case: Case, item: ReadRecord) -> None:
        """Applies the item and what was waiting for it, or holds it."""
        verdict = self._judge(case, item)
        # A repeat never parks: there is nothing left to do for it.
        if verdict is Verdict.SKIP:
            return
        # Behind what is parked even if it could be applied: a case's events keep their order.
        if case.blocked:
            self.park(case, HeldRecord(item.record, "behind"), case.p)
        elif verdict is Verdict.WAIT:
            self.park(case, HeldRecord(item.record, WAITING), case.p)
        elif verdict is Verdict.FORK:
            self.park(case, HeldRecord(item.record, *FORKED), case.p)
        elif (failure := self._apply(case, item)) is not None:
            self.reserve(case, item)
            self.park(case, failure, case.p)
        else:
            self.drain(case)

    def decide(self, case: Case, p: int, received: Received) -> None:
        """Has the service decide, and keeps what follows; raises whatever the decision raises, and
        keeps nothing then.
        """
        outcome = self._context.service.decide(self._reference, case.state, received, self.now)
        self.outcome_writer.apply(case, self._lanes[p], received.id, outcome)
        if outcome.failure is not None:
            self.mishaps.fail(p, case.case_id, outcome.failure)

    def reject(self, item: ReadRecord) -> None:
        """Answers an outsider's record that cannot be accepted."""
        external = self._context.service.external[item.record.topic]
        assert item.rejection is not None  # noqa: S101 - the caller looked
        outcome = external.reject(
            item.id, item.rejection, item.record.value or b"", item.received_at
        )
        p = item.record.partition
        self.outcome_writer.apply(self.case(item.id, p), self._lanes[p], item.id, outcome)

    def park(self, case: Case | None, held: HeldRecord, p: int) -> None:
        """Holds a record: parked, or waiting for what comes before it."""
        held.at = micros(self.now)
        self.writes.hold.append((case, p, held))
        if case is not None:
            case.held.append(held)
            case.dirty = True
        if held.reason != WAITING:
            self._count(case, p, held)

    def reserve(self, case: Case, item: ReadRecord) -> None:
        """Keeps the first alias of an outsider's record for the case that parks it: the same sent
        again is to wait behind it, and not to become a case of its own.
        """
        if item.address is not None and item.address.aliases:
            self.outcome_writer.give(case.case_id, case.p, item.address.aliases[:1])

    def drain(self, case: Case) -> None:
        """Applies what the case holds, in order, as long as something can be."""
        # From the first again each time: what was applied may be what an earlier one waits for.
        while case.held and self._release_first(case):
            pass

    def block(self, case: Case) -> None:
        """Nothing of the case is to be tried again until somebody asks for it once more."""
        for held in case.held:
            held.requeued = False
        self.writes.blocked_again.append(case.case_id)

    def _judge(self, case: Case, item: ReadRecord) -> Verdict:
        if item.envelope is None:
            return Verdict.APPLY
        return judge(case, item.envelope, self._context.sources)

    def _apply(self, case: Case, item: ReadRecord) -> HeldRecord | None:
        """Applies the item; what it returns instead of applying is to be parked.

        Events that it causes already count it as applied.
        """
        item.case_id = case.case_id
        if item.failure is not None:
            return HeldRecord(item.record, *refusal(item.failure))
        before = dict(case.applied)
        # Counted before the decision, whose events carry the count: without it a reader could take
        # one of them before its cause ("clocks are causal").
        if item.envelope is not None:
            case.applied[item.envelope.producer] = (
                item.envelope.clock[item.envelope.producer],
                item.envelope.id.hex,
            )
            case.dirty = True
        failure = self._attempt(case, item) if item.data is not None else None
        if failure is not None:
            case.applied = before
        return failure

    def _attempt(self, case: Case, item: ReadRecord) -> HeldRecord | None:
        try:
            self.decide(case, case.p, item.received())
        except (Malformed, Impossible) as error:
            return HeldRecord(item.record, *refusal(error))
        # A bug must not take its neighbours down; the breaker stops a lane that only fails.
        except Exception as error:  # noqa: BLE001
            # A traceback may hold health information.
            log.error(  # noqa: TRY400
                "decision_failed",
                case_id=str(case.case_id),
                type=item.type,
                error=type(error).__name__,
            )
            return HeldRecord(item.record, "bug", type(error).__name__)
        return None

    def _release_first(self, case: Case) -> bool:
        """Applies the first held record that can be; a blocking one that was not requeued ends the
        search.
        """
        for held in case.held:
            if held.blocks:
                return False
            released = self._release(case, held)
            if released is not None:
                return released
        return False

    def _release(self, case: Case, held: HeldRecord) -> bool | None:
        """True: it is done. False: it blocks the case. None: it must go on waiting."""
        try:
            item = self._context.reader.read(held.record, instant(held.at))
        except PriorauthError as error:
            return self._hold_again(
                case, held, HeldRecord(held.record, error.code or type(error).__name__, str(error))
            )
        verdict = self._judge(case, item)
        if verdict is Verdict.WAIT:
            self._wait(case, held)
            return None
        if verdict is Verdict.FORK:
            return self._hold_again(case, held, HeldRecord(held.record, *FORKED))
        if item.rejection is not None:
            self.reject(item)
        elif verdict is Verdict.APPLY and (failure := self._apply(case, item)) is not None:
            return self._hold_again(case, held, failure)
        return self._forget(case, held)

    def _wait(self, case: Case, held: HeldRecord) -> None:
        """A requeued record whose cause is not here waits from now on like any other; it does not
        block.
        """
        if held.requeued:
            held.reason, held.detail, held.requeued = WAITING, "", False
            self._rewrite(case, held)

    def _hold_again(self, case: Case, held: HeldRecord, failure: HeldRecord) -> bool:
        """What failed is parked with its reason, whether it had waited or was tried again."""
        if held.reason == WAITING:
            self._count(case, case.p, failure)
        held.reason, held.detail = failure.reason, failure.detail
        self.block(case)
        self._rewrite(case, held)
        return False

    def _count(self, case: Case | None, p: int, held: HeldRecord) -> None:
        self.mishaps.park(p, held)
        # Not what outsiders wrote: one bad sender would stop a lane.
        ours = held.record.topic not in self._context.service.external
        if case is not None and ours and held.reason in UNTRUSTED:
            self.mishaps.block(p, case.case_id)

    def _rewrite(self, case: Case, held: HeldRecord) -> None:
        case.dirty = True
        # Once only: PostgreSQL refuses an upsert that meets the same row twice.
        if all(entry[2] is not held for entry in self.writes.hold):
            self.writes.hold.append((case, case.p, held))

    def _forget(self, case: Case, held: HeldRecord) -> bool:
        case.held.remove(held)
        case.dirty = True
        self.writes.hold = [entry for entry in self.writes.hold if entry[2] is not held]
        # What was held in this very batch has no row to delete.
        if held.stored:
            self.writes.release.append((case.p, held.record.topic, held.record.offset))
        return True
