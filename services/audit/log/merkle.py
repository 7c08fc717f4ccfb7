"""Merkle trees of RFC 6962 section 2.1 (RFC 9162 section 2.1): growth from a compact frontier, and
the roots of what has grown.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

WIDTH = 32
EMPTY = sha256(b"").digest()
KEPT = (8, 16, 24, 32, 40)
"""Levels whose full subtrees are worth keeping: the hashes of tlog-tiles, 256 to a tile."""


class Frontier(NamedTuple):
    """What a tree needs to grow: its number of leaves and the roots of its full subtrees, the
    smallest first.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()


class Subtree(NamedTuple):
    """A full subtree: it covers leaves `i * 2**level` up to `(i + 1) * 2**level`."""

    level: int
    i: int
    hash: bytes


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf, in a domain of its own."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node, in a domain of its own."""
    return sha256(b"\x01" + left + right).digest()


def extend(tree: Frontier, leaves: Sequence[bytes]) -> tuple[Frontier, list[Subtree]]:
    """The tree with more leaf hashes, and the subtrees of the `KEPT` levels that became full.

    Works level by level over the whole batch: one hash a leaf on average, and O(log n) besides.
    """
    old, row, waiting = tree.size, list(leaves), list(reversed(tree.peaks))
    peaks: list[bytes] = []
    full: list[Subtree] = []
    level = 0
    while row or waiting:
        if level in KEPT:
            full += [Subtree(level, (old >> level) + i, found) for i, found in enumerate(row)]
        if old >> level & 1:
            row.insert(0, waiting.pop())
        if len(row) & 1:
            peaks.append(row.pop())
        row = _pairs(row)
        level += 1
    return Frontier(old + len(leaves), tuple(peaks)), full


def _pairs(row: list[bytes]) -> list[bytes]:
    """The next level up."""
    each = iter(row)
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(each, each, strict=True)]


def root(tree: Frontier) -> bytes:
    """The root hash of the tree; of an empty one, the hash of nothing."""
    if not tree.peaks:
        return EMPTY
    found, *rest = tree.peaks
    for peak in rest:
        found = node_hash(peak, found)
    return found


def pack(tree: Frontier) -> bytes:
    """The frontier as bytes: eight of size, big-endian, then 32 for each peak."""
    return tree.size.to_bytes(8, "big") + b"".join(tree.peaks)


def unpack(packed: bytes | None) -> Frontier:
    """The frontier that `pack` wrote; nothing is the empty tree.

    Raises ValueError on other bytes.
    """
    if not packed:
        return Frontier()
    size = int.from_bytes(packed[:8], "big")
    peaks = tuple(packed[at : at + WIDTH] for at in range(8, len(packed), WIDTH))
    if len(packed) != 8 + WIDTH * size.bit_count():
        raise ValueError("not a frontier: its length does not fit its size")
    return Frontier(size, peaks)
