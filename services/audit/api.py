"""The read side over HTTP: the log's state, a case's timeline, proofs, and the verification of
everything.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field, ValidationError

from services.audit import verify
from services.audit.keys import trusted
from services.audit.log import checkpoint, entry
from services.audit.log.note import base64_text
from services.audit.store import Engine, LogStore
from services.audit.tables import EntryRow
from shared.access.actions import Action
from shared.events.audit import CaseAccessed
from shared.settings import Settings
from shared.web.access import allowed

MOST_HELD = 4
Note = Annotated[str, Field(max_length=16_000)]
Held = Annotated[tuple[Note, ...], Query(max_length=MOST_HELD)]


class LaneView(BaseModel):
    """A lane's head; `root` is base64."""

    p: int
    size: int
    root: str


class CheckpointView(BaseModel):
    """A checkpoint: its index among checkpoints, its instant, the root of their log (base64), and
    the signed note.
    """

    n: int
    at: datetime
    root: str
    note: str


class LogView(BaseModel):
    """The log as it is now: entries over all lanes, their heads, and the last checkpoint."""

    size: int
    root: str | None
    lanes: list[LaneView]
    checkpoint: CheckpointView | None


class TimelineEvent(BaseModel):
    """An event of a case, and its place in the log and on its topic."""

    type: str
    time: str
    event_id: UUID | None
    topic: str
    p: int
    offset: int
    n: int


class AccessView(BaseModel):
    """A look at a case (`shared.events.audit.CaseAccessed`), and its place in the log."""

    look: CaseAccessed
    p: int
    n: int


class ProofView(BaseModel):
    """What shows an entry's inclusion in its lane at a size: base64 of the leaf's content and of
    each hash, the lowest first.
    """

    p: int
    n: int
    size: int
    root: str
    leaf: str
    proof: list[str]
    checkpoint: str | None


class ProblemView(BaseModel):
    """What is wrong, and the first and last place it can be at (lane and entries, or checkpoints
    without a lane).
    """

    code: str
    p: int | None
    first: int
    last: int
    detail: str


class GapView(BaseModel):
    """Offsets of a topic's partition that the log has nothing of."""

    p: int
    topic: str
    first: int
    last: int


class ReportView(BaseModel):
    """What the verification found (`services.audit.verify.Report`): `consistent` with itself, and
    `verified` where it also continues a checkpoint that was held elsewhere.
    """

    events: int
    lanes: int
    checkpoints: int
    sealed: int
    unsealed: int
    held: int | None
    consistent: bool
    verified: bool
    problems: list[ProblemView]
    gaps: list[GapView]


def routes(engine: Engine, settings: Settings) -> APIRouter:
    """The read side of the log in `engine`."""
    router, store = APIRouter(tags=["audit"]), LogStore(engine)

    @router.get("/v1/log", dependencies=[allowed(Action.READ_LOG)])
    def log() -> LogView:
        """The log's size, root, lanes and last checkpoint."""
        heads, note = store.now()
        last = _checkpoint(note)
        lanes = [LaneView(p=head.p, size=head.size, root=base64_text(head.root)) for head in heads]
        return LogView(
            size=sum(head.size for head in heads),
            root=last.root if last else None,
            lanes=lanes,
            checkpoint=last,
        )

    @router.get("/v1/verify", dependencies=[allowed(Action.VERIFY_LOG)])
    def check(held: Held = ()) -> ReportView:
        """Recomputes every leaf, root and signature of the log, and whether it continues the signed
        checkpoints `held` elsewhere; takes some seconds for a million entries.
        """
        with store.snapshot() as log:
            report = verify.verify(
                log.entries,
                log.checkpoints,
                trusted(settings),
                verify.Kept(log.heads, log.subtrees, held),
            )
        return ReportView.model_validate(report, from_attributes=True)

    _of_one(router, store)
    return router


def _of_one(router: APIRouter, store: LogStore) -> None:
    """Adds what is asked about one case or one entry."""

    @router.get("/v1/cases/{case_id}/timeline", dependencies=[allowed(Action.READ_TIMELINE)])
    def timeline(case_id: UUID) -> list[TimelineEvent]:
        """The events of a case in order."""
        found = [
            TimelineEvent.model_validate(row, from_attributes=True)
            for row in store.timeline(case_id)
        ]
        if not found:
            raise HTTPException(404, "The log has no event of this case.")
        return found

    @router.get("/v1/cases/{case_id}/accesses", dependencies=[allowed(Action.READ_ACCESSES)])
    def accesses(case_id: UUID) -> list[AccessView]:
        """Who looked at a case, in the order of time; empty where nobody did. Of reads that nobody
        waits for it has the first of a principal in an hour.
        """
        return [view for row in store.accesses(case_id) if (view := _access(row)) is not None]

    @router.get("/v1/proof/{p}/{n}", dependencies=[allowed(Action.READ_PROOF)])
    def proof(p: int, n: int) -> ProofView:
        """The inclusion proof of an entry: in its lane as last signed, else as it is now."""
        return _proof(store, p, n)


def _access(row: EntryRow) -> AccessView | None:
    """A look for a reader; nothing for a record that is none: it stays in the log as it came."""
    try:
        look = CaseAccessed.model_validate_json(row.value or b"", extra="ignore")
    except ValidationError:
        return None
    return AccessView(look=look, p=row.p, n=row.n)


def _proof(store: LogStore, p: int, n: int) -> ProofView:
    """The proof of entry `n` of lane `p`, with the checkpoint that covers it.

    Raises a 404 where there is no such entry.
    """
    row = store.entry(p, n)
    if row is None:
        raise HTTPException(404, "The log has no such entry.")
    heads, note = store.now()
    signed = checkpoint.unchecked(note).heads if note else ()
    covering = next((head for head in signed if head.p == p and head.size > n), None)
    head = covering or next(head for head in heads if head.p == p)
    path = [base64_text(sibling) for sibling in store.proof(p, n, head.size)]
    leaf = base64_text(entry.content(row.model_dump()))
    return ProofView(
        p=p,
        n=n,
        size=head.size,
        root=base64_text(head.root),
        leaf=leaf,
        proof=path,
        checkpoint=note if covering else None,
    )


def _checkpoint(note: str | None) -> CheckpointView | None:
    """A stored note for a reader."""
    if note is None:
        return None
    found = checkpoint.unchecked(note)
    at = datetime.fromtimestamp(found.at / 1_000_000, UTC)
    return CheckpointView(n=found.size - 1, at=at, root=base64_text(found.root), note=note)
