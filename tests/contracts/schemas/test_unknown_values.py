"""A value that an open enumeration gained after a service was released: whoever reads it, nothing
adverse follows, no letter is written, no clock starts, moves or stops. Nothing is parked but what
refuses or reduces on a basis that is unknown here: passed over, an approval that stands would be
taken back from whoever looks at it.

Audit looks into no event.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple, get_args
from uuid import UUID

import pytest
from pydantic import BaseModel

from services.criteria.decide import decide as judge
from services.criteria.handlers import service as criteria
from services.criteria.model import CriteriaState
from services.intake.handlers import service as intake
from services.intake.model import IntakeState
from services.letters.decide import decide as write
from services.letters.handlers import service as letters
from services.letters.model import LettersState
from shared.errors import Impossible
from shared.events.adverse import UNKNOWN_BASIS
from shared.events.clocks.acts import Extend
from shared.events.clocks.duties import (
    ClockBreached,
    ClockCorrected,
    ClockExpired,
    ClockExtended,
    ClockKind,
    ExtensionReason,
    OnExpiry,
)
from shared.events.criteria import (
    Basis,
    CaseDetermined,
    Determination,
    InformationRequested,
    LineDetermined,
)
from shared.events.evaluation import (
    AskedOf,
    ClinicianAsk,
    Doubt,
    OtherWay,
    Question,
    Statement,
)
from shared.events.evolution.open_enumeration import OpenEnumeration
from shared.events.intake import RequestAmended
from shared.events.letters import LetterIssued, LetterKind
from shared.events.model import EventData
from shared.events.request import Asker, ItemKind, LineOfBusiness, PlanFunding
from shared.lanes.batch.reader import read_data
from shared.lanes.outcome import Outcome
from shared.settings import load
from tests.unit.criteria import given as of_criteria
from tests.unit.intake import given as of_intake
from tests.unit.letters import examples as of_letters

NEW = "gained-later"
ADVERSE = {Determination.NOT_CERTIFIED, Determination.MODIFIED}
LINE_REFUSED = of_intake.line_determined(1, Determination.NOT_CERTIFIED, basis=Basis.CLINICIAN)
CASE_PENDED = of_intake.case_determined(Determination.PENDED)
LINE_OF_CASE_REFUSED = of_intake.case_determined(Determination.NOT_CERTIFIED).model_copy(
    update={"determination": Determination.PENDED}
)
RECEIVED = of_letters.request_received(
    member=of_letters.member(funding=PlanFunding.INSURED),
    asker=Asker.MEMBER,
    lines=tuple(
        line.model_copy(update={"item": ItemKind.SERVICE}) for line in of_letters.request().lines
    ),
)
AMENDED = RequestAmended(**{**RECEIVED.model_dump(exclude={"resembles"}), "version": 2})
STARTED = of_letters.clock_started().model_copy(update={"on_expiry": OnExpiry.ADVERSE_APPEALABLE})
EXTENDED = ClockExtended(
    kind=ClockKind.DETERMINATION,
    rule=STARTED.rule,
    due_at=STARTED.due_at + timedelta(days=14),
    reason="information_missing",
)
BREACHED = ClockBreached(kind=ClockKind.DETERMINATION, rule=STARTED.rule, due_at=STARTED.due_at)
EXPIRED = ClockExpired(
    rule=STARTED.rule,
    citation="c",
    due_at=STARTED.due_at,
    on_expiry=OnExpiry.ADVERSE_APPEALABLE,
    lines=(1,),
)
FURTHER = ClockKind.FURTHER_DETERMINATION
EXPIRED_BESIDE = EXPIRED.model_copy(update={"kind": FURTHER})
CORRECTED = ClockCorrected(
    kind=ClockKind.DETERMINATION,
    rule=STARTED.rule,
    started_at=STARTED.started_at,
    due_at=STARTED.due_at + timedelta(days=1),
    breached=False,
    reason="receipt",
)


EXTENSION_ASKED = of_letters.spoken().model_copy(
    update={
        "act": Extend(act="extend", reason=ExtensionReason.MEMBER_ASKED, words=of_letters.WORDS)
    }
)


def told(kind: LetterKind) -> CaseDetermined:
    """A determination that calls for a letter of the kind, with what each line rests on."""
    lines = of_letters.determined(kind).lines
    based = tuple(line.model_copy(update={"basis": line.basis or Basis.ENGINE}) for line in lines)
    return of_letters.determined(kind, lines=based)


REVIEWED = of_intake.letter().model_copy(update={"basis": Basis.CLINICIAN})
DOUBTED = told(LetterKind.APPROVAL).model_copy(
    update={"statements": (Statement(text="Seen.", lines=(1,), doubts=(Doubt.UNDATED,)),)}
)

ASKED = Question(
    id="clinician-1",
    text="Since when?",
    lines=(1,),
    asked=ClinicianAsk(by="rn-1", name="A nurse", of=AskedOf.PROVIDER, until=date(2026, 1, 7)),
)
ASKED_FIRST = of_intake.evaluated().model_copy(update={"questions": (ASKED,)})
ASKED_OF = InformationRequested(evaluation_id=UUID(int=1), questions=(ASKED,))
QUESTIONED = told(LetterKind.PENDED).model_copy(
    update={
        "questions": (ASKED,),
        "other_ways": (OtherWay(line=1, instead_of=("x",), questions=(ASKED,)),),
    }
)


class Row(NamedTuple):
    """A reader, an event that it reads, and a place in it; `acts`: what is there now has an
    effect; `informs`: it is told beside what the event does, and never changes that; `parks`: the
    event is adverse, and the place is what it rests on.
    """

    reader: str
    event: EventData
    place: str
    acts: bool = True
    informs: bool = False
    parks: bool = False

    def __str__(self) -> str:
        return f"{self.reader}-{type(self.event).__name__}-{self.place}"


ROWS = (
    Row("intake", LINE_REFUSED, "determination"),
    Row("intake", LINE_REFUSED, "basis", parks=True),
    Row("intake", CASE_PENDED, "determination", acts=False),
    Row("intake", LINE_OF_CASE_REFUSED, "lines.0.determination"),
    Row("intake", LINE_OF_CASE_REFUSED, "lines.0.basis", parks=True),
    Row("intake", DOUBTED, "statements.0.doubts.0", acts=False, informs=True),
    Row("letters", DOUBTED, "statements.0.doubts.0", acts=False, informs=True),
    Row("intake", ASKED_FIRST, "questions.0.asked.of", acts=False, informs=True),
    Row("intake", ASKED_OF, "questions.0.asked.of", acts=False),
    *(
        Row(reader, QUESTIONED, f"{place}questions.0.asked.of", acts=False, informs=True)
        for reader in ("intake", "letters")
        for place in ("", "other_ways.0.")
    ),
    Row("intake", of_intake.letter(), "kind"),
    Row("intake", of_intake.letter(), "audience"),
    Row("intake", of_intake.letter(LetterKind.REFUSAL), "basis", parks=True),
    Row("intake", REVIEWED, "basis", informs=True),
    *(
        Row(reader, event, place, acts=False)
        for reader in ("criteria", "letters")
        for event in (RECEIVED, AMENDED)
        for place in (
            "channel",
            "request.member.line_of_business",
            "request.member.funding",
            "request.asker",
            "request.lines.0.item",
        )
    ),
    *(
        Row(reader, one, "kind")
        for reader in ("criteria", "letters")
        for one in (STARTED, EXTENDED)
    ),
    *(Row(reader, STARTED, "on_expiry", informs=True) for reader in ("criteria", "letters")),
    Row("letters", of_letters.expired(OnExpiry.ADVERSE_APPEALABLE), "on_expiry"),
    Row("letters", of_letters.corrected(due_at=of_letters.NOW), "kind"),
    Row("letters", EXTENSION_ASKED, "act.reason", acts=False),
    *(Row("criteria", one, "kind") for one in (BREACHED, CORRECTED)),
    Row("criteria", EXPIRED, "on_expiry", informs=True),
    Row("criteria", EXPIRED_BESIDE, "kind", informs=True),
    Row("letters", of_letters.expired(OnExpiry.EXHAUSTED, kind=FURTHER), "kind", informs=True),
    Row("letters", of_letters.reviewed(1), "determination", acts=False),
    *(
        Row("letters", told(kind), place)
        for kind in (LetterKind.APPROVAL, LetterKind.REFUSAL)
        for place in ("determination", "lines.0.determination")
    ),
    Row("letters", told(LetterKind.APPROVAL), "lines.1.basis"),
    Row("letters", told(LetterKind.REFUSAL), "lines.1.basis", parks=True),
)


def with_new_value(event: EventData, place: str) -> bytes:
    """The event as a newer version publishes it."""
    content = json.loads(event.published())
    *way, last = [int(one) if one.isdecimal() else one for one in place.split(".")]
    at = content
    for one in way:
        at = at[one]
    assert at[last]
    at[last] = NEW
    return json.dumps(content).encode()


@cache
def reads(reader: str) -> dict[str, type[EventData]]:
    """What a service takes of the events that it reads, by type."""
    made = {"intake": intake, "criteria": criteria, "letters": letters}[reader](load())
    return {event.TYPE: event for event in made.reads}


def approved() -> IntakeState:
    """A case of intake whose lines are all approved, and whose notice is on its way."""
    found = of_intake.case_determined(Determination.APPROVED, Determination.APPROVED)
    return of_intake.case_of(of_intake.when(of_intake.opened(), of_intake.told(found)))


def in_intake(data: EventData) -> tuple[Outcome[IntakeState], set[str]]:
    """What intake makes of an event, and what of it matters."""
    before = approved() if isinstance(data, LetterIssued) else of_intake.opened()
    outcome = of_intake.when(before, of_intake.told(data))
    after = of_intake.case_of(outcome)
    found = {after.determination, *(line.determination for line in after.lines)} & ADVERSE
    clock = after.clock != before.clock or outcome.events or outcome.timers
    return outcome, ({"adverse"} if found else set()) | ({"clock"} if clock else set())


def in_criteria(data: EventData) -> tuple[Outcome[CriteriaState], set[str]]:
    """What criteria makes of an event, and what of it matters."""
    request = of_criteria.accepted(RECEIVED.request)
    case = judge(of_criteria.REFERENCE, None, of_criteria.received(request), of_criteria.AT).state
    outcome = judge(of_criteria.REFERENCE, case, of_criteria.received(data, 2), of_criteria.AT)
    assert case is not None
    assert outcome.state is not None
    determined = [one.data for one in outcome.events if isinstance(one.data, LineDetermined)]
    adverse = any(one.determination in ADVERSE for one in determined)
    clocks = [(one.clock_due_at, bool(one.missed)) for one in (case, outcome.state)]
    clock = clocks[0] != clocks[1]
    return outcome, ({"adverse"} if adverse else set()) | ({"clock"} if clock else set())


def in_letters(data: EventData) -> tuple[Outcome[LettersState], set[str]]:
    """What letters makes of an event, and what of it matters."""
    case = LettersState()
    for event in (RECEIVED, of_letters.reviewed(1), of_letters.reviewed(2)):
        case = (
            write(of_letters.paper(), case, of_letters.received(event), of_letters.NOW).state
            or case
        )
    outcome = write(of_letters.paper(), case, of_letters.received(data, cause="2"), of_letters.NOW)
    assert outcome.state is not None
    letter = outcome.events or outcome.tasks or outcome.rows
    clock = outcome.state.due_at != case.due_at
    return outcome, ({"letter"} if letter else set()) | ({"clock"} if clock else set())


DECIDES: dict[str, Callable[[EventData], tuple[Outcome[Any], set[str]]]] = {
    "intake": in_intake,
    "criteria": in_criteria,
    "letters": in_letters,
}


@pytest.mark.parametrize("row", [row for row in ROWS if not row.parks], ids=str)
def test_on_a_value_that_its_reader_does_not_know_nothing_acts(row: Row):
    event = reads(row.reader)[row.event.TYPE]

    data = read_data(event, with_new_value(row.event, row.place))
    _, effects = DECIDES[row.reader](data)
    known = read_data(event, row.event.published())

    assert effects == (DECIDES[row.reader](known)[1] if row.informs else set())


@pytest.mark.parametrize("row", [row for row in ROWS if row.parks], ids=str)
def test_what_refuses_on_a_basis_that_its_reader_does_not_know_is_read_and_parked(row: Row):
    event = reads(row.reader)[row.event.TYPE]
    data = read_data(event, with_new_value(row.event, row.place))

    with pytest.raises(Impossible) as refused:
        DECIDES[row.reader](data)

    assert refused.value.code == UNKNOWN_BASIS


@pytest.mark.parametrize("row", [row for row in ROWS if row.acts], ids=str)
def test_on_the_value_that_stood_there_something_acts(row: Row):
    event = reads(row.reader)[row.event.TYPE]

    _, effects = DECIDES[row.reader](read_data(event, row.event.published()))

    assert effects != set()


@pytest.mark.parametrize("row", [row for row in ROWS if not row.parks], ids=str)
def test_the_state_that_an_unknown_value_leaves_can_be_read_again(row: Row):
    data = read_data(reads(row.reader)[row.event.TYPE], with_new_value(row.event, row.place))
    state = DECIDES[row.reader](data)[0].state

    assert type(state).model_validate_json(state.model_dump_json()) == state


def open_places(model: type[BaseModel]) -> Iterator[str]:
    """The places of a model where open enumerations stand; `lines.basis` in each of its lines."""
    for name, field in model.model_fields.items():
        kinds = [field.annotation, *get_args(field.annotation)]
        for kind in [one for one in kinds if isinstance(one, type) and not get_args(one)]:
            if issubclass(kind, OpenEnumeration):
                yield name
            elif issubclass(kind, BaseModel):
                yield from (f"{name}.{below}" for below in open_places(kind))


@pytest.mark.parametrize("reader", DECIDES)
def test_the_table_has_every_place_that_a_reader_looks_at(reader: str):
    places = {
        (kind, place) for kind, event in reads(reader).items() for place in open_places(event)
    }
    shown = {
        (row.event.TYPE, ".".join(one for one in row.place.split(".") if not one.isdecimal()))
        for row in ROWS
        if row.reader == reader
    }

    assert shown == places


@pytest.mark.parametrize("event", [LINE_REFUSED, LINE_OF_CASE_REFUSED], ids=["line", "case"])
def test_a_line_determined_in_a_way_that_is_unknown_here_is_shown_as_being_looked_at(
    event: EventData,
):
    place = "determination" if isinstance(event, LineDetermined) else "lines.0.determination"
    data = read_data(reads("intake")[event.TYPE], with_new_value(event, place))
    state = of_intake.case_of(of_intake.when(of_intake.opened(), of_intake.told(data)))

    assert (state.lines[0].determination, state.lines[0].reason) == ("A4", "being_looked_at")
    assert state.lines[0].open


def test_a_clock_runs_out_as_if_the_unknown_notice_had_not_been_written():
    data = read_data(LetterIssued, with_new_value(of_intake.letter(), "kind"))
    noted = of_intake.case_of(of_intake.when(approved(), of_intake.told(data)))

    breached = of_intake.when(noted, of_intake.clock_due(noted.clock.due_at))

    assert of_intake.types(breached) == ["ClockBreached", "ClockExpired"]
    assert [one.letter_id for one in noted.letters] == [of_intake.letter().letter_id]


def test_whoever_has_a_plan_of_an_unknown_kind_is_told_the_longest_time_to_appeal():
    event = reads("letters")[RECEIVED.TYPE]
    data = read_data(event, with_new_value(RECEIVED, "request.member.line_of_business"))

    state = write(of_letters.paper(), None, of_letters.received(data), of_letters.NOW).state

    assert state is not None
    assert state.request is not None
    assert state.request.member.line_of_business is LineOfBusiness.UNKNOWN
