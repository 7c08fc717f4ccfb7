"""A measurement that is interrupted stops what it has started before its command ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.patience import PATIENCE

MEASUREMENT = """
import time
from pathlib import Path

try:
    Path("started").touch()
    time.sleep(600)
finally:
    time.sleep(0.6)
    Path("stopped").touch()
"""
RUN = (
    "from pathlib import Path; from cli import bench, main; bench.ROOT = Path({root!r}); main.app "
    "= lambda: bench.run('measured', []); main.main()"
)


@pytest.fixture(
    params=[
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGTERM, signal.default_int_handler),
        (signal.SIGTERM, signal.SIG_IGN),
    ]
)
def sent(request: pytest.FixtureRequest) -> Iterator[signal.Signals]:
    """What ends the command, which inherits whether SIGINT is ignored: a shell's background jobs
    ignore it.
    """
    ending, inherited = request.param
    before = signal.signal(signal.SIGINT, inherited)
    yield ending
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_measurement_cleans_up(tmp_path: Path, sent: signal.Signals):
    (tmp_path / "measured.py").write_text(MEASUREMENT)
    with subprocess.Popen(
        [sys.executable, "-c", RUN.format(root=str(tmp_path))], stderr=subprocess.DEVNULL
    ) as command:
        until = time.monotonic() + PATIENCE
        while not (tmp_path / "started").exists() and time.monotonic() < until:
            time.sleep(0.05)
        os.kill(command.pid, sent)
        assert command.wait(PATIENCE) == 130
    assert (tmp_path / "stopped").exists()
