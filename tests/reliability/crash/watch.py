"""Reads along while the system is disturbed: when which case got its determination and its letters,
and how much is still to come.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Mapping

from shared.events.criteria import CaseDetermined
from shared.events.letters import LetterIssued
from tests.reliability.crash.history import History, Reading

OUTPUTS = {"letters": LetterIssued.TYPE}
"""What shows that a service works again; a determination where nothing else is said."""


class OutputWatch(threading.Thread):
    """Keeps up with the topics. Instants are monotonic seconds."""

    def __init__(self, broker: str) -> None:
        super().__init__(name="watch", daemon=True)
        self._ending = threading.Event()
        self._reading = Reading(broker, self._seen)
        self._arrived: list[tuple[float, str, int, str]] = []
        self.moved = time.monotonic()

    @property
    def history(self) -> History:
        """What was read so far."""
        return self._reading.history

    def run(self) -> None:
        """Reads until it is ended."""
        while not self._ending.is_set():
            if self._reading.read(0.2):
                self.moved = time.monotonic()
        self._reading.close()

    def _seen(self, kind: str, partition: int, case: str) -> None:
        if kind in (CaseDetermined.TYPE, LetterIssued.TYPE):
            self._arrived.append((time.monotonic(), kind, partition, case))

    def first(
        self, service: str, lanes: Collection[int], since: float, sent: Mapping[str, float]
    ) -> float | None:
        """When the first output was read that is new: of a case sent after `since`, from one of
        these lanes.
        """
        wanted = OUTPUTS.get(service, CaseDetermined.TYPE)
        for at, kind, partition, case in list(self._arrived):
            if at > since and kind == wanted and partition in lanes and sent.get(case, 0.0) > since:
                return at
        return None

    def end(self) -> None:
        """Stops reading."""
        self._ending.set()
        self.join()
