"""The process that renders: a letter that fails takes no other with it, and the process does not
outlive the service that it renders for.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.letters.render.workers import RenderPool
from shared.errors import Impossible, PriorauthError, Unavailable
from shared.lanes.engine.task_failure import ALARM
from shared.lanes.engine.task_queue import pause
from shared.lanes.engine.tasks import TaskKind, TaskPool
from shared.lanes.state.write_set import OpenTask
from shared.lanes.transport import TaskResult
from shared.observe.logs import ALLOWED
from tests.patience import PATIENCE
from tests.unit.letters.examples import CASE

LETTER = "3f0f7d6e-54a5-5d54-9f0b-5b0a4c3f2f10"

PARENT = """
from services.letters.render.workers import RenderPool
from tests.unit.letters.test_workers import pid_of

if __name__ == "__main__":
    pool = RenderPool()
    print(pool.submit(pid_of, {}).result()["pid"], flush=True)
    input()
"""


Payload = dict[str, Any]


def pid_of(_payload: Payload) -> Payload:
    """Which process renders."""
    return {"pid": os.getpid()}


def rendered(payload: Payload) -> Payload:
    """Renders as the payload says."""
    match payload["how"]:
        case "refused":
            raise Impossible("Not what was issued.", code="content_sha256")
        case "broken":
            raise KeyError("a name that nobody may read")
        case "ended":
            os._exit(9)
        case "hangs":
            time.sleep(600)
        case "whole":
            if not Path(payload["disk"]).is_dir():
                raise FileNotFoundError(payload["disk"])
    return {"letter": payload["content"]}


def letter(number: int, how: str, **more: str) -> Payload:
    return {"content": json.dumps({"letter_id": f"letter-{number}"}), "how": how, **more}


@pytest.fixture
def pool():
    made = RenderPool()
    yield made
    made.shutdown()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("refused", "content_sha256"),
        ("broken", "KeyError"),
        ("ended", "ended"),
    ],
)
def test_a_letter_that_fails_harms_no_other(how: str, code: str, pool: RenderPool):
    queued = [pool.submit(rendered, letter(n, how if n == 1 else "well")) for n in range(4)]

    with pytest.raises(PriorauthError) as raised:
        queued[1].result(60)

    assert raised.value.code == code
    assert "nobody may read" not in str(raised.value)
    assert [queued[n].result(60)["letter"] for n in (0, 2, 3)] == [
        letter(n, "well")["content"] for n in (0, 2, 3)
    ]


def test_a_letter_that_hangs_is_given_up_and_the_next_is_rendered():
    pool = RenderPool(patience=10)
    try:
        pool.submit(rendered, letter(0, "well")).result(60)
        hanging, after = (pool.submit(rendered, letter(n, how)) for n, how in HANGS)

        with pytest.raises(Unavailable) as raised:
            hanging.result(60)

        assert raised.value.code == "slow"
        assert after.result(60) == {"letter": letter(2, "well")["content"]}
    finally:
        pool.shutdown()


HANGS = ((1, "hangs"), (2, "well"))


def test_a_failing_letter_raises_one_alarm_and_is_rendered_after_the_fix(
    pool: RenderPool, tmp_path: Path
):
    wanted = letter(1, "whole", disk=str(tmp_path / "disk"))
    with capture_logs() as logged:
        for _ in range(3):
            with pytest.raises(Unavailable):
                pool.submit(rendered, wanted).result(60)
        (tmp_path / "disk").mkdir()
        assert pool.submit(rendered, wanted).result(60) == {"letter": wanted["content"]}
        pool.submit(rendered, wanted).result(60)

    assert [(line["event"], line["log_level"], line["letter_id"]) for line in logged] == [
        ("letter_not_rendered", "error", "letter-1"),
        ("letter_rendered_after_all", "info", "letter-1"),
    ]
    assert logged[0]["code"] == "FileNotFoundError"
    assert {key for line in logged for key in line} - {"log_level"} <= ALLOWED


def test_a_letter_that_fails_for_long_raises_the_alarm_and_is_rendered_after_the_fix(
    pool: RenderPool, tmp_path: Path
):
    seconds, arrived = [0.0], Queue[TaskResult]()
    tasks = TaskPool({"render": TaskKind(rendered, pool)}, arrived.put, lambda: seconds[0])
    wanted = letter(1, "whole", disk=str(tmp_path / "disk"))
    tasks.submit([OpenTask(CASE, "render", LETTER, 3, CASE, json.dumps(wanted), "", 1)])
    with capture_logs() as logged:
        for attempt in range(1, ALARM + 1):
            wait_for(lambda attempt=attempt: len(failures(logged)) == attempt)
            seconds[0] += pause(attempt)
            if attempt < ALARM:
                tasks.wake()
    assert tasks.failing() == {"render": 1}
    assert [(one.key, one.error) for one in tasks.alarms()] == [(LETTER, "FileNotFoundError")]
    assert failures(logged)[-1]["log_level"] == "error"

    (tmp_path / "disk").mkdir()
    tasks.wake()

    assert arrived.get(timeout=PATIENCE).result == {"letter": wanted["content"]}
    assert tasks.failing() == {"render": 0}


def wait_for(condition: Callable[[], bool]) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def failures(logged: Sequence[Any]) -> list[Any]:
    """The lines that a pool of tasks logs of failures."""
    return [line for line in logged if line["event"] == "effect_failed"]


def test_the_process_ends_with_the_pool(pool: RenderPool):
    pid = pool.submit(pid_of, {}).result(60)["pid"]
    assert runs(pid)

    pool.shutdown()

    assert not runs(pid)


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
