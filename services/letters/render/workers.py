"""The process that renders letters, one at a time, so that a letter that fails, hangs or ends its
process takes no other with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any

import structlog

from shared.errors import PriorauthError, Unavailable

log = structlog.get_logger()
SPAWN = get_context("spawn")
PATIENCE = 60.0
"""Seconds that a letter may take: thousands of times what one takes."""
ENDING = 5.0
"""Seconds that a process may take to end."""

Payload = dict[str, Any]
Effect = Callable[[Payload], Payload]


class RenderPool(ThreadPoolExecutor):
    """Renders in one process, which is replaced when it ended or did not answer in time.

    A letter that could not be rendered is logged by id when it fails first and when it is rendered
    after all; its task stays open and is tried again by the lanes, also after a restart.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        super().__init__(1, "render")
        self._patience = patience
        self._worker: RenderWorker | None = None
        self._failing: set[str] = set()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queues a letter; `fn` takes the task's payload, and both can be pickled."""
        return super().submit(self._rendered, fn, *args, **kwargs)

    def shutdown(  # an executor's signature
        self,
        wait: bool = True,  # noqa: FBT001, FBT002
        *,
        cancel_futures: bool = False,
    ) -> None:
        """Ends the process after the letter that it renders."""
        super().shutdown(wait, cancel_futures=cancel_futures)
        self._replace()

    def _rendered(self, effect: Effect, payload: Payload) -> Payload:
        """What the effect returned; raises what it raised."""
        self._worker = self._worker or RenderWorker()
        try:
            result, error = self._worker.run(effect, payload, self._patience)
        except Unavailable as trouble:
            self._replace()
            result, error = {}, trouble
        self._note(payload, error)
        if error is not None:
            raise error
        return result

    def _replace(self) -> None:
        """Ends the process; the next letter gets a new one."""
        if self._worker is not None:
            self._worker.end()
            self._worker = None

    def _note(self, payload: Payload, error: PriorauthError | None) -> None:
        """Says once that a letter failed, and once that it does not any more."""
        if error is None and not self._failing:
            return
        letter = _letter_id(payload)
        if error is None and letter in self._failing:
            self._failing.discard(letter)
            log.info("letter_rendered_after_all", letter_id=letter)
        elif error is not None and letter not in self._failing:
            self._failing.add(letter)
            log.error(
                "letter_not_rendered",
                letter_id=letter,
                error=type(error).__name__,
                code=error.code,
                count=len(self._failing),
            )


class RenderWorker:
    """A process and the pipe to it."""

    def __init__(self) -> None:
        self._pipe, theirs = SPAWN.Pipe()
        self._process = SPAWN.Process(target=_work, args=(theirs,), name="render", daemon=True)
        self._process.start()
        theirs.close()

    def run(
        self, effect: Effect, payload: Payload, patience: float
    ) -> tuple[Payload, PriorauthError | None]:
        """What came of one letter; raises `Unavailable` when the process ended or took too long."""
        try:
            self._pipe.send((effect, payload))
            if self._pipe.poll(patience):
                made: tuple[Payload, PriorauthError | None] = self._pipe.recv()
                return made
        except (EOFError, OSError):
            raise Unavailable("The process that renders letters ended.", code="ended") from None
        raise Unavailable("A letter took too long to render.", code="slow")

    def end(self) -> None:
        """Ends the process, which waits for the next letter, hangs, or has ended."""
        self._pipe.close()
        self._process.kill()
        self._process.join(ENDING)


def end_with_parent() -> None:
    """Ends this worker when the service's process ends, however it does.

    Even while a letter is rendered, and nobody looks at the pipe.
    """
    service = parent_process()
    if service is not None:
        Thread(target=_end_after, args=(service.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)


def _work(pipe: Connection[Any, Any]) -> None:
    """Renders what comes until the pipe is closed; an interrupt is the service's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    with contextlib.suppress(EOFError, OSError):
        while True:
            effect, payload = pipe.recv()
            pipe.send(_outcome(effect, payload))


def _outcome(effect: Effect, payload: Payload) -> tuple[Payload, PriorauthError | None]:
    """What the effect returned, or what is wrong with the letter; of a stranger's error only the
    name, for its text may quote the letter.
    """
    try:
        return effect(payload), None
    except PriorauthError as error:
        return {}, error
    except Exception as error:  # noqa: BLE001 -- whatever is wrong with a letter concerns it alone
        return {}, Unavailable("A letter could not be rendered.", code=type(error).__name__)


def _letter_id(payload: Payload) -> str:
    """The id in a letter's content; without one, nothing that could tell of a person."""
    try:
        return str(json.loads(payload["content"])["letter_id"])
    except (KeyError, TypeError, ValueError):
        return "unknown"
