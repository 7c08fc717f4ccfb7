"""Between batches: what is new is collected each second, everything every ten minutes, and what a
backlog took goes back to the system.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import pytest

from shared.lanes import heap


class Node:
    """Refers to itself, so that only the collector ends it."""

    def __init__(self) -> None:
        self.me = self


def test_what_is_new_goes_within_a_second_and_what_got_old_when_everything_is_walked(
    monkeypatch: pytest.MonkeyPatch,
):
    now = [0.0]
    monkeypatch.setattr(heap, "monotonic", lambda: now[0])
    gc.disable()
    try:
        collector, young, old = heap.HeapKeeper(), Node(), Node()
        seen = weakref.ref(young), weakref.ref(old)
        del young
        collector.tidy()
        assert seen[0]() is not None
        now[0] = 1.5
        collector.tidy()
        assert seen[0]() is None
        del old
        now[0] = 3.0
        collector.tidy()
        assert seen[1]() is not None
        now[0] = 601.5
        collector.tidy()
        assert seen[1]() is None
    finally:
        gc.enable()


BACKLOG = """
from pathlib import Path
from shared.lanes import heap

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

now = [0.0]
heap.monotonic = lambda: now[0]
house = heap.HeapKeeper()
backlog = [bytes([n % 256]) * 1_000 for n in range(200_000)]
kept = backlog[::50]
del backlog
freed = resident()
house.tidy()
early = resident()
now[0] = 10.5
house.tidy()
print(freed, early, resident())
"""


@pytest.mark.needs("glibc")
def test_what_a_backlog_took_goes_back_to_the_system_within_ten_seconds():
    done = subprocess.run(
        [sys.executable, "-c", BACKLOG], capture_output=True, text=True, check=True
    )
    freed, early, late = (float(megabytes) for megabytes in done.stdout.split())
    assert freed > 200, "what is kept should pin what is free"
    assert early > 0.9 * freed
    assert late < freed - 150
