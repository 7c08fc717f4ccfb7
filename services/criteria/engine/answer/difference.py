"""What became of a case between two evaluations: which facts changed, which nodes changed and why,
and what is still open.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.events.content.changes import EvaluationChanges, FactChange, LineChange, NodeChange
from shared.events.criteria import CriteriaEvaluated
from shared.events.evaluation import Evidence, LineEvaluation, Node

Said = dict[tuple[str, str], tuple[Any, ...]]
"""Every observation by path and subject."""


def difference(before: CriteriaEvaluated, after: CriteriaEvaluated) -> EvaluationChanges:
    """The changes from one evaluation of a case to a later one; neither is altered, and a
    correction of a fact shows as a change.
    """
    was, now = (
        {line.sequence: line for line in before.lines},
        {line.sequence: line for line in after.lines},
    )
    facts = tuple(_facts(_said(before), _said(after)))
    changed = {(one.path, one.subject) for one in facts}
    return EvaluationChanges(
        before=before.evaluation_id,
        facts=facts,
        lines=tuple(
            _line(was.get(sequence), now.get(sequence))
            for sequence in sorted(was | now)
            if _outcome(was.get(sequence)) != _outcome(now.get(sequence))
        ),
        nodes=tuple(_nodes(was, now, changed)),
        answered=tuple(
            sorted({one.id for one in before.questions} - {one.id for one in after.questions})
        ),
        open=tuple(one.id for one in after.questions),
    )


def _line(was: LineEvaluation | None, now: LineEvaluation | None) -> LineChange:
    sequence = now.sequence if now is not None else was.sequence if was is not None else 0
    return LineChange(
        sequence=sequence,
        before=was.outcome if was else None,
        after=now.outcome if now else None,
        reason=now.reason if now else None,
    )


def _outcome(line: LineEvaluation | None) -> tuple[str, str] | None:
    return (line.outcome, line.reason) if line is not None else None


def _trees(evaluation: CriteriaEvaluated) -> Iterator[Node]:
    for line in evaluation.lines:
        yield from (node for node in (line.tree, *line.guards) if node is not None)


def _evidence(node: Node) -> Iterator[Evidence]:
    yield from node.evidence
    for child in node.children:
        yield from _evidence(child)


def _said(evaluation: CriteriaEvaluated) -> Said:
    """What the evaluation's nodes rest on."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for tree in _trees(evaluation):
        for one in _evidence(tree):
            value = one.model_dump(
                mode="json", include={"value", "unit", "certainty"}, exclude_defaults=True
            )
            found.setdefault((one.path, one.subject), {})[str(sorted(value.items(), key=str))] = (
                value
            )
    return {key: tuple(of.values()) for key, of in found.items()}


def _facts(was: Said, now: Said) -> Iterator[FactChange]:
    for path, subject in sorted(was | now):
        old, new = was.get((path, subject)), now.get((path, subject))
        if old != new:
            what = "added" if old is None else "withdrawn" if new is None else "corrected"
            yield FactChange(
                path=path, subject=subject, what=what, before=old or (), after=new or ()
            )


def _nodes(
    was: dict[int, LineEvaluation], now: dict[int, LineEvaluation], facts: set[tuple[str, str]]
) -> Iterator[NodeChange]:
    """Every node whose state changed, the ones that say why first: leaves before the groups above
    them.
    """
    for sequence in sorted(was.keys() & now.keys()):
        old, new = dict(_states(was[sequence])), dict(_states(now[sequence]))
        for key, node in new.items():
            before = old.get(key)
            if before is not None and before.state is not node.state:
                yield NodeChange(
                    sequence=sequence,
                    id=node.id,
                    subject=key[1],
                    before=before.state.value,
                    after=node.state.value,
                    because=_because(before, node, facts),
                )


def _states(line: LineEvaluation) -> Iterator[tuple[tuple[str, str | None, str | None], Node]]:
    for tree in (line.tree, *line.guards):
        if tree is not None:
            yield from _walk(tree, None, tree.id)


def _walk(
    node: Node, item: str | None, top: str
) -> Iterator[tuple[tuple[str, str | None, str | None], Node]]:
    for child in node.children:
        yield from _walk(child, node.subject or item, top)
    yield (node.id, node.subject or item, top), node


def _because(before: Node, after: Node, facts: set[tuple[str, str]]) -> tuple[str, ...]:
    """The facts beneath a node that changed, as `path` or `path:subject`."""
    beneath = {(one.path, one.subject) for node in (before, after) for one in _evidence(node)}
    return tuple(_named(path, subject) for path, subject in sorted(beneath & facts))


def _named(path: str, subject: str) -> str:
    return path if subject in {"member", "line"} else f"{path}:{subject}"
