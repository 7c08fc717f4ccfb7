"""Keys for runs that nobody outside reads: the same each time, so that requests can be written to
the lanes that intake would bring them to.
"""

from __future__ import annotations

import base64
from functools import cache
from hashlib import sha256
from pathlib import Path

from shared.access.key_files import create
from shared.access.key_folder import USES, key_path, pair_use, pairs
from shared.access.service_keys import SealKeys, ServiceKeys
from shared.events.catalogue import PRODUCERS, SEALED_BY_DOOR
from shared.lanes.seals import SealCheck, Sealer


def key_of(use: str) -> bytes:
    """The key for a use."""
    return sha256(f"priorauth test {use}".encode()).digest()


ROUTING = key_of("routing")


def keys_of(service: str) -> ServiceKeys:
    """A service's keys."""
    topics = {producer: topic for topic, producer in PRODUCERS.items()}
    seals = tuple(key_of(pair_use(*pair)) for pair in pairs() if pair[0] == service)
    checks = {topics[pair[0]]: (key_of(pair_use(*pair)),) for pair in pairs() if pair[1] == service}
    for topic, producer in SEALED_BY_DOOR.get(service, {}).items():
        checks[topic] = checks[topics[producer]]
    own = {use: key_of(use) for use in USES[service]}
    return ServiceKeys(**own, pairs=SealKeys(seals, checks))


@cache
def sealer_of(service: str) -> Sealer:
    """How a service seals what it publishes."""
    topics = {producer: topic for topic, producer in PRODUCERS.items()}
    return Sealer(topics[service], keys_of(service).pairs.seals)


@cache
def check_of(service: str) -> SealCheck:
    """How a service checks what it reads."""
    return SealCheck(keys_of(service).pairs.checks, required=True)


def written(folder: Path) -> Path:
    """The folder, with the keys of all services in it as files."""
    for service, uses in USES.items():
        named = [pair_use(*pair) for pair in pairs() if service in pair]
        for use in (*uses, *named):
            path = key_path(folder, service, use)
            if not path.exists():
                create(path, base64.b64encode(key_of(use)).decode())
    return folder
