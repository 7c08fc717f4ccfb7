"""What a setting may look like: addresses of brokers, databases and services."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MOST_PORT = 65_535
HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
BROKER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")


class AddressForm(NamedTuple):
    """What a setting should be, and an example of it."""

    noun: str
    example: str


JWKS_FORM = AddressForm("file or HTTPS address", "/run/secrets/jwks.json or https://HOST/jwks.json")
HTTP_FORM = AddressForm("HTTP address", "http://HOST:PORT")
BROKER_FORM = AddressForm("Kafka address", "HOST:PORT, or several with commas between them")
DATABASE_FORM = AddressForm(
    "database address", "sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
)


def is_http(url: str) -> bool:
    """Whether a text is an HTTP address that requests can be sent to."""
    return _is_url(url) and urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).netloc)


def is_jwks(text: str) -> bool:
    """Whether a text is a file, or an address that nobody between can answer for."""
    if "://" not in text:
        return True
    host = urlsplit(text).hostname if is_http(text) else None
    return bool(host) and (text.startswith("https://") or host in LOOPBACK)


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
