"""Inclusion and consistency proofs of RFC 6962 section 2.1: made from the roots of full subtrees,
and checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from services.audit.log.merkle import WIDTH, Frontier, node_hash, root

Node = Callable[[int, int], bytes]
"""(level, i) -> the root of the full subtree over leaves `i * 2**level` up to `(i + 1) * 2**level`.
"""


def range_hash(begin: int, end: int, node: Node) -> bytes:
    """The root over leaves `begin` up to `end`, where `begin` is a multiple of the power of two
    that spans the range.
    """
    peaks: list[bytes] = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        peaks.insert(0, node(level, begin >> level))
        begin += 1 << level
    return root(Frontier(len(peaks), tuple(peaks)))


def inclusion(n: int, size: int, node: Node) -> list[bytes]:
    """The siblings on the way from leaf `n` to the root of a tree of `size` leaves.

    Raises ValueError for a leaf outside it.
    """
    if not 0 <= n < size:
        raise ValueError("the tree has no such leaf")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if n < middle:
            proof.insert(0, range_hash(middle, end, node))
            end = middle
        else:
            proof.insert(0, range_hash(begin, middle, node))
            begin = middle
    return proof


def consistency(old: int, size: int, node: Node) -> list[bytes]:
    """What shows that the first `old` of `size` leaves are still as they were.

    Raises ValueError unless `0 < old <= size`.
    """
    if not 0 < old <= size:
        raise ValueError("no proof from an empty tree or from a larger one")
    proof: list[bytes] = []
    begin, end = 0, size
    while old < end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.insert(0, range_hash(middle, end, node))
            end = middle
        else:
            proof.insert(0, range_hash(begin, middle, node))
            begin = middle
    return proof if begin == 0 else [range_hash(begin, end, node), *proof]


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def included(leaf: bytes, at: tuple[int, int], proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether the proof leads from a leaf hash, `at` (index, tree size), to the expected root."""
    n, size = at
    if not 0 <= n < size or not _hashes((leaf, expected, *proof)):
        return False
    inner = (n ^ (size - 1)).bit_length()
    if len(proof) != inner + (n >> inner).bit_count():
        return False
    return _climb(leaf, n, proof, inner) == expected


def consistent(sizes: tuple[int, int], roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> bool:
    """Whether the tree of `sizes[1]` leaves grew out of the one of `sizes[0]`; from an empty tree
    nothing can be shown.
    """
    (old, new), (before, after) = sizes, roots
    if old == new > 0:
        return not proof and before == after
    if not 0 < old < new or not _hashes((before, after, *proof)):
        return False
    whole = (old & -old).bit_length() - 1
    inner = ((old - 1) ^ (new - 1)).bit_length() - whole
    last = (old - 1) >> whole
    start, steps = (before, proof) if old == 1 << whole else (proof[0] if proof else b"", proof[1:])
    if len(steps) != inner + (last >> inner).bit_count() or not start:
        return False
    return _climb(start, last, steps, inner) == after and _left(start, last, steps, inner) == before


def _climb(found: bytes, n: int, steps: Sequence[bytes], inner: int) -> bytes:
    """The root over a node, its siblings on both sides up to height `inner`, and those to its left
    above.
    """
    for height, sibling in enumerate(steps):
        left = height >= inner or n >> height & 1
        found = node_hash(sibling, found) if left else node_hash(found, sibling)
    return found


def _left(found: bytes, n: int, steps: Sequence[bytes], inner: int) -> bytes:
    """The root over a node and the siblings to its left only: the tree as it was when the node was
    its last.
    """
    for height, sibling in enumerate(steps):
        if height >= inner or n >> height & 1:
            found = node_hash(sibling, found)
    return found


def _hashes(values: Iterable[bytes]) -> bool:
    """Whether all of them are as long as a SHA-256 hash."""
    return all(len(value) == WIDTH for value in values)
