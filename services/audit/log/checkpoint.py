"""Checkpoints (C2SP tlog-checkpoint): the log whose k-th leaf is all lanes' heads at one instant.

The log of checkpoints only grows, so any witness that knows the format can cosign it. The lines
after the root are the leaf itself: `at MICROSECONDS`, then `lane P SIZE ROOT` for every lane with
entries, by rising P.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from services.audit.log import merkle, note
from services.audit.log.merkle import Frontier
from services.audit.model import Checkpoint, Head
from shared.errors import Impossible, Malformed


def leaf(at: int, heads: Sequence[Head]) -> str:
    """The lines that a checkpoint adds to the log of checkpoints; `at` in microseconds since 1970
    (UTC).
    """
    lines = [f"lane {head.p} {head.size} {note.base64_text(head.root)}\n" for head in heads]
    return f"at {at}\n" + "".join(lines)


def grow(log: Frontier, at: int, heads: Sequence[Head], origin: str) -> tuple[Frontier, Checkpoint]:
    """The log of checkpoints with one more, and that checkpoint."""
    grown, _ = merkle.extend(log, [merkle.leaf_hash(leaf(at, heads).encode())])
    return grown, Checkpoint(origin, grown.size, merkle.root(grown), at, tuple(heads))


def text(checkpoint: Checkpoint) -> str:
    """The text that is signed: origin, size, root, then the leaf's lines."""
    head = f"{checkpoint.origin}\n{checkpoint.size}\n{note.base64_text(checkpoint.root)}\n"
    return head + leaf(checkpoint.at, checkpoint.heads)


def sign(checkpoint: Checkpoint, by: note.Signer) -> str:
    """The checkpoint as a signed note."""
    return note.sign(text(checkpoint), by)


def parse(body: str) -> Checkpoint:
    """The checkpoint in a note's text.

    Raises Malformed for any text that `text` would not write.
    """
    try:
        origin, size, found, at, *lanes = body.splitlines()
        heads = tuple(_head(line) for line in lanes)
        checkpoint = Checkpoint(
            origin,
            int(size),
            base64.b64decode(found, validate=True),
            int(at.removeprefix("at ")),
            heads,
        )
    except (ValueError, binascii.Error):
        raise Malformed(
            "The text is not a checkpoint of this log.", code="bad_checkpoint"
        ) from None
    if text(checkpoint) != body:
        raise Malformed("The checkpoint is not written in its one form.", code="bad_checkpoint")
    return checkpoint


def unchecked(signed: str) -> Checkpoint:
    """The checkpoint in a note whose signature is checked elsewhere."""
    return parse(signed.rpartition("\n\n")[0] + "\n")


def follows(before: Sequence[Head], after: Sequence[Head]) -> None:
    """Raises Impossible when a lane became shorter, or changed without growing: no checkpoint may
    say so.
    """
    now = {head.p: head for head in after}
    for head in before:
        later = now.get(head.p)
        if (
            later is None
            or later.size < head.size
            or (later.size == head.size and later.root != head.root)
        ):
            raise Impossible(
                f"Lane {head.p} does not continue the last checkpoint.", code="lane_went_back"
            )


def _head(line: str) -> Head:
    """A lane's head from its line."""
    word, p, size, found = line.split(" ")
    if word != "lane":
        raise ValueError("not a lane")
    return Head(int(p), int(size), base64.b64decode(found, validate=True))
