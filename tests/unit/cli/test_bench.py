"""A measurement that is interrupted stops what it has started before its command ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

MEASUREMENT = """
import time
from pathlib import Path

try:
    Path("started").touch()
    time.sleep(60)
finally:
    time.sleep(0.6)
    Path("stopped").touch()
"""
RUN = "from pathlib import Path; from cli import bench, main; bench.ROOT = Path({root!r}); main.app = lambda: bench.run('measured', []); main.main()"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_measurement_cleans_up(tmp_path: Path, sent: signal.Signals):
    (tmp_path / "measured.py").write_text(MEASUREMENT)
    with subprocess.Popen([sys.executable, "-c", RUN.format(root=str(tmp_path))], stderr=subprocess.DEVNULL) as command:
        until = time.monotonic() + 30
        while not (tmp_path / "started").exists() and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(command.pid, sent)
        assert command.wait(30) == 130
    assert (tmp_path / "stopped").exists()
