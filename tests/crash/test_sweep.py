"""A sample of the kill sweep: services die at system calls with which they write, and nothing is lost, done twice or torn. The whole of it is a benchmark."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.sweep import full, recording, whole
from benchmarks.sweep.recording import Heard
from benchmarks.sweep.scenes import Stage
from benchmarks.sweep.stores import SqliteStores
from benchmarks.sweep.sweeping import Sweep
from benchmarks.sweep.tracing import Processes
from tests.crash.publishing_first import live_publishing_first

pytestmark = [pytest.mark.needs("strace"), pytest.mark.stack]
EVENTS = {"intake": "submission", "criteria": "request-received", "letters": "case-determined", "audit": "submission"}
POINTS = {"kill": 12, "enospc": 4, "eio": 4}


@pytest.fixture(scope="module")
def processes() -> Processes:
    return Processes()


@pytest.fixture(scope="module")
def heard(processes: Processes, tmp_path_factory: pytest.TempPathFactory) -> list[Heard]:
    return recording.made(processes, tmp_path_factory.mktemp("sweep") / "recording")


@pytest.fixture
def stage(processes: Processes, tmp_path: Path) -> Stage:
    return Stage(SqliteStores(), processes, tmp_path)


def quiet(_: str) -> None:
    """Says nothing."""


@pytest.mark.parametrize("fault", POINTS)
@pytest.mark.parametrize("service", EVENTS)
def test_a_fault_at_any_write_or_sync_changes_nothing_in_the_end(stage: Stage, heard: list[Heard], service: str, fault: str):
    for scene in stage.scenes(service, heard, EVENTS[service]):
        sweep = Sweep(stage, scene)
        swept = sweep.run(sweep.points(fault, POINTS[fault]), quiet)

        assert swept.failures == []
        assert swept.points == POINTS[fault]


def test_publishing_before_committing_is_found(stage: Stage, heard: list[Heard]):
    for scene in stage.scenes("criteria", heard, EVENTS["criteria"]):
        sweep = Sweep(stage, scene, live_publishing_first)
        swept = sweep.run(sweep.points("kill", 16), quiet)

        assert any("has 2 contents" in problem for failure in swept.failures for problem in failure["problems"])


def test_a_whole_process_that_dies_while_it_talks_to_the_broker_loses_nothing(tmp_path: Path):
    (swept,) = whole.sweep(tmp_path / "whole", ("criteria",), 1, quiet)

    assert swept.failures == []
    assert swept.points >= 2


def test_a_service_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(tmp_path: Path):
    (swept,) = full.sweep(tmp_path / "full", ("letters",), quiet)

    assert (swept.failures, swept.said) == ([], 2)
