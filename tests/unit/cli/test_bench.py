"""A measurement is given its options, and one that is interrupted stops what it has started before
its command ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.measurement import Option, arguments
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
    "from pathlib import Path; from cli import main, measurement; "
    "measurement.ROOT = Path({root!r}); "
    "main.app = lambda: measurement.run('measured', {{}}); main.main()"
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


def test_an_option_that_was_not_given_is_left_out_and_a_zero_is_not():
    options: dict[str, Option] = {
        "--json": None,
        "--on": "",
        "--kinds": (),
        "--calm": False,
        "--points": 0,
    }

    assert list(arguments(options)) == ["--points", "0"]


def test_a_flag_stands_alone_and_a_path_is_absolute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    options: dict[str, Option] = {
        "--calm": True,
        "--kinds": ["kill", "pause"],
        "--json": Path("figures.json"),
    }

    assert list(arguments(options)) == [
        "--calm",
        "--kinds",
        "kill",
        "pause",
        "--json",
        str(tmp_path / "figures.json"),
    ]
