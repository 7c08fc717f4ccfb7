"""Approvals that somebody has stopped: the lines are judged as ever, and a person decides them."""

from __future__ import annotations

from collections.abc import Iterable

from services.criteria.engine.answer.judge import Judged
from services.criteria.engine.edition.library import Library
from shared.events.evaluation import Advisory

STOPPED = "approvals_stopped"


def allowed(judged: Judged, library: Library) -> Judged:
    """The line as judged, but that a person decides while approvals by its policy are stopped."""
    if judged.outcome == "approve" and library.stopped(judged.edition.ref.policy):
        judged.outcome, judged.reason = "pend", STOPPED
    return judged


def stops(judged: Iterable[Judged], library: Library) -> tuple[Advisory, ...]:
    """What everybody reads where approvals are stopped: the reason, with the lines that it keeps
    from being approved.
    """
    lines: dict[str, list[int]] = {}
    for one in judged:
        if one.reason == STOPPED:
            why = library.stopped(one.edition.ref.policy) or ""
            lines.setdefault(why, []).append(one.line.sequence)
    return tuple(
        Advisory(id="approvals-stopped", text=f"Approvals by software are stopped: {why}", lines=on)
        for why, on in lines.items()
    )
