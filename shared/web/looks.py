"""Tells the audit log who looked at what: at once where the answer must wait for it, else within a
second, the first look of a principal in an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from uuid import UUID

import structlog

from shared.access.actions import Action
from shared.access.principal import Principal
from shared.clock import Clock
from shared.errors import Unavailable
from shared.events.audit import ACCESS, MOST_REASON, CaseAccessed
from shared.ids import PARTITIONS, lane_of, text_of

log = structlog.get_logger()
SECONDS = 1.0
"""How long a look that nobody waits for may be on its way: what a crash loses."""
MOST_WAITING, MOST_KNOWN = 10_000, 100_000
NOTED = frozenset(
    {
        Action.READ_CASE,
        Action.READ_EVALUATION,
        Action.READ_REVIEW,
        Action.READ_REEVALUATION,
        Action.READ_CALL,
        Action.READ_LETTERS,
        Action.READ_TIMELINE,
    }
)
"""Reads of one case, which its path names. A sender that reads its own is not noted: it polls."""

Publish = Callable[[str, int, bytes, dict[str, str], bytes], Awaitable[UUID]]
"""(topic, partition, key, headers, value): returns once the log has it, else raises
`Unavailable`.
"""


class Look(NamedTuple):
    """What somebody looked at: the case if there is one, what of it, and why if it takes a
    reason.
    """

    action: Action
    case_id: UUID | None
    resource: str | None = None
    reason: str | None = None


class Looks:
    """The looks that a service's routes give; `run` sends what was noted, until it is cancelled."""

    def __init__(self, service: str, publish: Publish, clock: Clock) -> None:
        self._service, self._publish, self._clock = service, publish, clock
        self._hour = 0
        self._known: set[tuple[str, Action, UUID]] = set()
        self._waiting: list[CaseAccessed] = []

    async def tell(self, principal: Principal, look: Look) -> None:
        """Returns once the log has the look; raises `Unavailable` where it cannot, so that nobody
        sees what nobody would know of.
        """
        await self._send(self._event(principal, look))

    def note(self, principal: Principal, action: Action, case_id: UUID) -> None:
        """Remembers a read of a case, if it is the principal's first in this hour."""
        hour = int(self._clock.now().timestamp() // 3600)
        if hour != self._hour or len(self._known) >= MOST_KNOWN:
            self._hour, self._known = hour, set()
        key = (principal.subject, action, case_id)
        if action not in NOTED or key in self._known:
            return
        self._known.add(key)
        self._waiting.append(self._event(principal, Look(action, case_id)))
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[0]
            log.error("access_lost", service=self._service, remedy="Look at the broker.")

    async def run(self) -> None:
        """Sends what was noted, each second."""
        while True:
            await asyncio.sleep(SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Sends what was noted; what the log does not take is tried again by the next call."""
        sent = 0
        try:
            for event in self._waiting.copy():
                await self._send(event)
                sent += 1
        except Unavailable as error:
            log.warning("access_waits", service=self._service, why=str(error))
        finally:
            del self._waiting[:sent]

    def _event(self, principal: Principal, look: Look) -> CaseAccessed:
        return CaseAccessed(
            principal=principal.subject,
            roles=tuple(sorted(principal.roles)),
            service=self._service,
            action=look.action.value,
            case_id=look.case_id,
            resource=look.resource,
            reason=look.reason,
            at=self._clock.now(),
        )

    async def _send(self, event: CaseAccessed) -> None:
        headers = {"ce_type": event.TYPE, "ce_time": event.at.isoformat()}
        lane, key = 0, event.service.encode()
        if event.case_id is not None and (home := lane_of(event.case_id)) < PARTITIONS:
            lane, key = home, text_of(event.case_id).encode()
            headers["ce_subject"] = text_of(event.case_id)
        await self._publish(ACCESS, lane, key, headers, event.published())


def reason_of(text: str | None) -> str | None:
    """The reason that a request gives, without blanks around it; None where it gives none that can
    be kept.
    """
    reason = (text or "").strip()
    return reason if 0 < len(reason) <= MOST_REASON and reason.isprintable() else None
