"""Render workers do not outlive the service that they render for, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.patience import PATIENCE

PARENT = """
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from services.letters.rendering import end_with_parent

if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=end_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    input()
"""


def runs(pid: int) -> bool:
    """Whether a process exists and is more than an entry that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_worker_ends_when_its_service_is_killed(tmp_path: Path):
    script = tmp_path / "service.py"
    script.write_text(PARENT)
    root = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as service:
        assert service.stdout is not None
        worker = int(service.stdout.readline())
        assert runs(worker)
        service.send_signal(signal.SIGKILL)
        service.wait(PATIENCE)

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not runs(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError(f"the worker is still there after {PATIENCE:.0f} s")
