"""Clocks by rule as metrics, counted from the store once in a while."""

from __future__ import annotations

from sqlalchemy import Engine

from services.intake import store
from shared.clock import Clock
from shared.instants import micros
from shared.observe.metrics import clock_exposition

SECONDS = 30.0
"""The count looks at every clock there is: whoever asks more often gets the last one again."""


class ClockFigures:
    """What `/metrics` says of the clocks."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._counted: tuple[float, str] | None = None

    def __call__(self) -> str:
        """The figures in Prometheus' text format, at most so many seconds old."""
        now = self._clock.monotonic()
        if self._counted is None or now - self._counted[0] >= SECONDS:
            found = store.clocks_by_rule(self._engine, micros(self._clock.now()))
            self._counted = now, clock_exposition("intake", found)
        return self._counted[1]
