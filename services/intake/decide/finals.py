"""What every line of a request came to: which determinations say the same, and which of them
stands.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from services.intake.clocks.record import FinalDetermination
from services.intake.decide.lines import known
from services.intake.model import ADVERSE, FINAL, IntakeState
from shared.events.criteria import CaseDetermined, ContentChange, LineSummary
from shared.lanes.outcome import Received

UNCHANGED = frozenset({ContentChange.SAME, ContentChange.ADMINISTRATIVE})


def noted(state: IntakeState, event: CaseDetermined, received: Received) -> IntakeState:
    """The case with a determination among the final ones, if every line of it is final: notices are
    written of it, be it of a version that was replaced meanwhile. Of the newest version, where no
    line is open, it stands, since its instant or that of the one which said the same.
    """
    found = _of(state, event)
    if found is None:
        return reopened(state, received.time)
    same = next((one for one in state.finals if one.signature == found.signature), found)
    notices = tuple(dict.fromkeys((*same.notices, received.id)))
    others = tuple(one for one in state.finals if one is not same)
    same = same.model_copy(update={"notices": notices})
    changes: dict[str, Any] = {"finals": (*others, same)}
    newest = event.request_version == state.version
    if newest and found.signature != state.final and not any(one.open for one in state.lines):
        fallen = (one.fallen(received.time) for one in others)
        changes = {
            "finals": (*fallen, same.stands(received.time)),
            "final": found.signature,
            "decided_at": received.time,
        }
    return state.model_copy(update=changes)


def reopened(state: IntakeState, at: datetime) -> IntakeState:
    """The case without a final determination since then, if a line is open."""
    if state.final is None or not any(one.open for one in state.lines):
        return state
    fallen = tuple(one.fallen(at) for one in state.finals)
    return state.model_copy(update={"finals": fallen, "final": None, "decided_at": None})


def stood_at(state: IntakeState, at: datetime) -> tuple[FinalDetermination, datetime] | None:
    """The final determination that stood at an instant, and since when; none where a line was
    open.
    """
    for one in state.finals:
        if (since := one.standing_since(at)) is not None:
            return one, since
    return None


def _of(state: IntakeState, event: CaseDetermined) -> FinalDetermination | None:
    """What every line came to; none where one is not final, or this version does not know how it
    was determined.
    """
    if not all(one.determination in FINAL and known(one) for one in event.lines):
        return None
    before = state.finals[-1].refused if state.finals else {}
    lines = {one.sequence: _came_to(one, before) for one in event.lines}
    return FinalDetermination(
        signature=hashlib.sha256(repr(sorted(lines.items())).encode()).hexdigest()[:32],
        refused={
            one.sequence: lines[one.sequence] for one in event.lines if one.determination in ADVERSE
        },
        notices=(),
    )


def _came_to(line: LineSummary, before: dict[int, str]) -> str:
    """What a line asks for and came to. Of a refusal that an administrative change leaves as it is
    everybody was told, and no letter tells of it again: it is taken for the same.
    """
    number = line.authorization.number if line.authorization else ""
    came_to, former = f"{line.determination.value} {number} ", before.get(line.sequence, "")
    stays = line.determination in ADVERSE and line.change in UNCHANGED
    return former if stays and former.startswith(came_to) else f"{came_to}{line.digest or ''}"
