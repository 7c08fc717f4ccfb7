"""One line of a new version: evaluated anew, or still what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.criteria.decide.changes import ContentComparison, class_of
from services.criteria.engine.answer.evaluate import Evaluation
from services.criteria.engine.answer.timing import RETROSPECTIVE
from services.criteria.engine.edition.library import Library
from services.criteria.model import GRANTED, NOTIFIED, Line, LineDecision
from shared.events.content.digest import LineContent, canonical, content_digest
from shared.events.criteria import Basis, ContentChange, Determination, LineSummary
from shared.events.evaluation import LineEvaluation
from shared.events.request import Member

CHANGED = "changed_after_determination"
MOST_FORMER = 50
"""Decisions on former contents that a line keeps; whoever changes a line more often has the oldest
decided anew.
"""


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line as a version asks for it for a member, what the engine found, and by which policies,
    on which day, a change of it is classified; `declared`: as an emergency.
    """

    member: Member
    content: LineContent
    evaluation: Evaluation
    library: Library
    today: date
    declared: bool

    def found(self) -> LineEvaluation | None:
        """The line's evaluation; none for a withdrawn line."""
        sequence = self.content.line.sequence
        return next((one for one in self.evaluation.lines if one.sequence == sequence), None)


def answered(asked: AskedLine, before: Line | None) -> Line:
    """The line in this version: as it was decided where the content is the same or its change
    administrative, else as the engine judges it. There is no other way to be here.
    """
    if asked.content.line.cancelled:
        return withdrawn(before) if before is not None else evaluated(asked)
    if before is None or not (decisions := decided(before)):
        return evaluated(asked)
    if before.decided and canonical(before.content) == canonical(asked.content):
        return _looked_at_again(before, asked)
    decision, change = holding(decisions, asked)
    if decision is None:
        return _changed(evaluated(asked), before, decisions)
    return kept(decision, before, (asked.member.id, asked.content), change)


def holding(
    decisions: Sequence[LineDecision], asked: AskedLine
) -> tuple[LineDecision | None, ContentChange]:
    """The decision that the asked content has, if any, and how it differs from what was decided.

    One on this very content comes before a newer one that an administrative change would lead to.
    """
    classes = [
        (
            one,
            class_of(
                ContentComparison(one, asked.content, asked.library, asked.today, asked.member)
            ),
        )
        for one in decisions
    ]
    for wanted in (ContentChange.SAME, ContentChange.ADMINISTRATIVE):
        for decision, change in classes:
            if change is wanted:
                return decision, change
    return None, ContentChange.CLINICAL


def decided(line: Line | None) -> list[LineDecision]:
    """What was decided on the line's contents, the newest first."""
    if line is None:
        return []
    return [*([line] if line.decided else []), *reversed(line.former)]


def evaluated(asked: AskedLine) -> Line:
    """The line as the engine (or the sender, who withdrew it) determines it."""
    found, line = asked.found(), asked.content.line
    if found is None:
        determination, basis, reason = Determination.CANCELLED, Basis.SENDER, "withdrawn"
    else:
        determination, reason = _found(found, declared=asked.declared)
        basis = Basis.ENGINE
    summary = LineSummary(
        sequence=line.sequence,
        segment=line.segment,
        services=asked.library.asked(line).services,
        codes=tuple(code.code for code in line.codes),
        determination=determination,
        basis=basis,
        reason=reason,
        digest=content_digest(asked.member.id, asked.content),
        policy=found.policy if found else None,
    )
    return Line(
        summary=summary,
        content=asked.content,
        valid_days=asked.evaluation.valid_days.get(line.sequence, 90),
    )


def _found(found: LineEvaluation, *, declared: bool) -> tuple[Determination, str]:
    """What the engine makes of a line. A declared emergency is never held: what is not approved of
    it requires no action, unless the care is over, which a person looks at in retrospect.
    """
    if found.outcome == "approve":
        return Determination.APPROVED, found.reason
    if declared and found.reason != RETROSPECTIVE:
        return Determination.NO_ACTION, NOTIFIED
    return Determination.PENDED, found.reason


def withdrawn(line: Line) -> Line:
    """The line, withdrawn by its sender with everything that was granted for it."""
    gone = {
        "determination": Determination.CANCELLED,
        "basis": Basis.SENDER,
        "reason": "withdrawn",
        "reviewer": None,
        "authorization": None,
        "change": None,
        "former": (),
    }
    if line.summary.determination is Determination.CANCELLED:
        return line
    return line.model_copy(
        update={
            "reconsider": False,
            "former": (),
            "summary": line.summary.model_copy(update=gone),
        }
    )


def _looked_at_again(line: Line, asked: AskedLine) -> Line:
    """The same content with what was documented since: a refusal that the evidence no longer bears
    out goes to a clinician, who alone can lift it.
    """
    found = asked.found()
    lift = line.granted is None and found is not None and found.outcome == "approve"
    return line.model_copy(update={"reconsider": lift}) if lift is not line.reconsider else line


def kept(
    decision: LineDecision, before: Line, asked: tuple[str, LineContent], change: ContentChange
) -> Line:
    """The decision on the content as it is written now, with its authorization and number; `asked`
    are the member and that content.
    """
    member, content = asked
    line, now = content.line, canonical(content)
    others = [one for one in decided(before) if one is not decision]
    also = [one for one in (decision.content, *decision.also) if canonical(one) != now]
    summary = decision.summary.model_copy(
        update={
            "segment": line.segment,
            "codes": tuple(code.code for code in line.codes),
            "digest": content_digest(member, content),
            "change": change,
            "former": () if decision.granted else before.valid,
            "authorization": decision.granted
            and decision.granted.model_copy(update={"performer": content.performer}),
        }
    )
    return Line(
        summary=summary,
        content=content,
        also=tuple(also[:MOST_FORMER]),
        valid_days=decision.valid_days,
        former=former(others),
    )


def _changed(line: Line, before: Line, decisions: list[LineDecision]) -> Line:
    """Another question under the line's number: what was granted for the former content stays until
    the asker withdraws it, or until the new content is approved in its place.
    """
    update: dict[str, object] = {"change": ContentChange.CLINICAL}
    if line.summary.determination not in GRANTED:
        update |= {"reason": CHANGED, "former": before.valid}
    return line.model_copy(
        update={
            "summary": line.summary.model_copy(update=update),
            "former": former(decisions),
        }
    )


def former(decisions: Sequence[LineDecision]) -> tuple[LineDecision, ...]:
    """Decisions, which come the newest first, as a line remembers them: the newest last."""
    return tuple(
        LineDecision(**{name: getattr(one, name) for name in LineDecision.model_fields})
        for one in reversed(decisions[:MOST_FORMER])
    )
