"""What is told of a request that says two things that cannot both be true."""

from __future__ import annotations

from collections.abc import Iterable

from services.criteria.engine.answer.evidence import made
from services.criteria.engine.answer.judge import Judged
from services.criteria.engine.language.contradiction import ContradictionRule
from shared.events.evaluation import Advisory


def contradictory(judged: Iterable[Judged]) -> tuple[Advisory, ...]:
    """Every contradiction once, with the lines whose vocabulary knows it; a call is asked for where
    one of them is approved all the same.
    """
    found: dict[str, tuple[ContradictionRule, list[Judged]]] = {}
    for one in judged:
        for rule in one.contradictions:
            found.setdefault(rule.spec.id, (rule, []))[1].append(one)
    return tuple(
        made(
            Advisory,
            id=f"contradiction:{name}",
            text=rule.spec.text,
            lines=tuple([one.line.sequence for one in lines]),
            call_within_minutes=rule.spec.call_within_minutes
            if any(one.outcome == "approve" for one in lines)
            else None,
        )
        for name, (rule, lines) in found.items()
    )
