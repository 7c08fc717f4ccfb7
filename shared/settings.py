"""The only place that reads the environment: every setting is `PRIORAUTH_*`, and the defaults run
on one machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import Impossible

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
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
        http_port=_whole("PRIORAUTH_HTTP_PORT", 0, least=0, most=65_535),
        instance=get("PRIORAUTH_INSTANCE", f"{service}-0"),
        lane_key=get("PRIORAUTH_LANE_KEY", DEVELOPMENT_KEY).encode(),
        embedded=get("PRIORAUTH_EMBEDDED", "") == "1",
        log_level=_level(get("PRIORAUTH_LOG_LEVEL", "info")),
        batch_records=_whole("PRIORAUTH_BATCH_RECORDS", 2_000),
        render=get("PRIORAUTH_RENDER", "1") == "1",
        replication=_whole("PRIORAUTH_REPLICATION", 1, most=32_767),
        urls={name: url for name in SERVICES if (url := get(f"PRIORAUTH_{name.upper()}_URL"))},
    )


def _whole(name: str, default: int, *, least: int = 1, most: int = 1_000_000) -> int:
    """A whole number from a setting; the default where it is not set."""
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise Impossible(
            f"{name} is no whole number from {least} to {most}.",
            code="setting",
            remedy=f"Set {name}={default}, which is the default, or unset it.",
        )
    return int(text)


def _level(text: str) -> str:
    """A level of logging."""
    if text.lower() not in LOG_LEVELS:
        raise Impossible(
            "PRIORAUTH_LOG_LEVEL is no level of logging.",
            code="setting",
            remedy=f"Set it to one of {', '.join(LOG_LEVELS)}.",
        )
    return text.lower()


def environment_of(changes: dict[str, str]) -> dict[str, str]:
    """The environment of this process for a child of it, with `PRIORAUTH_*` changes; an empty value
    removes a setting.
    """
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value or name not in changes}
