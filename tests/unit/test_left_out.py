"""A run tells at its end what it left out, also where several processes ran it; and those that
share a stack run in one process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dealing import Dealing
from tests.left_out import ALL, ON_CONTAINERS, counted
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_left_out_is_counted_by_suite():
    nodeids = ["tests/e2e/test_a.py::test_1", "tests/unit/x/test_b.py::test_2[1]"]

    assert counted([*nodeids, nodeids[0]]) == "2 of tests/e2e, 1 of tests/unit"


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_quick_run_ends_with_what_it_left_out_and_then_the_summary(processes: str):
    command = ["--quick", "-n", processes, "--dist", "loadscope", "-p", "no:cacheprovider"]
    parts = ["tests/docs/test_lane_log.py", "tests/e2e/test_kcat.py"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *command, *parts],
        cwd=ROOT,
        env={**os.environ, "PRIORAUTH_REQUIRE_CONTAINERS": "0"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    left, summary = ran.stdout.splitlines()[-2:]
    assert ran.returncode == 0, ran.stdout
    assert left == f"left out: 1 of tests/e2e {ON_CONTAINERS}: {ALL}"
    assert " passed" in summary
    assert "failed" not in summary


def test_containers_cannot_be_required_of_a_quick_run():
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "--quick", "tests/docs/test_lane_log.py"],
        cwd=ROOT,
        env={**os.environ, "PRIORAUTH_REQUIRE_CONTAINERS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert (ran.returncode, "--quick leaves out" in ran.stderr) == (4, True)


@pytest.mark.parametrize(
    ("nodeid", "scope"),
    [
        ("tests/unit/test_a.py::test_1[x::y]", "tests/unit/test_a.py::test_1[x::y]"),
        ("tests/reliability/test_simulator.py::test_1", "tests/reliability/test_simulator.py"),
        ("tests/stories/test_parked.py::test_1", "tests/stories/test_parked.py"),
        ("tests/stories/test_ways_in.py::test_1[0]", "tests/stories/"),
        ("tests/stories/test_malformed.py::test_1", "tests/stories/"),
    ],
)
def test_tests_that_share_a_stack_are_dealt_together(nodeid: str, scope: str):
    assert Dealing._split_scope(Dealing.__new__(Dealing), nodeid) == scope
