"""A database's address with what must not stand in it: the password from a file, and which
authority the server's certificate must come from.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from shared.access.password_files import password, readable
from shared.errors import Impossible

PASSWORD, AUTHORITY = "PRIORAUTH_DATABASE_PASSWORD_FILE", "PRIORAUTH_DATABASE_CA_FILE"
CHECKED = "verify-full"
"""The one mode of libpq in which a server must prove to be the one that was named."""


def database_address(url: str, read: Callable[[str, str], str]) -> str:
    """The address with the password and the authority of the settings, which `read` gives by name
    and default. Raises `Impossible` for what would be ignored.
    """
    file, authority = read(PASSWORD, ""), read(AUTHORITY, "")
    if url.startswith("sqlite") and (file or authority):
        raise _meant_for_nothing(PASSWORD if file else AUTHORITY, "SQLite has neither user nor TLS")
    if file:
        url = _with_password(url, password(file, PASSWORD))
    return _with_authority(url, readable(authority, AUTHORITY)) if authority else url


def _with_password(url: str, secret: str) -> str:
    parts = urlsplit(url)
    if parts.username is None or parts.password is not None:
        raise _meant_for_nothing(PASSWORD, "PRIORAUTH_DATABASE_URL has no user, or a password too")
    user, _, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(secret, safe='')}@{host}").geturl()


def _with_authority(url: str, file: str) -> str:
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    if given.keys() & {"sslmode", "sslrootcert"}:
        raise _meant_for_nothing(AUTHORITY, "PRIORAUTH_DATABASE_URL says how to use TLS as well")
    query = urlencode(given | {"sslmode": CHECKED, "sslrootcert": file}, safe="/")
    return parts._replace(query=query).geturl()


def _meant_for_nothing(name: str, why: str) -> Impossible:
    return Impossible(
        f"{name} cannot be used: {why}.",
        code="setting",
        remedy=f"Unset {name}, or correct PRIORAUTH_DATABASE_URL.",
    )
