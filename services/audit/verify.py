"""Verifies an audit log from nothing but its rows: one file that needs Python and `cryptography`,
and none of the product.

    python verify.py FILE.sqlite [--key FILE] [--held NOTE_FILE]...

Recomputes every leaf and root (RFC 6962) and checks every signature (C2SP signed-note,
tlog-checkpoint). Nothing in a log can show that all of it was not written anew by whoever has its
key, or that an older copy was not put back: only a checkpoint that somebody else kept can, given as
`--held`. With one that the log continues it is verified (exit code 0); without, it is consistent
with itself and no more (5); else it is neither, and what is wrong is told (1).
"""

from __future__ import annotations

import argparse
import base64
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ENTRIES = (
    'SELECT p, n, topic, "offset", timestamp, at, type, event_id, case_id, time, headers, salt, '
    "value, leaf FROM entry ORDER BY p, n"
)
BATCH, MANY, LEVELS = 4096, 1000, (8, 16, 24, 32, 40)
SALT = UUID = 16
FORMS = tuple(
    [int, int, str, int, int, int, str, event, case, str, bytes, bytes, value, bytes]
    for value in (bytes, type(None))
    for event in (bytes, type(None))
    for case in (bytes, type(None))
)
"""The types of an entry's columns, the commonest first."""
SHOWN = 20


class Problem(NamedTuple):
    """Something that is not as it was written: in entries `first` to `last` of lane `p`, or in
    those checkpoints where `p` is None.
    """

    code: str
    p: int | None
    first: int
    last: int
    detail: str

    def __str__(self) -> str:
        return (
            f"{'checkpoint' if self.p is None else f'lane {self.p} entry'} "
            f"{self.first}{f' to {self.last}' if self.last != self.first else ''}: {self.detail} "
            f"({self.code})"
        )


class Gap(NamedTuple):
    """Offsets of a topic's partition that the log has nothing of: it began later, the topic lost
    them before they were read, or somebody left them out.
    """

    p: int
    topic: str
    first: int
    last: int


class Report(NamedTuple):
    """What was found.

    `held` counts the entries that a checkpoint held elsewhere covers, and is None where none was
    given; `sealed` those that the last signed one covers: from the former on the log rests on its
    key alone, from the latter on on the store's own word.
    """

    events: int
    lanes: int
    checkpoints: int
    sealed: int
    held: int | None
    problems: tuple[Problem, ...]
    gaps: tuple[Gap, ...] = ()

    @property
    def consistent(self) -> bool:
        """Whether nothing in the log contradicts the rest of it, or what is held elsewhere."""
        return not self.problems

    @property
    def verified(self) -> bool:
        """Whether it is consistent, and continues a checkpoint that was held elsewhere."""
        return not self.problems and self.held is not None

    @property
    def unsealed(self) -> int:
        """How many entries no checkpoint covers."""
        return self.events - self.sealed


class Kept(NamedTuple):
    """What else to agree with: lane heads (p, size, root) and subtree roots {(p, level, i): root}
    of the same moment, and notes held elsewhere.
    """

    heads: Sequence[tuple[int, int, bytes]] | None = None
    subtrees: Mapping[tuple[int, int, int], bytes] | None = None
    held: Iterable[str] = ()


class Tree:
    """A Merkle tree that grows: its size, and the roots of its full subtrees by level."""

    def __init__(self, packed: bytes = b"") -> None:
        self.size = int.from_bytes(packed[:8], "big")
        levels = [level for level in range(64) if self.size >> level & 1]
        self.peaks = dict(
            zip(levels, (packed[at : at + 32] for at in range(8, len(packed), 32)), strict=True)
        )

    def extend(self, leaves: list[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """Adds leaf hashes; (level, i, root) of each subtree of `LEVELS` that became full."""
        row, level, old = leaves, 0, self.size
        self.size += len(leaves)
        while row:
            if level in LEVELS:
                yield from ((level, (old >> level) + i, found) for i, found in enumerate(row))
            if level in self.peaks:
                row = [self.peaks.pop(level), *row]
            if len(row) % 2:
                self.peaks[level] = row[-1]
            each = iter(row)
            pairs = zip(each, each)  # noqa: B905
            row = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
            level += 1

    def root(self) -> bytes:
        """The root hash."""
        found = b""
        for level in sorted(self.peaks):
            found = (
                sha256(b"\x01" + self.peaks[level] + found).digest() if found else self.peaks[level]
            )
        return found or sha256(b"").digest()


def verify(
    rows: Iterable[tuple[Any, ...]],
    checkpoints: Iterable[tuple[int, str, bytes]],
    keys: Iterable[str],
    kept: Kept | None = None,
) -> Report:
    """Checks entries (tuples as `ENTRIES` selects; read once, never held) against signed
    checkpoints (n, note, frontier).

    `keys` are the trusted public keys, one line each. Whatever the rows hold, the answer is a
    report, not an exception.
    """
    kept = kept or Kept()
    log = Checkpoints(dict(map(_key, keys)))
    for row in checkpoints:
        log.take(row)
    for note in kept.held:
        log.compare(note)
    log.expect(kept.heads or (), log.tree.size)
    ends = {p: size for p, size, _ in kept.heads or ()}
    subtrees, gaps = dict(kept.subtrees or {}), list[Gap]()
    events = lanes = 0
    for p, lane in groupby(rows, lambda row: row[0]):
        reader = Lane(p, log.heads.pop(p, {}), log.problems)
        reader.read(lane, None if kept.heads is None else ends.get(p, 0))
        if kept.subtrees is not None:
            reader.compare(subtrees)
        events, lanes, gaps = events + reader.tree.size, lanes + 1, gaps + reader.gaps
    log.problems += _without_entries(subtrees, log.heads)
    found = tuple(log.problems)
    return Report(events, lanes, log.tree.size, log.sealed, log.held, found, tuple(gaps))


def _without_entries(
    subtrees: Iterable[tuple[int, int, int]], heads: Mapping[int, Iterable[int]]
) -> Iterator[Problem]:
    """Subtrees (p, level, i) and lane heads {p: sizes} that were recorded, and have no entries."""
    for p, level, i in subtrees:
        detail = "no entries make up this stored subtree"
        yield Problem("subtree", p, i << level, ((i + 1) << level) - 1, detail)
    for p, sizes in heads.items():
        detail = "the lane has no entries, but its head was recorded"
        yield Problem("missing", p, 0, max(sizes) - 1, detail)


class Checkpoints:
    """The log of checkpoints as it is read, and every lane head that it vouches for."""

    def __init__(self, keys: dict[tuple[str, bytes], Ed25519PublicKey]) -> None:
        self.keys, self.tree, self.sealed = keys, Tree(), 0
        self.held: int | None = None
        self.roots, self.problems = list[bytes](), list[Problem]()
        self.heads: dict[int, dict[int, tuple[bytes, int]]] = {}

    def take(self, row: tuple[int, str, bytes]) -> None:
        """Checks the next stored checkpoint: signature, place, root, and lane heads."""
        n = self.tree.size
        try:
            size, root, leaf, heads = _body(_signed(row[1], self.keys))
            list(self.tree.extend([sha256(b"\x00" + leaf).digest()]))
            self.roots.append(self.tree.root())
            if (row[0], size, root) != (n, n + 1, self.roots[-1]):
                self._problem("checkpoint", n, "it does not continue the checkpoints before it")
            if bytes(row[2]) != self.tree.size.to_bytes(8, "big") + b"".join(
                found for _, found in sorted(self.tree.peaks.items())
            ):
                self._problem("frontier", n, "the stored frontier is not that of the checkpoints")
        except (ValueError, TypeError, AttributeError) as error:
            self._problem("note", n, str(error))
        else:
            self.sealed = sum(size for _, size, _ in heads)
            self.expect(heads, n)

    def compare(self, note: str) -> None:
        """Checks a checkpoint that was kept elsewhere against the stored ones."""
        try:
            size, root, _, heads = _body(_signed(note, self.keys))
        except ValueError as error:
            self._problem("held", 0, f"a checkpoint held elsewhere: {error}")
        else:
            if self.roots[size - 1 : size] != [root]:
                code = "rolled_back" if size > len(self.roots) else "rewritten"
                self._problem(
                    code,
                    min(size - 1, len(self.roots)),
                    f"the store lacks checkpoint {size - 1} as it is held elsewhere",
                )
            self.expect(heads, size - 1)
            self.held = max(self.held or 0, sum(width for _, width, _ in heads))

    def expect(self, heads: Iterable[tuple[int, int, bytes]], n: int) -> None:
        """Notes what root each lane must have at which size, because checkpoint `n` says so."""
        for p, size, root in heads:
            found, by = self.heads.setdefault(p, {}).setdefault(size, (root, n))
            if found != root:
                self.problems.append(
                    Problem(
                        "fork",
                        p,
                        0,
                        size - 1,
                        (
                            f"checkpoint {by} and a later statement give two roots for the same "
                            f"entries"
                        ),
                    )
                )

    def _problem(self, code: str, n: int, detail: str) -> None:
        self.problems.append(Problem(code, None, n, n, detail))


class Lane:
    """One lane's entries as they are read."""

    def __init__(
        self, p: int, heads: dict[int, tuple[bytes, int]], problems: list[Problem]
    ) -> None:
        self.p, self.problems, self.clean, self.good = p, problems, True, 0
        self.heads, self.stops = heads, sorted(heads, reverse=True)
        self.tree, self.pending, self.full = Tree(), list[bytes](), dict[tuple[int, int], bytes]()
        self.gaps = list[Gap]()

    def read(self, rows: Iterable[tuple[Any, ...]], end: int | None) -> None:
        """Checks each entry, and the root wherever one was recorded; there is none past `end`."""
        last, n, pending = dict[str, int](), 0, self.pending
        for row in rows:
            try:
                real = _leaf(row)
                found, topic, offset = row[1:4]
                before = last.get(topic, -1)
                if real != row[-1] or found != n or offset <= before:
                    n = self._bad(row, n, last)
                elif offset != before + 1 and len(self.gaps) < MANY:
                    self.gaps.append(Gap(self.p, topic, before + 1, offset - 1))
                last[topic] = offset
            except (TypeError, ValueError, AttributeError):
                real = b"unreadable"
                self._problem("unreadable", n, n, "the entry cannot be read")
            pending.append(real)
            n += 1
            if len(pending) >= BATCH or (
                self.stops and self.tree.size + len(pending) >= self.stops[-1]
            ):
                self._settle()
        self._settle()
        self._close(n, end)

    def _close(self, n: int, end: int | None) -> None:
        """Says whether the lane, which has `n` entries, ends where the store and the checkpoints
        say.
        """
        if end is not None and n > end:
            self._problem(
                "unrecorded", end, n - 1, "the store's own state does not know these entries"
            )
        if self.stops:
            recorded = self.stops[0]
            detail = f"the lane ends after {n} entries, but {recorded} were recorded"
            self._problem("missing", n, recorded - 1, detail)

    def compare(self, stored: dict[tuple[int, int, int], bytes]) -> None:
        """Checks the stored roots of full subtrees, and takes them away; names the first wrong
        one.
        """
        for (level, i), root in self.full.items():
            if stored.pop((self.p, level, i), None) != root and self.clean:
                self._problem(
                    "subtree",
                    i << level,
                    ((i + 1) << level) - 1,
                    "the stored root of this subtree is wrong",
                )

    def _bad(self, row: tuple[Any, ...], n: int, last: dict[str, int]) -> int:
        """Says what is wrong with the entry, and which number it stands for."""
        found = int(row[1])
        if found != n:
            wrong = (
                ("dropped", n, found - 1, "entries are missing")
                if found > n
                else ("repeated", found, found, "the entry's number was there before")
            )
        elif row[3] <= last.get(row[2], -1):
            wrong = ("order", n, n, "its topic's offset does not come after the one before")
        else:
            wrong = ("changed", n, n, "the entry is not what was written")
        self._problem(*wrong)
        return found

    def _settle(self) -> None:
        """Adds the pending leaves to the tree, and compares the root if one was recorded for this
        size.
        """
        self.full.update(((level, i), root) for level, i, root in self.tree.extend(self.pending))
        self.pending.clear()
        if not self.stops or self.tree.size != self.stops[-1]:
            return
        size = self.stops.pop()
        root, n = self.heads[size]
        if self.clean and self.tree.root() != root:
            self._problem(
                "rewritten",
                self.good,
                size - 1,
                f"the entries are not those that checkpoint {n} recorded",
            )
        self.good = size

    def _problem(self, code: str, first: int, last: int, detail: str) -> None:
        self.clean = False
        if len(self.problems) < MANY:
            self.problems.append(Problem(code, self.p, first, last, detail))


def _leaf(row: tuple[Any, ...]) -> bytes:
    """The leaf hash of an entry, a tuple as `ENTRIES` selects.

    Raises ValueError where it is not in its one form: what an entry can hold is so narrow that no
    two different ones make the same leaf.
    """
    p, n, topic, offset, stamp, at, kind, event, case, time, headers, salt, value, _ = row
    if (
        list(map(type, row)) not in FORMS
        or len(salt) != SALT
        or (event is not None and len(event) != UUID)
        or (case is not None and len(case) != UUID)
    ):
        raise ValueError("the entry is not in its one form")
    seal = f"-{salt.hex()}" if value is None else sha256(salt + value).hexdigest()
    line = (
        f"\x002\n{p}\n{n}\n{offset}\n{stamp}\n{at}\n{len(topic)}:{topic}{len(kind)}:{kind}"
        f"{len(time)}:{time}{'-' if event is None else event.hex()}\n"
        f"{'-' if case is None else case.hex()}\n{seal}\n"
    )
    return sha256(line.encode() + headers).digest()


def _key(line: str) -> tuple[tuple[str, bytes], Ed25519PublicKey]:
    """A trusted key by its name and tag, from its line `name+tag+key`."""
    name, tag, encoded = line.strip().split("+", 2)
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != b"\x01" or sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != tag:
        raise ValueError("not an Ed25519 note key")
    return (name, bytes.fromhex(tag)), Ed25519PublicKey.from_public_bytes(raw[1:])


def _signed(note: str, keys: dict[tuple[str, bytes], Ed25519PublicKey]) -> str:
    """The text of a note that a trusted key signed. Raises ValueError otherwise."""
    text, _, lines = note.rpartition("\n\n")
    signatures = [line.split(" ", 2) for line in lines.split("\n")[:-1]]
    signed = [(name, base64.b64decode(encoded, validate=True)) for _, name, encoded in signatures]
    known = [(keys[name, raw[:4]], raw[4:]) for name, raw in signed if (name, raw[:4]) in keys]
    try:
        for key, signature in known:
            key.verify(signature, f"{text}\n".encode())
    except InvalidSignature:
        raise ValueError("the signature is wrong") from None
    if not known or any(dash != "\u2014" for dash, _, _ in signatures) or not lines.endswith("\n"):
        raise ValueError("it is not a note that a trusted key signed")
    return f"{text}\n"


def _body(text: str) -> tuple[int, bytes, bytes, list[tuple[int, int, bytes]]]:
    """Size, root, leaf content and lane heads of a checkpoint's text."""
    _, size, root, leaf = text.split("\n", 3)
    lanes = (line.split(" ") for line in leaf.split("\n")[1:-1])
    return (
        int(size),
        base64.b64decode(root),
        leaf.encode(),
        [(int(p), int(width), base64.b64decode(found)) for _, p, width, found in lanes],
    )


def verify_file(
    path: Path, keys: Iterable[str], held: Iterable[str] = (), text: Callable[[bytes], str] = str
) -> Report:
    """Verifies a SQLite log; it is opened read-only and may be growing meanwhile."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as store:
        store.text_factory = text
        try:
            store.execute("BEGIN")  # all of it from one snapshot
            checkpoints = store.execute(
                "SELECT n, note, frontier FROM checkpoint ORDER BY n"
            ).fetchall()
            trees = [
                (p, Tree(state))
                for p, state in store.execute(
                    "SELECT p, state FROM lane_state WHERE state <> '' ORDER BY p"
                )
            ]
            heads = [(p, tree.size, tree.root()) for p, tree in trees]
            subtrees = {
                (p, level, i): root
                for p, level, i, root in store.execute("SELECT p, level, i, hash FROM subtree")
            }
            return verify(store.execute(ENTRIES), checkpoints, keys, Kept(heads, subtrees, held))
        except (sqlite3.DatabaseError, ValueError, TypeError) as error:
            if text is str:  # perhaps a column is not UTF-8: read it as it is, to say where
                return verify_file(
                    path, keys, held, lambda raw: raw.decode(errors="surrogateescape")
                )
            wrong = Problem("storage", None, 0, 0, f"the file cannot be read: {error}")
            return Report(0, 0, 0, 0, None, (wrong,))


def main(arguments: list[str] | None = None) -> int:
    """Verifies a file and says so, with the exit code of what it found."""
    parser = argparse.ArgumentParser(description="Verify an audit log.")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--key", type=Path, help="file with trusted public keys (default: audit.pub beside the log)"
    )
    parser.add_argument(
        "--held",
        type=Path,
        action="append",
        default=[],
        help="a signed checkpoint that was kept elsewhere",
    )
    given = parser.parse_args(arguments)
    key = given.key or given.file.parent / "audit.pub"
    report = verify_file(
        given.file,
        key.read_text().split() if key.exists() else (),
        [path.read_text() for path in given.held],
    )
    sys.stdout.writelines(f"{line}\n" for line in lines_of(report))
    if not report.consistent:
        return 1
    return 0 if report.verified else 5


def lines_of(report: Report) -> Iterator[str]:
    """The report in lines: what is wrong, what is missing, and how far the log can be believed."""
    yield from map(str, report.problems[:SHOWN])
    if len(report.problems) > SHOWN:
        yield f"and {len(report.problems) - SHOWN} more"
    for gap in report.gaps[:SHOWN]:
        yield f"not in the log: {gap.topic}, partition {gap.p}, offsets {gap.first} to {gap.last}"
    counts = (
        f"{report.events} entries in {report.lanes} lanes, {report.sealed} of them under "
        f"{report.checkpoints} checkpoints"
    )
    if not report.consistent:
        yield f"NOT VERIFIED, {len(report.problems)} problems: {counts}"
    elif report.held is None:
        yield f"consistent with itself: {counts}"
        yield (
            "No checkpoint that was held elsewhere was given (--held): whoever has the key could "
            "have written all of it anew, or put an older copy back."
        )
    else:
        yield f"verified: {counts}, {report.held} under one that was held elsewhere"
    if report.consistent and report.unsealed:
        yield f"{report.unsealed} entries are under no checkpoint yet: the store alone says so"


if __name__ == "__main__":
    sys.exit(main())
