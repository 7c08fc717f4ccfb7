"""Every line of a request with the edition that judges it, and what the evaluation shows of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.criteria.engine.answer.advisories.doubts import LineDoubt, doubt_of
from services.criteria.engine.answer.evidence import made, node
from services.criteria.engine.answer.judge import Judged, advises
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import SEVERAL, Library
from services.criteria.engine.runtime.scope import Result
from shared.events.evaluation import LineCode, LineEvaluation
from shared.events.request import AuthorizationRequest, Member, ServiceLine

TOO_MUCH = "too_much_evidence"
MOST_SHOWN = 6 * 1024 * 1024
"""Bytes of evidence in an evaluation: every line shows every item of a list anew, and no event
holds two hundred lines with a thousand lesions each.
"""
MEASURED_FROM = 1_000
"""Lines times facts from which on the trees are measured; those of fewer cannot be too large."""


@dataclass(slots=True)
class RequestedLine:
    """A line with the services of its codes, for whom it is, the edition that judges it (or why
    none does), which code asks for what, and what is doubtful about it; `judged` once it is. Where
    several would judge it, `unsaid` is what the request would have to say.
    """

    line: ServiceLine
    member: Member
    edition: Edition | str
    codes: tuple[LineCode, ...]
    doubt: LineDoubt | None
    judged: Judged | None = None
    unsaid: tuple[str, ...] = ()

    def doubted(self, judged: Judged) -> Judged:
        """The line as judged, but that a person looks at it where it is doubtful."""
        if self.doubt is not None:
            judged.outcome, judged.reason = "pend", self.doubt.reason
        return judged

    @property
    def reason(self) -> str:
        """Why the line is what it is."""
        if self.judged is not None:
            return self.judged.reason
        return str(self.edition) if self.doubt is None else self.doubt.reason


def asked_lines(request: AuthorizationRequest, library: Library, day: date) -> list[RequestedLine]:
    """The lines that are not cancelled, as the library reads them on this day."""
    found = []
    for line in request.lines:
        if not line.cancelled:
            read = library.codes.read(line)
            edition = library.judging(read, day, request.member)
            doubt = doubt_of(line, read, edition, library)
            asked = RequestedLine(read.line, request.member, edition, read.shown, doubt)
            if edition == SEVERAL:
                asked.unsaid = library.unsaid(read.line, day, request.member)
            found.append(asked)
    return found


def completed(request: AuthorizationRequest, asked: list[RequestedLine]) -> AuthorizationRequest:
    """The request with the services of its codes; itself where they add none."""
    lines = iter(asked)
    whole = tuple([line if line.cancelled else next(lines).line for line in request.lines])
    same = all(one is other for one, other in zip(whole, request.lines, strict=True))
    return request if same else request.model_copy(update={"lines": whole})


def line_evaluations(
    asked: list[RequestedLine], library: Library, day: date, facts: int
) -> tuple[LineEvaluation, ...]:
    """Every line with its evidence, as long as there is room for it; a line without goes to a
    person, for nothing is approved that cannot be shown. `facts` is how many the request has.
    """
    room = MOST_SHOWN if len(asked) * facts >= MEASURED_FROM else None
    lines: list[LineEvaluation] = []
    for one in asked:
        made_of = None if room is not None and room < 0 else _line(one, library, day)
        if room is not None and made_of is not None:
            room -= len(made_of.model_dump_json(exclude_defaults=True))
        if one.judged is not None and room is not None and room < 0:
            one.judged.outcome, one.judged.reason = "pend", TOO_MUCH
            made_of = None
        lines.append(made_of or _unshown(one))
    return tuple(lines)


def _unshown(asked: RequestedLine) -> LineEvaluation:
    """A line that pends without a tree: no policy judges it, or its tree has no room."""
    return LineEvaluation(
        sequence=asked.line.sequence,
        segment=asked.line.segment,
        outcome="pend",
        reason=asked.reason,
        policy=None if asked.judged is None else asked.judged.edition.ref,
        codes=asked.codes,
    )


def _line(asked: RequestedLine, library: Library, received: date) -> LineEvaluation:
    line, judged = asked.line, asked.judged
    if judged is None:
        return _unshown(asked)
    return made(
        LineEvaluation,
        sequence=line.sequence,
        segment=line.segment,
        outcome="approve" if judged.outcome == "approve" else "pend",
        reason=judged.reason,
        policy=judged.edition.ref,
        tree=node(judged.root, judged.edition.vocabulary),
        guards=tuple(
            [
                node(
                    result
                    if advises(guard, result.state) or guard.then == "pend"
                    else _alone(result),
                    judged.edition.vocabulary,
                )
                for guard, result in judged.guards
            ]
        ),
        other_editions=tuple(
            [one.ref for one in library.others(judged.edition, line, received, asked.member)]
        ),
        codes=asked.codes,
    )


def _alone(result: Result) -> Result:
    """A guard that has nothing to say is shown without what is below it."""
    return Result(result.mark, result.state, (), result.reason, result.known)
