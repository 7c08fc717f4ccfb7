"""Tasks run in the order of their queues, wait longer after each failure, and keep no others
waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from queue import SimpleQueue
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from shared.clock import monotonic
from shared.errors import Impossible, Unavailable
from shared.ids import derive
from shared.lanes.engine.task_failure import ALARM
from shared.lanes.engine.task_queue import LONGEST_PAUSE, pause
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.memory.twins import MemoryExecutor
from shared.lanes.replica import WORKERS, kinds_of
from shared.lanes.state.write_set import OpenTask
from shared.lanes.transport import TaskResult
from shared.observe.logs import ALLOWED
from tests.contracts.toy import intake
from tests.patience import PATIENCE

CASE = UUID("8b5e1f8e-7d3f-5f1c-8f0c-2d8d8f7f1a10")
LETTER = str(derive(CASE, "letter"))


def task(key: str, queue: str = "", kind: str = "mail", turn: int = 0) -> OpenTask:
    return OpenTask(CASE, kind, key, 3, CASE, f'{{"key":"{key}"}}', queue, turn)


class Workplace:
    """A pool whose workers work when told, at seconds that are set; `away` are keys whose tasks
    raise.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.away: dict[str, Exception] = {}
        self.begun: list[str] = []
        self.results: list[TaskResult] = []
        self.workers = {kind: MemoryExecutor(patient=True) for kind in ("mail", "webhook")}
        kinds = {kind: TaskKind(self._run, workers) for kind, workers in self.workers.items()}
        self.pool = TaskPool(kinds, self.results.append, lambda: self.seconds)

    def _run(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.begun.append(payload["key"])
        if error := self.away.get(payload["key"]):
            raise error
        return {}

    def work(self, seconds: float = 0.0) -> None:
        """Lets time pass, workers work, and the store take in what they bring."""
        self.seconds += seconds
        self.pool.wake()
        for workers in self.workers.values():
            workers.run()

    def store(self) -> None:
        """The store takes in all results."""
        done, self.results[:] = list(self.results), []
        self.pool.end([(one.case_id, one.kind, one.key) for one in done])

    def works_until_idle(self) -> None:
        begun = -1
        while begun != len(self.begun):
            begun = len(self.begun)
            self.store()
            self.work()


@pytest.fixture
def place() -> Workplace:
    return Workplace()


def test_tasks_of_a_queue_run_one_at_a_time_in_the_order_of_their_turns(place: Workplace) -> None:
    place.pool.submit([task("a", "q"), task("b", "q"), task("c", "q")])
    place.work()
    assert place.begun == ["a"]
    place.works_until_idle()
    assert place.begun == ["a", "b", "c"]


def test_the_next_of_a_queue_waits_until_the_store_has_the_result_of_the_first(
    place: Workplace,
) -> None:
    place.pool.submit([task("a", "q"), task("b", "q")])
    place.work()
    place.work(10_000.0)
    assert [one.key for one in place.results] == ["a"]
    assert place.begun == ["a"]
    place.store()
    place.work()
    assert place.begun == ["a", "b"]


def test_tasks_without_a_queue_wait_for_no_other(place: Workplace) -> None:
    place.away["a"] = Unavailable()
    place.pool.submit([task("a"), task("b"), task("c")])
    place.work()
    assert place.begun == ["a", "b", "c"]


def test_queues_of_two_kinds_are_two(place: Workplace) -> None:
    place.pool.submit([task("a", "q"), task("b", "q", "webhook")])
    place.work()
    assert place.begun == ["a", "b"]


def test_a_failing_task_holds_up_its_own_queue_alone(place: Workplace) -> None:
    place.away["a"] = Unavailable()
    place.pool.submit([task("a", "q"), task("b", "q"), task("c", "other"), task("d", "other")])
    place.works_until_idle()
    assert place.begun == ["a", "c", "d"]
    place.away.clear()
    place.work(1.0)
    place.store()
    place.work()
    assert place.begun == ["a", "c", "d", "a", "b"]


class Threads:
    """A pool on the threads that a replica gives a service; tasks hang whose keys begin with
    `dead`.
    """

    def __init__(self) -> None:
        self.over = Event()
        self.results: SimpleQueue[TaskResult] = SimpleQueue()
        service = replace(intake(), tasks={"mail": self._run, "webhook": self._run})
        self.pool = TaskPool(kinds_of(service, {}), self.results.put, monotonic)

    def _run(self, payload: dict[str, Any]) -> dict[str, Any]:
        if payload["key"].startswith("dead"):
            self.over.wait(PATIENCE)
        return {}


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads()
    yield threads
    threads.over.set()
    threads.pool.stop()


def test_a_kind_whose_workers_hang_keeps_no_other_kind_waiting(threads: Threads) -> None:
    threads.pool.submit([task(f"dead {n}") for n in range(2 * WORKERS)])
    threads.pool.submit([task("alive", kind="webhook")])
    assert threads.results.get(timeout=PATIENCE).key == "alive"


def test_a_queue_that_hangs_occupies_one_worker(threads: Threads) -> None:
    threads.pool.submit([task(f"dead {n}", "dead") for n in range(2 * WORKERS)])
    threads.pool.submit([task("alive", "alive")])
    assert threads.results.get(timeout=PATIENCE).key == "alive"


def test_workers_that_take_nothing_any_more_fail_their_own_tasks_alone(place: Workplace) -> None:
    broken = ThreadPoolExecutor(1)
    broken.shutdown()
    kinds = {"mail": TaskKind(dict, broken), "webhook": TaskKind(dict, MemoryExecutor())}
    pool = TaskPool(kinds, place.results.append, lambda: 0.0)
    pool.submit([task("a"), task("b", kind="webhook")])
    assert [one.key for one in place.results] == ["b"]
    assert pool.failing() == {"mail": 1, "webhook": 0}


def test_a_task_that_failed_waits_outside_the_workers_and_twice_as_long_each_time(
    place: Workplace,
) -> None:
    place.away["a"] = Unavailable()
    place.pool.submit([task("a")])
    starts = []
    for second in range(40):
        before = len(place.begun)
        place.work(1.0 if second else 0.0)
        if len(place.begun) > before:
            starts.append(second)
    assert starts == [0, 1, 3, 7, 15, 31]


def test_a_pause_is_never_longer_than_ten_minutes() -> None:
    assert [pause(n) for n in (1, 2, 3)] == [1.0, 2.0, 4.0]
    assert pause(11) == pause(100_000) == LONGEST_PAUSE == 600.0


def test_after_a_claim_only_what_the_store_has_is_run_and_in_its_order(place: Workplace) -> None:
    place.pool.submit([task("a", "q"), task("b", "q"), task("x", "q")])
    place.pool.resume([task("b", "q"), task("c", "q")])
    place.works_until_idle()
    # `a` had begun for the former owner of its lane; nobody wants its result.
    assert place.begun == ["a", "b", "c"]


def test_a_result_that_a_recovery_dropped_makes_its_task_run_again_before_the_next(
    place: Workplace,
) -> None:
    place.pool.submit([task("a", "q"), task("b", "q")])
    place.work()
    place.results.clear()
    place.pool.resume([task("a", "q"), task("b", "q")])
    place.works_until_idle()
    assert place.begun == ["a", "a", "b"]


def test_a_task_at_work_during_a_claim_is_not_begun_twice(place: Workplace) -> None:
    place.pool.submit([task("a", "q"), task("b", "q")])
    place.pool.resume([task("a", "q"), task("b", "q")])
    place.works_until_idle()
    assert place.begun == ["a", "b"]


def test_a_claim_does_not_shorten_the_pause_of_a_failing_task(place: Workplace) -> None:
    place.away["a"] = Unavailable()
    place.pool.submit([task("a", "q")])
    place.work()
    place.pool.resume([task("a", "q")])
    place.work(0.5)
    assert place.begun == ["a"]
    place.work(0.5)
    assert place.begun == ["a", "a"]


def test_a_task_that_is_asked_for_anew_waits_for_its_new_turn(place: Workplace) -> None:
    place.pool.submit([task("a", "q", turn=1), task("b", "q", turn=2), task("c", "q", turn=3)])
    place.pool.submit([task("b", "q", turn=4)])
    place.works_until_idle()
    assert place.begun == ["a", "c", "b"]


def test_a_result_on_which_nothing_can_be_decided_is_made_again_after_a_pause(
    place: Workplace,
) -> None:
    place.pool.submit([task("a", "q"), task("b", "q")])
    place.work()
    with capture_logs() as logged:
        place.pool.keep([(CASE, "mail", "a")])
    place.work()
    assert place.begun == ["a"]
    place.work(1.0)
    assert place.begun == ["a", "a"]
    assert [(line["code"], line["log_level"]) for line in logged] == [("result_not_taken", "error")]


def test_a_kind_that_nobody_registered_stays_open(place: Workplace) -> None:
    place.pool.submit([task("a", kind="fax"), task("b")])
    place.work()
    assert place.begun == ["b"]


def test_a_task_is_failing_when_it_has_failed_too_often_until_it_succeeds(place: Workplace) -> None:
    place.away["a"] = TimeoutError()
    place.pool.submit([task("a")])
    for attempt in range(ALARM):
        assert place.pool.failing() == {"mail": 0, "webhook": 0}
        assert place.pool.alarms() == []
        place.work(pause(attempt + 1))
    assert place.pool.failing() == {"mail": 1, "webhook": 0}
    assert [(one.key, one.error) for one in place.pool.alarms()] == [("a", "TimeoutError")]
    place.work(600.0)
    assert place.pool.alarms() == []
    place.away.clear()
    place.work(600.0)
    assert place.pool.failing() == {"mail": 0, "webhook": 0}


@pytest.mark.parametrize("error", [Impossible(code="template"), ZeroDivisionError()])
def test_a_task_that_time_does_not_mend_is_failing_at_once(
    error: Exception, place: Workplace
) -> None:
    place.away["a"] = error
    place.pool.submit([task("a")])
    place.work()
    assert place.pool.failing()["mail"] == 1


def test_a_task_that_was_failing_before_a_restart_is_failing_when_it_fails_again(
    place: Workplace,
) -> None:
    place.away["a"] = Unavailable(code="slow")
    place.pool.submit([task("a")._replace(error="slow")])
    place.work()
    assert place.pool.failing()["mail"] == 1
    assert place.pool.alarms() == []


def test_what_failed_is_not_failing_any_more_once_its_lane_is_gone(place: Workplace) -> None:
    place.away["a"] = ZeroDivisionError()
    place.pool.submit([task("a")])
    place.work()
    place.pool.resume([])
    assert place.pool.failing()["mail"] == 0
    place.work(600.0)
    assert place.begun == ["a"]


@pytest.mark.parametrize(
    ("key", "logged"),
    [(LETTER, LETTER), ("member 4711", "b613d89b6f5deb4b")],
)
def test_a_failure_is_logged_with_its_attempts_and_a_key_that_tells_of_nobody(
    key: str, logged: str, place: Workplace
) -> None:
    place.away[key] = Unavailable("Secret text.", code="slow")
    place.pool.submit([task(key)])
    with capture_logs() as lines:
        for attempt in range(ALARM):
            place.work(pause(attempt + 1))
    assert lines[-1] == {
        "event": "effect_failed",
        "log_level": "error",
        "kind": "mail",
        "case_id": str(CASE),
        "key": logged,
        "error": "Unavailable",
        "code": "slow",
        "attempts": ALARM,
    }
    assert [line["log_level"] for line in lines[:-1]] == ["warning"] * (ALARM - 1)
    assert set(lines[-1]) - {"log_level"} <= ALLOWED
