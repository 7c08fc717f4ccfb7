"""What an intruder with the file in hand can do to a log, and what the verifier then says."""

import sqlite3
from pathlib import Path

from services.audit import verify
from services.audit.keys import trusted
from services.audit.log import checkpoint, merkle, note
from services.audit.log.entry import content
from tests.unit.audit import given

COLUMNS = (
    "topic",
    "offset",
    "timestamp",
    "at",
    "type",
    "event_id",
    "case_id",
    "time",
    "headers",
    "salt",
    "value",
    "leaf",
)
BATCHES, WIDTH = 3, 7
ENTRIES = BATCHES * WIDTH


def keys(path: Path) -> tuple[str, ...]:
    return trusted(given.settings(path.parent))


def checked(path: Path, held: tuple[str, ...] = ()) -> verify.Report:
    return verify.verify_file(path, keys(path), held)


def tampered(path: Path, *statements: str) -> verify.Report:
    store = given.opened(path)
    for statement in statements:
        store.execute(statement)
    store.close()
    return checked(path)


def blamed(report: verify.Report) -> tuple[str, int | None, int, int]:
    assert not report.consistent
    return report.problems[0][:4]


def rehashed(path: Path, p: int) -> None:
    """Makes every leaf of a lane fit its columns again, and the lane's state too, as an intruder
    who knows the format would.
    """
    store = given.opened(path)
    store.row_factory = sqlite3.Row
    leaves = []
    for n, row in enumerate(
        store.execute("SELECT rowid, * FROM entry WHERE p = ? ORDER BY n", [p]).fetchall()
    ):
        leaves.append(merkle.leaf_hash(content(dict(row) | {"n": n})))
        store.execute(
            "UPDATE entry SET n = ?, leaf = ? WHERE rowid = ?", [n, leaves[-1], row["rowid"]]
        )
    tree, _ = merkle.extend(merkle.Frontier(), leaves)
    store.execute("UPDATE lane_state SET state = ? WHERE p = ?", [merkle.pack(tree), p])
    store.close()


def resign(path: Path, by: note.Signer) -> None:
    """Writes all checkpoints anew, over the lanes as they are now."""
    store = given.opened(path)
    trees = [
        (p, merkle.unpack(state))
        for p, state in store.execute("SELECT p, state FROM lane_state ORDER BY p")
    ]
    heads = [checkpoint.Head(p, tree.size, merkle.root(tree)) for p, tree in trees]
    grown, made = checkpoint.grow(merkle.Frontier(), 1, heads, by.name)
    store.execute("DELETE FROM checkpoint")
    store.execute(
        "INSERT INTO checkpoint VALUES (0, ?, ?)", [checkpoint.sign(made, by), merkle.pack(grown)]
    )
    store.close()


def quoted() -> str:
    return ", ".join(f'"{column}"' for column in COLUMNS)
