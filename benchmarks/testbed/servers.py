"""The broker and the database of a run: those that the settings name, else a Kafka and a PostgreSQL
of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from benchmarks.testbed.machine import listening_pid

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Servers:
    """Addresses; `postgres` may create databases.

    `folder` is where servers of our own live; it is None for those that the settings name.
    """

    broker: str
    postgres: str
    folder: Path | None = None

    @property
    def started_here(self) -> bool:
        """Whether they are the run's own, to be killed and started again as it likes."""
        return self.folder is not None

    def pids(self) -> dict[str, int | None]:
        """The processes whose cost belongs to a run, None where they cannot be seen from here."""
        return {
            "broker": listening_pid(int(self.broker.rpartition(":")[2])),
            "database": listening_pid(urlsplit(self.postgres).port or 5432),
        }

    def described(self) -> dict[str, str]:
        """What answered, and whether it was started for the run."""
        whose = "started for this run" if self.started_here else "named by the settings"
        with psycopg.connect(self.postgres) as connection:
            version = connection.info.server_version
        return {
            "broker": f"Kafka at {self.broker}, {whose}",
            "database": f"PostgreSQL {version // 10_000}.{version % 10_000}, {whose}",
        }


@contextmanager
def servers() -> Iterator[Servers]:
    """`PRIORAUTH_BROKER` and `PRIORAUTH_BENCH_POSTGRES` if both are set; else fresh ones, stopped
    and removed afterwards.
    """
    broker, postgres = (
        os.environ.get("PRIORAUTH_BROKER"),
        os.environ.get("PRIORAUTH_BENCH_POSTGRES"),
    )
    if broker and postgres:
        yield Servers(broker, postgres)
        return
    (ROOT / ".cache").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / ".cache"))
    folder.chmod(0o755)  # PostgreSQL runs as its own user
    try:
        kafka = script("kafka", "start", folder / "kafka")
        database = script("postgres", "start", folder / "postgres")
        yield Servers(kafka["PRIORAUTH_BROKER"], database["PRIORAUTH_POSTGRES_URL"], folder)
    finally:
        for name in ("postgres", "kafka"):
            if (folder / name).exists():
                script(name, "stop", folder / name)
        shutil.rmtree(folder, ignore_errors=True)


def script(name: str, action: str, folder: Path) -> dict[str, str]:
    """Runs one of deploy's scripts; the environment lines that it printed."""
    done = subprocess.run(
        [str(ROOT / "deploy" / f"{name}-local.sh"), action, str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


@contextmanager
def databases(postgres: str, names: list[str]) -> Iterator[dict[str, str]]:
    """Fresh databases and their URLs; dropped afterwards."""
    parts = urlsplit(postgres)
    for name in names:
        _execute(postgres, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield {name: urlunsplit(parts._replace(path=f"/{name}")) for name in names}
    finally:
        for name in names:
            _execute(
                postgres, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _execute(postgres: str, statement: sql.Composed) -> None:
    """Over a connection of its own: the server may have been started again since the last one."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(statement)
