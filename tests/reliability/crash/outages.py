"""The run's own broker and database, taken away and brought back: killed, or stopped and continued,
with every process that they have.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.testbed.machine import family
from benchmarks.testbed.servers import Servers, script

SCRIPTS = {"broker": "kafka", "database": "postgres"}
PID_FILES = {"broker": "kafka/pid", "database": "postgres/data/postmaster.pid"}


class Outages:
    """Does to servers that were started for this run what a bad day does; others are refused."""

    def __init__(self, servers: Servers) -> None:
        if servers.folder is None:
            raise ValueError(
                "Only servers that a run started itself may be killed: unset PRIORAUTH_BROKER and "
                "PRIORAUTH_BENCH_POSTGRES."
            )
        self._folder: Path = servers.folder
        self._stopped: dict[str, list[int]] = {}

    def kill(self, name: str) -> None:
        """SIGKILL to all its processes, as when the machine goes away; `start` brings it back."""
        pids = self.stop(name)
        _signal(pids, signal.SIGKILL)
        del self._stopped[name]
        while any(map(_alive, pids)):
            time.sleep(0.01)
        (
            self._folder / PID_FILES[name]
        ).unlink()  # a dead process that nobody has waited for yet would pass for a running server

    def start(self, name: str) -> None:
        """Starts it again on what it had written, and waits until it is up."""
        script(SCRIPTS[name], "start", self._folder / SCRIPTS[name])

    def stop(self, name: str) -> list[int]:
        """SIGSTOP to all its processes, its first one first so that it makes no more; `resume` ends
        it.
        """
        first = int((self._folder / PID_FILES[name]).read_text().split()[0])
        os.kill(first, signal.SIGSTOP)
        pids = family(first)
        _signal(pids, signal.SIGSTOP)
        self._stopped[name] = pids
        return pids

    def resume(self, name: str) -> None:
        """Lets a stopped one go on."""
        _signal(self._stopped.pop(name), signal.SIGCONT)

    def end(self) -> None:
        """Leaves nothing stopped: what is stopped cannot be ended in good order."""
        for name in list(self._stopped):
            self.resume(name)


def _alive(pid: int) -> bool:
    """Whether a process still runs; one that is dead has no command line, even before its parent
    takes note.
    """
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return False


def _signal(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)
