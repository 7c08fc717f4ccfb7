"""What an evaluation says beside its outcome: advisories, scores, citations, and sentences for
notices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.criteria.engine.answer.advisories.provider_numbers import mistyped
from services.criteria.engine.answer.advisories.segments import turned
from services.criteria.engine.answer.advisories.twins import twins
from services.criteria.engine.answer.evidence import items_met, made, sources
from services.criteria.engine.answer.ground import ground
from services.criteria.engine.answer.judge import Judged, advises
from services.criteria.engine.answer.prepared_request import PreparedRequest
from services.criteria.engine.answer.timing import RETROSPECTIVE
from services.criteria.engine.language.policy import Guard
from services.criteria.engine.logic.values import MET, NOT_MET, UNKNOWN
from services.criteria.engine.runtime.recorded import only_old
from services.criteria.engine.runtime.scope import Result
from services.criteria.engine.runtime.scores import Total
from shared.body.spine import POSITION
from shared.events.evaluation import Advisory, Citation, Score, Statement
from shared.events.request import AuthorizationRequest


@dataclass(slots=True)
class _Note:
    text: str = ""
    lines: list[int] = field(default_factory=list)
    met: bool = False
    call: int | None = None


def advisories(judged: Iterable[Judged]) -> tuple[Advisory, ...]:
    """Every advisory once, with the lines that it is said of, in the policy's order."""
    found: dict[str, _Note] = {}
    for one in judged:
        for guard, result in one.guards:
            if not advises(guard, result.state) or (one.old and only_old(result)):
                continue
            for subject, state in _subjects(guard, result, one):
                _add(found, guard, subject, state, one)
    return tuple(
        made(
            Advisory,
            id=name,
            text=note.text[:1_000],
            lines=tuple(note.lines),
            call_within_minutes=note.call,
        )
        for name, note in found.items()
    )


def of_request(request: AuthorizationRequest, whole: AuthorizationRequest) -> tuple[Advisory, ...]:
    """What there is to tell of a request whatever policy judges it; none of it holds a line.
    `whole` is the request with the services of its codes.
    """
    return (*twins(request, whole), *turned(request), *mistyped(request))


def _subjects(guard: Guard, result: Result, judged: Judged) -> list[tuple[str, int]]:
    """What the advisory is named after, each with its state; an empty name for the guard alone."""
    if guard.name_by == "item":
        named = [
            (below.subject or "", below.state) for below in result.below if below.state != NOT_MET
        ]
        met = [pair for pair in named if pair[1] == MET]
        return met or named or [("", result.state)]
    if guard.name_by is not None:
        known = judged.scope.line.get(guard.name_by) or judged.scope.member.get(guard.name_by)
        return [(known.subject if known else "", result.state)]
    return [("", result.state)]


def _add(found: dict[str, _Note], guard: Guard, subject: str, state: int, judged: Judged) -> None:
    name = f"{guard.id}:{subject}"[:64] if subject else guard.id
    note = found.get(name)
    if note is None:
        note = found[name] = _Note()
    note.lines.append(judged.line.sequence)
    if state == MET and not note.met:
        note.met = True
        note.call = None if judged.reason == RETROSPECTIVE else guard.call_within_minutes
        note.text = _said(guard.text, subject, judged)
    elif not note.text:
        note.text = _said(
            guard.unknown_text or f"Not documented, so it could not be checked: {guard.text}",
            subject,
            judged,
        )


def _said(text: str, subject: str, judged: Judged) -> str:
    return text.replace("{item}", subject or "no level named").replace(
        "{segment}", judged.line.segment or "the line"
    )


def score_list(prepared: Iterable[PreparedRequest]) -> tuple[Score, ...]:
    """The policy's scores for every item, from top to bottom."""
    found: list[tuple[int, Score]] = []
    for one in prepared:
        for path, table in one.edition.scores:
            kind = one.edition.vocabulary.entries[path].spec.of
            for item in one.subjects(kind):
                total: Total = item.facts[path].detail
                reachable = total.reachable
                score = Score(
                    subject=item.name or kind,
                    score=table.spec.score,
                    low=reachable[0],
                    high=reachable[-1],
                    reachable=reachable,
                    settled_by=total.settled_by,
                )
                found.append((len(POSITION) if item.span is None else item.span.top, score))
    return tuple(score for _, score in sorted(found, key=lambda pair: pair[0]))


def citation_list(judged: Iterable[Judged]) -> tuple[Citation, ...]:
    """For every line, whether the population of each reference includes this patient, and why
    (not).
    """
    return tuple(
        made(
            Citation,
            id=spec.id,
            line=one.line.sequence,
            applies=None if result.state == UNKNOWN else result.state == MET,
            why=_why(result)[:1_000],
        )
        for one in judged
        for spec, result in one.citations
    )


def _why(result: Result) -> str:
    if result.state == MET:
        return "Applies: the patient fits the population of the study."
    reasons = [
        below.mark.why_not
        for below in result.below or (result,)
        if below.state == result.state and below.mark.why_not
    ]
    start = "Does not apply" if result.state == NOT_MET else "Cannot be told; open is whether"
    return f"{start}: {'; '.join(reasons) or 'the population of the study is another one'}."


def statements(judged: Iterable[Judged]) -> tuple[Statement, ...]:
    """The sentences that notices may make: of approved lines, what was found, with the chart
    sources behind it.
    """
    found: list[Statement] = []
    for one in judged:
        if one.outcome != "approve":
            continue
        for spec in one.edition.spec.statements:
            result = one.scope.memo.get(spec.when)
            if result is not None and result.state == MET:
                figures, doubts = ground(result, one.edition.vocabulary)
                text = spec.text.replace("{items}", " and ".join(items_met(result)) or "the spine")
                found.append(
                    made(
                        Statement,
                        text=text[:1_000],
                        lines=(one.line.sequence,),
                        sources=sources(result),
                        figures=figures,
                        doubts=doubts,
                        criterion=spec.when,
                    )
                )
    return tuple(found)
