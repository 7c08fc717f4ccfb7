"""Cyclic garbage is collected between batches: what is new each second, everything every ten minutes."""

from __future__ import annotations

import gc
import weakref

import pytest

from shared.lanes import cycles


class Node:
    """Refers to itself, so that only the collector ends it."""

    def __init__(self) -> None:
        self.me = self


def test_what_is_new_goes_within_a_second_and_what_got_old_when_everything_is_walked(monkeypatch: pytest.MonkeyPatch):
    now = [0.0]
    monkeypatch.setattr(cycles, "monotonic", lambda: now[0])
    gc.disable()
    try:
        collector, young, old = cycles.Cycles(), Node(), Node()
        seen = weakref.ref(young), weakref.ref(old)
        del young
        collector.collect()
        assert seen[0]() is not None
        now[0] = 1.5
        collector.collect()
        assert seen[0]() is None
        del old
        now[0] = 3.0
        collector.collect()
        assert seen[1]() is not None
        now[0] = 601.5
        collector.collect()
        assert seen[1]() is None
    finally:
        gc.enable()
