"""What a draft would change: stored requests judged by the edition in force and by the draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.criteria.engine.answer.judge import Judged, holds, judge
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import applies, packaged
from services.criteria.engine.logic.values import MET
from services.criteria.engine.runtime.scope import Result
from shared.events.request import AuthorizationRequest, ServiceLine

Snapshot = tuple[str, AuthorizationRequest, datetime]
"""A stored request: the case's id, its facts, and when it was received."""
Progress = Callable[[int], None]
NOBODY = "no edition in force"
FEW = 20
EVERY = 256


@dataclass
class Impact:
    """Counts of lines by what became of them, the criteria that account for each change, and a few
    cases for each; no fact of anybody.
    """

    draft: str
    draft_sha256: str
    in_force: str
    cases: int = 0
    lines: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    criteria: dict[str, Counter[str]] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def report(self) -> dict[str, Any]:
        """As `policy impact --json` prints it, and as it is attached to a publication."""
        by = {
            change: dict(sorted(of.items(), key=lambda one: (-one[1], one[0])))
            for change, of in sorted(self.criteria.items())
        }
        counted = {
            "approve_to_pend": self.changed["approve→pend"],
            "pend_to_approve": self.changed["pend→approve"],
        }
        named = {
            "draft": self.draft,
            "draft_sha256": self.draft_sha256,
            "in_force": self.in_force,
            "cases": self.cases,
            "lines": self.lines,
        }
        return {
            **named,
            **counted,
            "changed": dict(sorted(self.changed.items())),
            "by_criterion": by,
            "examples": self.examples,
        }


def merged(parts: Iterable[Impact]) -> Impact | None:
    """Several parts of one impact as a whole, in the order in which they are given; None of
    none.
    """
    whole: Impact | None = None
    for part in parts:
        if whole is None:
            whole = Impact(part.draft, part.draft_sha256, part.in_force)
        whole.cases, whole.lines, whole.changed = (
            whole.cases + part.cases,
            whole.lines + part.lines,
            whole.changed + part.changed,
        )
        for change, of in part.criteria.items():
            whole.criteria[change] = whole.criteria.get(change, Counter[str]()) + of
        for change, few in part.examples.items():
            whole.examples[change] = [*whole.examples.get(change, []), *few][:FEW]
    return whole


def impact(
    draft: Edition,
    in_force: Edition | None,
    snapshots: Iterable[Snapshot],
    progress: Progress | None = None,
) -> Impact:
    """The draft against the edition in force over stored requests; lines that neither is for do not
    count.
    """
    found = Impact(_name(draft), draft.ref.sha256, _name(in_force) if in_force else NOBODY)
    for n, (case_id, request, at) in enumerate(snapshots, 1):
        found.cases = n
        _case(found, (draft, in_force), (case_id, request, at))
        if progress is not None and not n % EVERY:
            progress(n)
    if progress is not None:
        progress(found.cases)
    return found


def _name(edition: Edition) -> str:
    return f"{edition.ref.policy}@{edition.ref.version}"


def _case(found: Impact, editions: tuple[Edition, Edition | None], snapshot: Snapshot) -> None:
    case_id, request, at = snapshot
    prepared: dict[int, PreparedRequest] = {}
    for line in map(packaged().asked, request.lines):
        if line.cancelled:
            continue
        new, old = (_judged(one, line, (request, at), prepared) for one in editions)
        if new is not None or old is not None:
            found.lines += 1
            _count(found, case_id, (old, new))
        for one in (new, old):
            if one is not None:
                one.scope.close()


def _judged(
    edition: Edition | None,
    line: ServiceLine,
    given: tuple[AuthorizationRequest, datetime],
    prepared: dict[int, PreparedRequest],
) -> Judged | None:
    request, at = given
    if edition is None or not applies(edition, line, request.member, at.date()):
        return None
    ready = prepared.get(id(edition))
    if ready is None:
        like = next(iter(prepared.values()), None)
        ready = prepared[id(edition)] = (
            PreparedRequest(*given, edition) if like is None else like.under(edition)
        )
    return judge(ready, line)


def _count(found: Impact, case_id: str, pair: tuple[Judged | None, Judged | None]) -> None:
    """A line is pended by whatever is not for it: a person would have to look."""
    was, now = ("pend" if one is None else one.outcome for one in pair)
    if was == now:
        found.changed[f"{was}, unchanged"] += 1
        return
    change = f"{was}→{now}"
    found.changed[change] += 1
    pended = pair[1] if now == "pend" else pair[0]
    for name in reasons(pended):
        found.criteria.setdefault(change, Counter())[name] += 1
    few = found.examples.setdefault(change, [])
    if len(few) < FEW and case_id not in few:
        few.append(case_id)


def reasons(judged: Judged | None) -> list[str]:
    """What keeps a line from approval: the guards that hold it, and the lowest named criteria that
    are not met.
    """
    if judged is None:
        return [NOBODY]
    held = [f"guard {guard.id}" for guard, result in judged.guards if holds(guard, result.state)]
    return list(
        dict.fromkeys([*held, *(_unmet(judged.root) if judged.root.state != MET else ())])
    ) or [judged.reason]


def _unmet(result: Result) -> list[str]:
    """The lowest nodes with a name of their own that keep this one from being met."""
    mark = result.mark
    if result.state == MET:
        return []
    deeper = (
        [name for one in result.below for name in _unmet(one)]
        if mark.kind in {"all", "ref", "unless"}
        else []
    )
    return deeper or [mark.id]
