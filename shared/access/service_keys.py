"""The keys of a service: one random key for each use, and what each is called where it must be
named.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

NAMED = b"priorauth key id"
NAME_BYTES = 4


@dataclass(frozen=True, slots=True)
class SealKeys:
    """`seals`: the key of each reader of the service's own topic. `checks`: the keys of each topic
    of another producer's that the service reads, all that count.
    """

    seals: tuple[bytes, ...] = ()
    checks: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServiceKeys:
    """A service's own keys; empty where it has no use for one.

    `routing` turns members into lanes, `handover` marks what one lane hands to another, `numbers`
    makes authorization numbers, `salts` hides values behind their hashes in the audit log, `desk`
    signs what clinicians decide, `door` marks submissions that came in over HTTP.
    """

    routing: bytes = b""
    handover: bytes = b""
    numbers: bytes = b""
    salts: bytes = b""
    desk: bytes = b""
    door: bytes = b""
    pairs: SealKeys = SealKeys()

    def lasting(self) -> dict[str, str]:
        """The names of those keys that whatever was stored or published rests on."""
        keys = {
            "routing": self.routing,
            "handover": self.handover,
            "numbers": self.numbers,
            "door": self.door,
        }
        return {use: key_name(key) for use, key in keys.items() if key}


def key_name(key: bytes) -> str:
    """What a key is called (8 hexadecimal digits): it tells nothing of the key."""
    return hmac.digest(key, NAMED, "sha256")[:NAME_BYTES].hex()
