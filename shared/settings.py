"""The only place that reads the environment: every setting is `PRIORAUTH_*`, and the defaults run
on one machine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.access.database_address import database_address
from shared.errors import Impossible
from shared.json_bounds import MAX_VALUE
from shared.kafka.cluster import Cluster, cluster_of

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
SERVICES = ("intake", "criteria", "letters", "audit")
DEFAULT_BROKER = "127.0.0.1:9092"
MOST_PORT = 65_535
MAX_NATIVE_BYTES = 1024 * 1024
BROKER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
DEVELOPMENT_KEY = "priorauth-development-lane-key-not-for-production"


class AddressForm(NamedTuple):
    """What a setting should be, and an example of it."""

    noun: str
    example: str


HTTP_FORM = AddressForm("HTTP address", "http://HOST:PORT")
BROKER_FORM = AddressForm("Kafka address", "HOST:PORT, or several with commas between them")
DATABASE_FORM = AddressForm(
    "database address", "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a process finds its broker, its store and its folder, and how it names itself.

    Tools find services at `urls`, topics get `replication` copies.
    """

    broker: str
    database_url: str = field(repr=False)
    state: Path
    http_host: str
    http_port: int
    instance: str
    lane_key: bytes = field(repr=False)
    embedded: bool
    log_level: str
    batch_records: int
    render: bool
    replication: int = 1
    max_native_bytes: int = MAX_NATIVE_BYTES
    urls: dict[str, str] = field(default_factory=dict)
    kafka: Cluster = field(default_factory=partial(Cluster, DEFAULT_BROKER))

    @property
    def cluster(self) -> Cluster:
        """The broker, and how this process proves to it who it is."""
        return replace(self.kafka, address=self.broker)


def load(service: str = "") -> Settings:
    """The settings of a service's process (or of a tool's, without a service) from `PRIORAUTH_*`.

    `DATABASE_URL` is `sqlite:///...` or `postgresql://...`; without it each service has a SQLite
    file in `STATE`.
    """
    state = Path(_text("PRIORAUTH_STATE", ".priorauth"))
    broker = _fitting("PRIORAUTH_BROKER", DEFAULT_BROKER, is_broker, BROKER_FORM)
    return Settings(
        broker=broker,
        kafka=cluster_of(broker, _text),
        database_url=database_address(
            _fitting(
                "PRIORAUTH_DATABASE_URL",
                f"sqlite:///{state}/{service or 'tool'}.sqlite",
                is_database,
                DATABASE_FORM,
            ),
            _text,
        ),
        state=state,
        http_host=_text("PRIORAUTH_HTTP_HOST", "127.0.0.1"),
        http_port=_whole("PRIORAUTH_HTTP_PORT", 0, least=0, most=MOST_PORT),
        instance=_text("PRIORAUTH_INSTANCE", f"{service}-0"),
        lane_key=_text("PRIORAUTH_LANE_KEY", DEVELOPMENT_KEY).encode(),
        embedded=_switch("PRIORAUTH_EMBEDDED", "0"),
        log_level=_level(_text("PRIORAUTH_LOG_LEVEL", "info")),
        batch_records=_whole("PRIORAUTH_BATCH_RECORDS", 2_000),
        render=_switch("PRIORAUTH_RENDER", "1"),
        replication=_whole("PRIORAUTH_REPLICATION", 1, most=32_767),
        max_native_bytes=_whole(
            "PRIORAUTH_MAX_NATIVE_BYTES", MAX_NATIVE_BYTES, least=1_000, most=MAX_VALUE
        ),
        urls={
            service: url
            for service in SERVICES
            if (url := _fitting(f"PRIORAUTH_{service.upper()}_URL", "", is_http, HTTP_FORM))
        },
    )


def is_http(url: str) -> bool:
    """Whether a text is an HTTP address that requests can be sent to."""
    return _is_url(url) and urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).netloc)


def is_broker(text: str) -> bool:
    """Whether a text is one or more Kafka addresses."""
    ports = [BROKER.fullmatch(part.strip()) for part in text.split(",")]
    return all(found and int(found["port"] or 0) <= MOST_PORT for found in ports)


def is_database(url: str) -> bool:
    """Whether a text is the address of a SQLite file or of a PostgreSQL database.

    Two connections would each have a memory of their own, so SQLite in memory is none.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return rest.startswith("/") and rest not in {"/", "/:memory:"}
    return scheme in {"postgresql", "postgresql+psycopg"} and _is_url(url)


def _is_url(text: str) -> bool:
    try:
        # A port that is none raises where it is asked for.
        return urlsplit(text).port != 0 and not any(c.isspace() for c in text)
    except ValueError:
        return False


def _text(name: str, default: str) -> str:
    """A setting; the default where it is not set or empty."""
    text = os.environ.get(name) or default
    try:
        text.encode()
    except UnicodeEncodeError as error:
        # The value is not quoted: it may be a secret, and no terminal can show it.
        raise Impossible(
            f"{name} is not UTF-8.", code="setting", remedy="Set it to UTF-8 text, or unset it."
        ) from error
    return text


def _fitting(name: str, default: str, fits: Callable[[str], bool], form: AddressForm) -> str:
    """A setting that has a form. Its value is not quoted: addresses contain passwords."""
    text = _text(name, default)
    if text != default and not fits(text):
        raise Impossible(
            f"{name} is no {form.noun}.",
            code="setting",
            remedy=f"Set it to {form.example}, or unset it.",
        )
    return text


def _switch(name: str, default: str) -> bool:
    """A setting that is on (1) or off (0)."""
    text = _text(name, default)
    if text not in {"0", "1"}:
        raise Impossible(
            f"{name} is neither 1 nor 0.",
            code="setting",
            remedy=f"Set {name}={default}, which is the default, or unset it.",
        )
    return text == "1"


def _whole(name: str, default: int, *, least: int = 1, most: int = 1_000_000) -> int:
    """A whole number from a setting; the default where it is not set."""
    text = _text(name, str(default))
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise Impossible(
            f"{name} must be a whole number from {least} to {most}.",
            code="setting",
            remedy=f"Set {name}={default}, which is the default, or unset it.",
        )
    return int(text)


def _level(text: str) -> str:
    """A level of logging."""
    if text.lower() not in LOG_LEVELS:
        raise Impossible(
            "PRIORAUTH_LOG_LEVEL is not a valid log level.",
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
