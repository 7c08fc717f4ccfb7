"""Where the keys of services lie: a folder for each service, so that each can be given its own and
no other; in it a file for each use.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shared.access.key_files import create, fresh, replace_key, secret, secrets_in
from shared.access.service_keys import SealKeys, ServiceKeys
from shared.errors import Impossible
from shared.events.catalogue import CONSUMES, PRODUCERS, SEALED_BY_DOOR

USES: dict[str, tuple[str, ...]] = {
    "intake": ("routing", "handover", "door"),
    "criteria": ("numbers", "handover", "desk"),
    "letters": ("handover",),
    "audit": ("salts",),
}
"""What each service has a key of its own for, besides seals."""


class KeyFile(NamedTuple):
    """A key's file and the services that read it."""

    path: Path
    readers: tuple[str, ...]
    new: bool


def key_path(folder: Path, service: str, use: str) -> Path:
    """The file of a service's key."""
    return folder / service / f"{use}.key"


def pair_use(producer: str, reader: str) -> str:
    """What the key is called with which a producer seals for a reader."""
    return f"seal-{producer}-{reader}"


def pairs() -> Iterator[tuple[str, str]]:
    """Each producer with each service that reads its topic."""
    for reader, topics in CONSUMES.items():
        yield from ((PRODUCERS[topic], reader) for topic in topics if topic in PRODUCERS)


def make_keys(folder: Path) -> list[KeyFile]:
    """Makes all keys that are missing; none that is there is touched.

    Processes that do so at once come to the same keys. Raises what `secret` raises.
    """
    files = [
        _made(key_path(folder, service, use), (service,))
        for service, uses in USES.items()
        for use in uses
    ]
    for producer, reader in pairs():
        use = pair_use(producer, reader)
        file = _made(key_path(folder, producer, use), (producer, reader))
        copy = key_path(folder, reader, use)
        if not copy.exists():
            create(copy, file.path.read_text("ascii").strip())
        files.append(file)
    return files


def add_key(folder: Path, producer: str, reader: str) -> None:
    """First step of another key for a pair: the reader takes it besides the one in use."""
    use = pair_use(producer, reader)
    path = _present(folder, reader, use)
    keys = _lines(path)
    replace_key(path, (*keys, fresh()))


def use_key(folder: Path, producer: str, reader: str) -> None:
    """Second step: the producer seals with the reader's newest key."""
    use = pair_use(producer, reader)
    newest = _lines(_present(folder, reader, use))[-1]
    replace_key(_present(folder, producer, use), (newest,))


def drop_keys(folder: Path, producer: str, reader: str) -> None:
    """Last step: the reader takes the producer's key alone."""
    use = pair_use(producer, reader)
    replace_key(_present(folder, reader, use), _lines(_present(folder, producer, use)))


def _lines(path: Path) -> tuple[str, ...]:
    secrets_in(path, make=False)
    return tuple(path.read_text("ascii").split())


def _made(path: Path, readers: tuple[str, ...]) -> KeyFile:
    new = not path.exists()
    secret(path, make=True)
    return KeyFile(path, readers, new)


def service_keys(folder: Path, service: str) -> ServiceKeys:
    """A service's keys. Raises `Impossible` for one that is missing, too simple, or readable by
    others.
    """
    own = {use: secret(_present(folder, service, use), make=False) for use in USES[service]}
    seals, checks = [], {}
    topics = {producer: topic for topic, producer in PRODUCERS.items()}
    for producer, reader in pairs():
        if service in {producer, reader}:
            keys = secrets_in(_present(folder, service, pair_use(producer, reader)), make=False)
            if service == producer:
                seals.append(keys[0])
            else:
                checks[topics[producer]] = keys
    for topic, producer in SEALED_BY_DOOR.get(service, {}).items():
        checks[topic] = checks[topics[producer]]
    return ServiceKeys(**own, pairs=SealKeys(tuple(seals), checks))


def _present(folder: Path, service: str, use: str) -> Path:
    path = key_path(folder, service, use)
    if not path.exists():
        raise Impossible(
            f"The {service} service has no key {use} ({path}).",
            code="key",
            remedy=f"Make what is missing: priorauth keys make {folder}",
        )
    return path
