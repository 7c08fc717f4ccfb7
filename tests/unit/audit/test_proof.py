"""The Merkle trees against the published vectors, and against themselves."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.audit.log import merkle, proof

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962"
CASES = sorted(VECTORS.rglob("*/**/*.json"))


def vector(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text()))


def hashes(encoded: list[str] | None) -> list[bytes]:
    return [base64.b64decode(one) for one in encoded or []]


def verdict(case: dict[str, Any]) -> bool:
    path = hashes(case["proof"])
    if "leafIdx" in case:
        leaf, root = hashes([case["leafHash"], case["root"]])
        return proof.included(leaf, (case["leafIdx"], case["treeSize"]), path, root)
    before, after = hashes([case["root1"], case["root2"]])
    return proof.consistent((case["size1"], case["size2"]), (before, after), path)


def grown(leaves: list[bytes]) -> merkle.Frontier:
    return merkle.extend(merkle.Frontier(), leaves)[0]


def nodes(leaves: list[bytes]) -> proof.Node:
    return lambda level, i: merkle.root(grown(leaves[i << level : (i + 1) << level]))


def naive(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else merkle.EMPTY
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive(leaves[:k]), naive(leaves[k:]))


LEAVES = [merkle.leaf_hash(str(n).encode()) for n in range(700)]


def test_the_vectors_are_all_there():
    accepted = [path for path in CASES if not vector(path)["wantErr"]]
    assert (len(accepted), len(CASES) - len(accepted)) == (12, 184)


@pytest.mark.parametrize("path", CASES, ids=lambda path: str(path.relative_to(VECTORS)))
def test_a_vector_is_judged_as_published(path: Path):
    case = vector(path)
    assert verdict(case) is not case["wantErr"]


def test_the_reference_tree_has_its_published_roots():
    reference = json.loads((VECTORS / "reference-tree.json").read_text())
    leaves = [merkle.leaf_hash(bytes.fromhex(content)) for content in reference["leaf_inputs"]]
    assert [merkle.root(grown(leaves[:n])).hex() for n in range(9)] == reference["roots"]


@given(st.lists(st.integers(0, 90), max_size=6))
def test_growth_in_batches_gives_the_tree_of_all_leaves(batches: list[int]):
    tree, at, full = merkle.Frontier(), 0, []
    for width in batches:
        tree, more = merkle.extend(merkle.unpack(merkle.pack(tree)), LEAVES[at : at + width])
        full += more
        at += width
    assert tree.size == at
    assert merkle.root(tree) == naive(LEAVES[:at])
    assert full == [
        merkle.Subtree(8, i, naive(LEAVES[i << 8 : (i + 1) << 8])) for i in range(at >> 8)
    ]


@given(st.data())
def test_every_inclusion_proof_is_accepted_and_no_other_leaf_with_it(data: st.DataObject):
    size = data.draw(st.integers(1, 200))
    n = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1))
    path, root = proof.inclusion(n, size, nodes(LEAVES[:size])), naive(LEAVES[:size])
    assert proof.included(LEAVES[n], (n, size), path, root)
    assert proof.included(LEAVES[other], (n, size), path, root) is (other == n)
    assert proof.included(LEAVES[n], (other, size), path, root) is (other == n)


@given(st.data())
def test_every_consistency_proof_is_accepted_and_none_of_another_history(data: st.DataObject):
    size = data.draw(st.integers(1, 200))
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    path, after = proof.consistency(old, size, nodes(LEAVES[:size])), naive(LEAVES[:size])
    before = naive(LEAVES[:old])
    forged = naive([*LEAVES[:changed], merkle.EMPTY, *LEAVES[changed + 1 : old]])
    assert proof.consistent((old, size), (before, after), path)
    assert not proof.consistent((old, size), (forged, after), path)


def test_nothing_is_shown_from_an_empty_tree():
    assert not proof.consistent((0, 3), (merkle.EMPTY, naive(LEAVES[:3])), [])
    with pytest.raises(ValueError, match="empty tree"):
        proof.consistency(0, 3, nodes(LEAVES[:3]))


def test_a_leaf_outside_the_tree_has_no_proof():
    with pytest.raises(ValueError, match="no such leaf"):
        proof.inclusion(3, 3, nodes(LEAVES[:3]))


def test_a_hash_of_another_length_is_refused():
    assert not proof.included(LEAVES[0][:31], (0, 1), [], LEAVES[0][:31])
    assert not proof.consistent((1, 2), (b"", merkle.node_hash(b"", LEAVES[1])), [LEAVES[1]])


def test_bytes_that_are_no_frontier_are_refused():
    with pytest.raises(ValueError, match="not a frontier"):
        merkle.unpack(merkle.pack(grown(LEAVES[:3]))[:-1])
