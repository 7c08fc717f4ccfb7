"""A sample of the kill sweep: services die at system calls with which they write, and nothing is
lost, done twice or torn. The whole of it is a benchmark.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.publishing_first import live_publishing_first
from tests.reliability.sweep import full_disk, recording, whole_process
from tests.reliability.sweep.recording import Heard
from tests.reliability.sweep.starting_points import Stage
from tests.reliability.sweep.stores import SqliteStores
from tests.reliability.sweep.sweeping import Sweep
from tests.reliability.sweep.tracing import Processes

pytestmark = [pytest.mark.needs("strace"), pytest.mark.stack, pytest.mark.long]
EVENTS = {
    "intake": "submission",
    "criteria": "request-received",
    "letters": "case-determined",
    "audit": "submission",
}
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
def test_a_fault_at_any_write_or_sync_changes_nothing_in_the_end(
    stage: Stage, heard: list[Heard], service: str, fault: str
) -> None:
    for scene in stage.scenes(service, heard, EVENTS[service]):
        sweep = Sweep(stage, scene)
        swept = sweep.run(sweep.points(fault, POINTS[fault]), quiet)

        assert swept.failures == []
        assert swept.points == POINTS[fault]


def test_publishing_before_committing_is_found(stage: Stage, heard: list[Heard]) -> None:
    for scene in stage.scenes("criteria", heard, EVENTS["criteria"]):
        sweep = Sweep(stage, scene, live_publishing_first)
        swept = sweep.run(sweep.points("kill", 16), quiet)

        assert any(
            "has 2 contents" in problem
            for failure in swept.failures
            for problem in failure["problems"]
        )


def test_a_whole_process_that_dies_while_it_talks_to_the_broker_loses_nothing(
    tmp_path: Path,
) -> None:
    (swept,) = whole_process.sweep(tmp_path / "whole", ("criteria",), 1, quiet)

    assert swept.failures == []
    assert swept.points >= 2


def test_a_service_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    (swept,) = full_disk.sweep(tmp_path / "full", ("letters",), quiet)

    assert (swept.failures, swept.said) == ([], 2)
