"""The four services on a Kafka and a PostgreSQL that trust nobody, without containers: the same
scripts, files, rights and roles as the compose profile.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.testbed.keys import written
from benchmarks.testbed.tokens import trusting
from cli.services.credentials import vouch
from shared.access.database_address import database_address
from shared.access.local_issuer import local_issuer
from shared.kafka import acls, topics, users
from shared.kafka.cluster import Cluster
from shared.settings import SERVICES
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class SecuredStack:
    """Where everything is; `secrets` has a folder for each principal."""

    folder: Path
    broker: str
    admin_broker: str
    database_port: int
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def administrator(self) -> Cluster:
        """Who may do everything, by certificate on a listener of its own."""
        own = self.secrets / "admin"
        return Cluster(
            self.admin_broker,
            "ssl",
            ca_file=str(own / "ca.crt"),
            certificate_file=str(own / "kafka.crt"),
            key_file=str(own / "kafka.key"),
        )

    def cluster(self, principal: str) -> Cluster:
        """Kafka as a principal reaches it."""
        own = self.secrets / principal
        return Cluster(
            self.broker,
            "sasl_ssl",
            ca_file=str(own / "ca.crt"),
            user=principal,
            password=(own / "kafka.password").read_text().strip(),
        )

    def database(self, role: str, name: str) -> str:
        """A database as a role reaches it, whole with its password."""
        settings = self.database_settings(role, name)
        return database_address(settings["PRIORAUTH_DATABASE_URL"], settings.get)

    def database_settings(self, role: str, name: str) -> dict[str, str]:
        """The settings of a process that reaches a database as a role."""
        own = self.secrets / role
        return {
            "PRIORAUTH_DATABASE_URL": f"postgresql://{role}@127.0.0.1:{self.database_port}/{name}",
            "PRIORAUTH_DATABASE_PASSWORD_FILE": str(own / "database.password"),
            "PRIORAUTH_DATABASE_CA_FILE": str(own / "ca.crt"),
        }

    def settings(self, service: str) -> dict[str, str]:
        """The environment of a service."""
        own = self.secrets / service
        return {
            **os.environ,
            **self.database_settings(service, service),
            "PRIORAUTH_BROKER": self.broker,
            "PRIORAUTH_KAFKA_PROTOCOL": "sasl_ssl",
            "PRIORAUTH_KAFKA_CA_FILE": str(own / "ca.crt"),
            "PRIORAUTH_KAFKA_USER": service,
            "PRIORAUTH_KAFKA_PASSWORD_FILE": str(own / "kafka.password"),
            "PRIORAUTH_STATE": str(self.folder / "state" / service),
            "PRIORAUTH_KEYS": str(written(self.folder / "keys")),
            **trusting(local_issuer(self.folder)),
        }

    def start(self, service: str) -> None:
        """Starts a service; its output goes to a file."""
        with (self.folder / f"{service}.log").open("wb") as log:
            self.processes[service] = subprocess.Popen(
                [sys.executable, "-m", f"services.{service}"],
                env=self.settings(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def wait_ready(self, service: str) -> None:
        """Waits until a service works."""
        port, deadline = self.folder / "state" / service / f"{service}.port", PATIENCE
        begun = time.monotonic()
        while time.monotonic() - begun < deadline:
            if port.exists():
                self.urls[service] = f"http://127.0.0.1:{port.read_text().strip()}"
                vouch(self.urls[service], self.folder)
                if _ready(self.urls[service]):
                    return
            if self.processes[service].poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError((self.folder / f"{service}.log").read_text()[-4000:])

    def stop(self) -> None:
        """Ends the services."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def secured() -> Iterator[SecuredStack]:
    """Everything up and ready; stopped and removed afterwards."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="secured-", dir=ROOT / ".cache"))
    folder.chmod(0o755)  # PostgreSQL runs as its own user
    secrets = folder / "secrets"
    subprocess.run(
        [sys.executable, str(ROOT / "deploy/secure/make_secrets.py"), str(secrets)], check=True
    )
    try:
        with ThreadPoolExecutor(2) as both:
            kafka = both.submit(script, "kafka", "start", folder / "kafka", secrets)
            postgres = both.submit(script, "postgres", "start", folder / "postgres", secrets)
        addresses = kafka.result()
        postgres.result()
        stack = SecuredStack(
            folder,
            addresses["PRIORAUTH_BROKER"],
            addresses["PRIORAUTH_ADMIN_BROKER"],
            int((folder / "postgres" / "port").read_text()),
        )
        try:
            yield _provisioned(stack)
        finally:
            stack.stop()
    finally:
        for name in ("postgres", "kafka"):
            if (folder / name).exists():
                script(name, "stop", folder / name, secrets)
        shutil.rmtree(folder, ignore_errors=True)


def _provisioned(stack: SecuredStack) -> SecuredStack:
    """As compose's jobs do it: topics, passwords and rights by the administrator, tables by their
    owner; then the services.
    """
    topics.apply(stack.administrator)
    users.apply(stack.administrator, stack.secrets / "admin" / "users")
    acls.apply(stack.administrator)
    subprocess.run(
        [sys.executable, "-m", "cli.main", "migrate"],
        env={**os.environ, **stack.database_settings("owner", "{service}")},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for service in SERVICES:
        stack.start(service)
    for service in SERVICES:
        stack.wait_ready(service)
    return stack


def script(name: str, action: str, folder: Path, secrets: Path) -> dict[str, str]:
    """Runs one of deploy's scripts; the environment lines that it printed."""
    done = subprocess.run(
        [str(ROOT / "deploy" / f"{name}-local.sh"), action, str(folder)],
        env={**os.environ, "SECRETS": str(secrets), "KAFKA_HEAP": "384m"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def _ready(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
