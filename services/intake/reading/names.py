"""The names under which what is sent later finds the case of what was sent before."""

from __future__ import annotations

import hashlib


def request_alias(sender: str, member: str, content_sha256: str) -> str:
    """The name of a case while it is open, by a request that belongs to it: the same sender sending
    the same for the same member means the same case.

    It tells none of the three, and no two triples make one name: each part is led by its length.
    """
    parts = b"".join(f"{len(part)}:{part}".encode() for part in (sender, member, content_sha256))
    return f"request:{hashlib.sha256(parts).hexdigest()}"
