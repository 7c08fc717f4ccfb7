"""Signed notes and checkpoints."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.audit.log import checkpoint, merkle, note
from services.audit.model import Head
from shared.errors import Impossible, Malformed

SIGNER = note.Signer("payer.example/audit", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = note.Signer("payer.example/audit", Ed25519PrivateKey.from_private_bytes(bytes(32)))
HEADS = (Head(0, 2, bytes(32)), Head(23, 1, bytes(range(32))))

# The example key and note of Go's golang.org/x/mod/sumdb/note documentation: a signature that
# another program made.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your "
    "problem is.\n\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_that_another_program_signed_is_read():
    assert note.read(GO_NOTE, [GO_KEY]).startswith("If you think")


def test_a_note_is_read_with_the_key_that_signed_it():
    assert note.read(note.sign("a\n\nb\n", SIGNER), [SIGNER.verifier()]) == "a\n\nb\n"


@pytest.mark.parametrize("at", range(0, 150, 7))
def test_a_changed_note_is_not_trusted(at: int):
    signed = note.sign("payer.example/audit\n12\n", SIGNER)
    at %= len(signed)
    changed = signed[:at] + chr(ord(signed[at]) ^ 1) + signed[at + 1 :]
    with pytest.raises(note.Untrusted):
        note.read(changed, [SIGNER.verifier()])


def test_a_note_of_another_key_with_the_same_name_is_not_trusted():
    with pytest.raises(note.Untrusted):
        note.read(note.sign("a\n", OTHER), [SIGNER.verifier()])


def test_a_signature_of_an_unknown_key_beside_a_known_one_is_ignored():
    both = note.sign("a\n", SIGNER) + note.sign("a\n", OTHER).partition("\n\n")[2]
    assert note.read(both, [SIGNER.verifier()]) == "a\n"


def test_a_key_survives_being_written():
    assert note.signer(SIGNER.written()).verifier() == SIGNER.verifier()


@pytest.mark.parametrize(
    "written",
    ["", "PRIVATE+KEY+a+b", SIGNER.written()[:-4], SIGNER.written().replace("payer", "other")],
)
def test_a_broken_key_is_refused_without_repeating_it(written: str):
    with pytest.raises(Malformed) as refused:
        note.signer(written)
    assert written == "" or written not in str(refused.value)


@pytest.mark.parametrize("verifier", ["a+b", GO_KEY[:-8], GO_KEY.replace("Peter", "Paul")])
def test_a_broken_public_key_is_refused(verifier: str):
    with pytest.raises(Malformed):
        note.read(GO_NOTE, [verifier])


@pytest.mark.parametrize("text", ["no newline at the end", "a\x00\n"])
def test_a_text_that_no_note_may_have_is_not_signed(text: str):
    with pytest.raises(Malformed):
        note.sign(text, SIGNER)


@pytest.mark.parametrize(
    "broken", ["", "a\n", "a\n\nb\n", "a\n\n\u2014 name !!!\n", "a\n\n\u2014 name AAAA\n"]
)
def test_what_is_no_note_is_not_trusted(broken: str):
    with pytest.raises(note.Untrusted):
        note.read(broken, [SIGNER.verifier()])


def test_a_checkpoint_says_what_it_was_given():
    _, made = checkpoint.grow(merkle.Frontier(), 7, HEADS, SIGNER.name)
    assert checkpoint.parse(note.read(checkpoint.sign(made, SIGNER), [SIGNER.verifier()])) == made
    assert checkpoint.text(made).splitlines()[:2] == ["payer.example/audit", "1"]


def test_each_checkpoint_is_a_leaf_of_the_log_of_checkpoints():
    log, _ = checkpoint.grow(merkle.Frontier(), 7, HEADS[:1], SIGNER.name)
    _, second = checkpoint.grow(log, 8, HEADS, SIGNER.name)
    leaves = [
        merkle.leaf_hash(checkpoint.leaf(at, heads).encode())
        for at, heads in ((7, HEADS[:1]), (8, HEADS))
    ]
    assert (second.size, second.root) == (2, merkle.node_hash(*leaves))


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "o\n1\nAA==\n",
        "o\n01\nAA==\nat 7\n",
        "o\n1\nAA==\nat 7\nline 1 2 AA==\n",
        "o\n1\nAA==\nat 7\nlane 1 +2 AA==\n",
    ],
)
def test_a_text_in_another_form_is_no_checkpoint(broken: str):
    with pytest.raises(Malformed):
        checkpoint.parse(broken)


@pytest.mark.parametrize(
    "after",
    [(), (Head(0, 1, bytes(32)), HEADS[1]), (Head(0, 2, bytes(range(32))), HEADS[1])],
    ids=["lost", "shorter", "changed"],
)
def test_a_lane_that_does_not_continue_is_not_signed(after: tuple[Head, ...]):
    with pytest.raises(Impossible, match="Lane 0"):
        checkpoint.follows(HEADS, after)
