"""strace on a process that has stopped itself: it counts system calls, or does something to the
N-th of one kind.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

CALLS = (
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "unlink",
    "ftruncate",
    "link",
)
"""Everything with which a process changes what outlives it; the last five are more than writing,
sending and syncing, and tear state as well.
"""
SOCKETS = frozenset({"sendto", "sendmsg", "sendmmsg"})
"""A disk's errors do not come from here: a socket that fails is gone, and its kill points say what
comes of that.
"""
FAULTS = {"kill": "signal=SIGKILL", "enospc": "error=ENOSPC", "eio": "error=EIO"}
LONGEST, DETACHING = 60.0, 5.0
CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)


class Point(NamedTuple):
    """The `n`-th call (from 1) of a thread to one system call, and what happens there: `kill`,
    `enospc` or `eio`.
    """

    call: str
    n: int
    fault: str

    def option(self) -> str:
        """What strace is told."""
        return f"inject={self.call}:{FAULTS[self.fault]}:when={self.n}"


def spread(points: list[Point], most: int) -> list[Point]:
    """All of them, or as many as `most` (0: no bound) spread evenly over them."""
    return (
        [points[i * len(points) // most] for i in range(most)] if 0 < most < len(points) else points
    )


class Processes:
    """Starts processes that have imported everything already: forked from a server, which is
    started at the first one.
    """

    def __init__(self) -> None:
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["tests.reliability.sweep.preloaded"])

    def start(self, target: Callable[..., None], *given: Any) -> BaseProcess:
        """A process that runs `target`."""
        process = self._context.Process(target=target, args=given, daemon=True)
        process.start()
        return process

    def run(self, target: Callable[..., None], *given: Any) -> int:
        """Its exit code."""
        return _ended(self.start(target, *given))

    def traced(
        self, log: Path, options: list[str], target: Callable[..., None], *given: Any
    ) -> int:
        """The exit code of a process that stops itself and goes on under strace with these
        expressions; -9 if it was killed.
        """
        process = self.start(target, *given)
        pid = process.pid or 0
        _await(lambda: _state(pid) in "TZX", process)
        with attached(pid, log, options):
            os.kill(pid, signal.SIGCONT)
            return _ended(process)


class attached:  # noqa: N801 - a context manager
    """strace on a running process and all its threads, for the length of the block; its lines go to
    `log`.
    """

    def __init__(self, pid: int, log: Path, options: list[str]) -> None:
        expressions = [
            part
            for option in (
                f"trace={','.join(f'?{call}' for call in CALLS)}",
                "signal=none",
                *options,
            )
            for part in ("-e", option)
        ]
        self._command = [
            "strace",
            "-f",
            "-p",
            str(pid),
            "-o",
            str(log),
            "--string-limit=0",
            *expressions,
        ]

    def __enter__(self) -> subprocess.Popen[str]:
        self._strace = subprocess.Popen(
            self._command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        first = self._strace.stderr.readline() if self._strace.stderr else ""
        if "attached" not in first:
            self._strace.wait(LONGEST)
            raise RuntimeError(f"strace did not attach: {first}")
        return self._strace

    def __exit__(self, *_: object) -> None:
        if self._strace.poll() is None:
            self._strace.terminate()
        try:
            self._strace.wait(DETACHING)
        except (
            subprocess.TimeoutExpired
        ):  # a thread that ends just then keeps strace waiting; without it the others go on as well
            self._strace.kill()
            self._strace.wait(LONGEST)
        if self._strace.stderr:
            self._strace.stderr.close()


def injected(log: Path) -> bool:
    """Whether strace made a call fail, from its lines."""
    return "(INJECTED)" in log.read_text(errors="replace")


def counted(log: Path) -> Counter[str]:
    """How often each system call was made, from strace's lines."""
    return Counter(CALL.findall(log.read_text(errors="replace")))


def _ended(process: BaseProcess) -> int:
    process.join(LONGEST)
    if process.exitcode is None:
        process.kill()
        process.join(LONGEST)
        raise TimeoutError(f"a process did not end within {LONGEST:.0f} s")
    code = process.exitcode
    process.close()
    return code


def _await(condition: Callable[[], bool], process: BaseProcess) -> None:
    until = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > until:
            process.kill()
            raise TimeoutError("a process did not get as far as stopping itself")
        time.sleep(0.001)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
