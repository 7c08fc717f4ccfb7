"""Findings of an acute course that were seen too long ago to tell how it is now: they are asked
about, and neither decide nor alarm.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.answer.judge import Judged
from services.criteria.engine.runtime.facts import OLD
from services.criteria.engine.runtime.recorded import recorded
from shared.events.evaluation import Advisory

MOST_NAMED = 10


def aged(judged: Iterable[Judged]) -> tuple[Advisory, ...]:
    """What everybody reads where a line's evidence is old: which facts, and that no test is asked
    for.
    """
    paths: set[str] = set()
    lines: list[int] = []
    for one in [each for each in judged if each.old]:
        found = {known.path for known in recorded(one.root) if known.reason == OLD}
        if found:
            paths |= found
            lines.append(one.line.sequence)
    if not lines:
        return ()
    named = ", ".join(sorted(paths)[:MOST_NAMED])
    return (
        made(
            Advisory,
            id="old-evidence",
            text="These findings were seen so long ago that they do not tell how it is now; they "
            f"are asked about, and no new test is asked for: {named}."[:1_000],
            lines=tuple(lines),
        ),
    )
