"""One case through intake's and criteria's decisions together, with events that arrive late."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.criteria.decide import decide as criteria_decides
from services.criteria.decide.reference import DecisionReference
from services.criteria.engine.edition import edition
from services.criteria.engine.edition.library import Library
from services.criteria.engine.language import vocabulary
from services.criteria.model import CriteriaState
from services.intake.model import IntakeState, Submission
from shared.events.clocks.duties import ClockExtended, ClockStarted
from shared.events.criteria import Basis, CaseDetermined, EvaluationOutline, LineDetermined
from shared.events.intake import RequestAmended, RequestCancelled, RequestReceived
from shared.events.reviews import ReviewSubmitted
from shared.ids import derive
from shared.lanes.outcome import Outcome, Received
from tests.desk import attested
from tests.unit.criteria.given import AT, HEAD, VOCABULARY, library
from tests.unit.criteria.truth import Truth, number_of
from tests.unit.intake import given as intake

CRITERIA_READS = (RequestReceived, RequestAmended, RequestCancelled, ClockStarted, ClockExtended)
INTAKE_READS = (EvaluationOutline, LineDetermined, CaseDetermined)
Json = dict[str, Any]


@dataclass(frozen=True)
class Amend:
    """The request again with fields changed: of a line by its index, of the request with None.

    `late`: what follows from it has not arrived anywhere yet when the next thing happens.
    """

    edits: tuple[tuple[int | None, str, Any], ...]
    late: bool = False


@dataclass(frozen=True)
class Return:
    """The request as it was some versions ago."""

    ago: int
    late: bool = False


@dataclass(frozen=True)
class Repeat:
    """A line asks for what another line asks for."""

    line: int
    late: bool = False


@dataclass(frozen=True)
class Review:
    """A clinician's decision on a line as it stood some decisions ago."""

    line: int
    determination: str
    ago: int = 0
    late: bool = False


@dataclass(frozen=True)
class Arrive:
    """So many events arrive at criteria, so many at intake."""

    criteria: int
    intake: int


Step = Amend | Return | Repeat | Review | Arrive


class History:
    """A case from its first request on."""

    def __init__(self, reference: DecisionReference, request: Json) -> None:
        self.truth, self._reference = Truth(), reference
        self._requests, self._number, self._now = [request], 0, AT
        self._intake: IntakeState | None = None
        self._case: CriteriaState | None = None
        self._seen: list[CriteriaState] = []
        self._to_criteria: deque[Received] = deque()
        self._to_intake: deque[Received] = deque()
        self._submit(request)
        self._settle()

    def take(self, step: Step) -> None:
        """One thing happens, and what follows from it unless it is late."""
        self._now += timedelta(hours=7)
        match step:
            case Amend():
                self._submit(edited(self._requests[-1], step.edits))
            case Return():
                self._submit(self._requests[-1 - step.ago % len(self._requests)])
            case Repeat():
                self._submit(repeated(self._requests[-1], step.line))
            case Review():
                self._review(step)
            case Arrive():
                self._arrive(step.criteria, step.intake)
                return
        if not step.late:
            self._settle()

    def end(self) -> None:
        """Everything has arrived: intake knows what criteria decided."""
        self._settle()
        assert self._intake is not None
        assert self._case is not None
        assert self._intake.version == self._case.version
        for status in self._intake.lines:
            line = self._case.line(status.line.sequence)
            assert line is not None
            summary = line.summary.model_dump(mode="json")
            known = status.model_dump(mode="json")
            assert known["determination"] == summary["determination"], "intake knows the outcome"
            assert number_of(known) == number_of(summary), "intake knows the number"
            assert numbers(known) == numbers(summary), "intake knows what stays valid"
            person = line.basis is Basis.CLINICIAN
            assert known["human_reviewed"] == person, "intake knows whether a person decided"

    def _submit(self, request: Json) -> None:
        """A submission at intake; its own number makes it another one than an equal one before."""
        self._number += 1
        content = deepcopy(request) | {"reference": f"R-{self._number}"}
        if self._intake is not None:
            content["amends"] = str(self._case_id)
        received = intake.submitted(content, at=self._now)
        if self._intake is None:
            self._case_id = received.case_id
        before = self._intake.version if self._intake else 0
        self._at_intake(received._replace(case_id=self._case_id))
        assert isinstance(received.data, Submission)
        assert self._intake is not None
        if self._intake.version > before:
            self._requests.append(request)
            self.truth.asked(self._intake.version, request)

    def _review(self, step: Review) -> None:
        """A review by what its clinician saw; criteria reads it when it comes."""
        case = self._seen[-1 - step.ago % len(self._seen)]
        line = case.lines[step.line % len(case.lines)]
        self._number += 1
        data = attested(
            case_id=self._case_id,
            idempotency_key=f"key-{self._number}",
            evaluation_id=case.evaluation_id,
            sequence=line.sequence,
            content_digest=line.summary.digest,
            determination=step.determination,
            criterion="root",
        )
        self.truth.looked_at(line.sequence, case.version, step.determination)
        self._to_criteria.append(self._event(derive(self._case_id, str(self._number)), data))

    def _settle(self) -> None:
        while self._to_criteria or self._to_intake:
            self._arrive(1, 1)

    def _arrive(self, at_criteria: int, at_intake: int) -> None:
        for _ in range(min(at_criteria, len(self._to_criteria))):
            self._at_criteria(self._to_criteria.popleft())
        for _ in range(min(at_intake, len(self._to_intake))):
            self._at_intake(self._to_intake.popleft())

    def _at_intake(self, received: Received) -> None:
        outcome = intake.when(self._intake, received)
        assert outcome.state is not None
        self._intake = IntakeState.model_validate_json(outcome.state.model_dump_json())
        self._to_criteria.extend(self._following(outcome, received, CRITERIA_READS))
        if isinstance(received.data, Submission):
            return
        for status in self._intake.lines:
            known = status.model_dump(mode="json")
            sequence, version = status.line.sequence, self._intake.version
            self.truth.covers(sequence, version, number_of(known), numbers(known))

    def _at_criteria(self, received: Received) -> None:
        outcome = criteria_decides(self._reference, self._case, received, self._now)
        assert outcome.state is not None
        self._case = CriteriaState.model_validate_json(outcome.state.model_dump_json())
        self._seen.append(self._case)
        events = [
            (type(one.data).__name__, one.data.model_dump(mode="json")) for one in outcome.events
        ]
        review = isinstance(received.data, ReviewSubmitted)
        self.truth.decided(events, version=self._case.version, review=review)
        self._to_intake.extend(self._following(outcome, received, INTAKE_READS))

    def _following(
        self, outcome: Outcome[Any], cause: Received, reads: tuple[type, ...]
    ) -> list[Received]:
        return [
            self._event(derive(cause.id, type(one.data).__name__, one.discriminator), one.data)
            for one in outcome.events
            if isinstance(one.data, reads)
        ]

    def _event(self, ident: UUID, data: Any) -> Received:
        at: datetime = self._now
        return Received(ident, self._case_id, data.TYPE, data, at, at)


def repeated(request: Json, index: int) -> Json:
    """The request with a line that asks for the same as the line before it."""
    made, lines = deepcopy(request), request["lines"]
    at, other = index % len(lines), lines[index % len(lines) - 1]
    made["lines"][at] = deepcopy(other) | {"sequence": lines[at]["sequence"]}
    return made


def policies() -> Library:
    """Two policies for one service: the diagnosis says which of them judges a line."""
    words = vocabulary.load(VOCABULARY, "toy-vocabulary.yaml")
    editions = [
        edition.load(
            f"{_head(name, diagnosis)}\ncriteria: {{fact: {leaf}, is: true}}\n",
            f"{name}.yaml",
            {words.name: words},
            {},
        )
        for name, diagnosis, leaf in (("toy", "D1*", "a"), ("other-toy", "E1*", "b"))
    ]
    return library(*editions)


def _head(name: str, diagnosis: str) -> str:
    applies = f'applies_to: {{services: [toy], any_diagnosis: ["{diagnosis}"]}}'
    return HEAD.replace("policy: toy", f"policy: {name}").replace(
        "applies_to: {services: [toy]}", applies
    )


def numbers(line: Json) -> set[str]:
    """The former authorizations of a line."""
    return {one["number"] for one in line["former"]}


def edited(request: Json, edits: tuple[tuple[int | None, str, Any], ...]) -> Json:
    """The request with fields changed."""
    made = deepcopy(request)
    for index, name, value in edits:
        whole = made if index is None else made["lines"][index % len(made["lines"])]
        whole[name] = value
    return made
