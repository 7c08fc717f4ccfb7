"""The only place that reads the environment: every setting is `PRIORAUTH_*`, and the defaults run
on one machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

SERVICES = ("intake", "criteria", "letters", "audit")
DEFAULT_BROKER = "127.0.0.1:9092"
DEVELOPMENT_KEY = "priorauth-development-lane-key-not-for-production"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a process finds its broker, its store and its folder, and how it names itself.

    Tools find services at `urls`, topics get `replication` copies.
    """

    broker: str
    database_url: str
    state: Path
    http_host: str
    http_port: int
    instance: str
    lane_key: bytes
    embedded: bool
    log_level: str
    batch_records: int
    render: bool
    replication: int = 1
    urls: dict[str, str] = field(default_factory=dict)


def load(service: str = "") -> Settings:
    """The settings of a service's process (or of a tool's, without a service) from `PRIORAUTH_*`.

    `DATABASE_URL` is `sqlite:///...` or `postgresql://...`; without it each service has a SQLite
    file in `STATE`.
    """
    get = os.environ.get
    state = Path(get("PRIORAUTH_STATE", ".priorauth"))
    return Settings(
        broker=get("PRIORAUTH_BROKER", DEFAULT_BROKER),
        database_url=get("PRIORAUTH_DATABASE_URL", f"sqlite:///{state}/{service or 'tool'}.sqlite"),
        state=state,
        http_host=get("PRIORAUTH_HTTP_HOST", "127.0.0.1"),
        http_port=int(get("PRIORAUTH_HTTP_PORT", "0")),
        instance=get("PRIORAUTH_INSTANCE", f"{service}-0"),
        lane_key=get("PRIORAUTH_LANE_KEY", DEVELOPMENT_KEY).encode(),
        embedded=get("PRIORAUTH_EMBEDDED", "") == "1",
        log_level=get("PRIORAUTH_LOG_LEVEL", "info"),
        batch_records=int(get("PRIORAUTH_BATCH_RECORDS", "2000")),
        render=get("PRIORAUTH_RENDER", "1") == "1",
        replication=int(get("PRIORAUTH_REPLICATION", "1")),
        urls={name: url for name in SERVICES if (url := get(f"PRIORAUTH_{name.upper()}_URL"))},
    )


def environment_of(changes: dict[str, str]) -> dict[str, str]:
    """The environment of this process for a child of it, with `PRIORAUTH_*` changes; an empty value
    removes a setting.
    """
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value or name not in changes}
