"""Which letters follow from a determination."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from pydantic import ValidationError

from services.letters.decide import decide
from services.letters.handlers import service
from services.letters.model import LetterSpec, LettersState
from services.letters.rendering import stationery
from shared import settings
from shared.errors import Impossible
from shared.events.adverse import CODE
from shared.events.criteria import Determination
from shared.events.intake import RequestCancelled
from shared.events.letters import Audience, LetterIssued, LetterKind, LetterRendered
from shared.ids import derive
from shared.lanes.outcome import Outcome, TaskDone, TimerDue
from tests.unit.letters.examples import (
    CASE,
    DETERMINED,
    NOW,
    OTHER_CASE,
    clock_started,
    determined,
    line,
    member,
    paper,
    received,
    request_received,
    reviewed,
    told,
)


def issued(outcome: Outcome[LettersState]) -> list[LetterIssued]:
    return [emit.data for emit in outcome.events if isinstance(emit.data, LetterIssued)]


def envelopes(outcome: Outcome[LettersState]) -> list[LetterSpec]:
    return [LetterSpec.model_validate_json(task.payload["content"]) for task in outcome.tasks]


@pytest.mark.parametrize("kind", LetterKind.known())
def test_a_determination_brings_one_letter_for_each_audience(kind: LetterKind):
    outcome = told(kind)

    assert [(letter.audience, letter.kind) for letter in issued(outcome)] == [
        (Audience.MEMBER, kind),
        (Audience.PROVIDER, kind),
    ]
    assert [emit.discriminator for emit in outcome.events] == ["member", "provider"]
    assert [task.key for task in outcome.tasks] == [
        str(letter.letter_id) for letter in issued(outcome)
    ]
    assert all(
        LetterIssued.model_validate(letter.model_dump()) == letter for letter in issued(outcome)
    )


def test_the_same_notice_again_brings_nothing_new():
    first = told()

    again = decide(paper(), first.state, received(determined()), NOW)

    assert (again.state, again.events, again.tasks, again.rows) == (first.state, (), (), ())


def test_another_notice_of_the_case_brings_its_own_letters():
    first = told(LetterKind.PENDED)

    second = decide(paper(), first.state, received(determined(), cause="2"), NOW)

    assert len(issued(second)) == 2
    assert not {letter.letter_id for letter in issued(first)} & {
        letter.letter_id for letter in issued(second)
    }


def test_the_same_events_bring_the_same_bytes():
    assert told() == told()


def test_the_hash_is_that_of_the_stored_and_of_the_rendered_content():
    outcome = told()

    for letter, task, row in zip(issued(outcome), outcome.tasks, outcome.rows, strict=True):
        assert row.values["content"] == task.payload["content"].encode()
        assert hashlib.sha256(row.values["content"]).hexdigest() == letter.content_sha256
        envelope = LetterSpec.model_validate_json(task.payload["content"])
        assert envelope.model_dump_json() == task.payload["content"]


def test_no_case_reads_the_name_of_another_member():
    mine = told(member=member(name="Ana Uno"))
    other = told(case_id=OTHER_CASE, member=member(name="Berta Dos"))

    assert all("Berta Dos" not in task.payload["content"] for task in mine.tasks)
    assert all("Ana Uno" not in task.payload["content"] for task in other.tasks)
    assert [envelope.matter.request.member.name for envelope in envelopes(mine)] == [
        "Ana Uno",
        "Ana Uno",
    ]


def test_the_member_reads_the_language_of_the_request_and_the_provider_that_of_the_plan():
    state = decide(paper(), None, received(request_received(language="es")), NOW).state

    letters = issued(decide(paper(), state, received(determined()), NOW))

    assert [letter.language for letter in letters] == ["es", "en"]


def test_a_language_without_catalogue_falls_back_to_english():
    state = decide(paper(), None, received(request_received(language="qq")), NOW).state

    assert [
        letter.language for letter in issued(decide(paper(), state, received(determined()), NOW))
    ] == ["en", "en"]


def test_a_language_whose_catalogue_is_in_review_is_not_sent():
    state = decide(stationery(), None, received(request_received(language="es")), NOW).state

    found = issued(decide(stationery(), state, received(determined()), NOW))
    abroad = replace(stationery(), provider_language="es")

    assert [letter.language for letter in found] == ["en", "en"]
    assert abroad.language(Audience.PROVIDER, "en") == "en"


@pytest.mark.parametrize("code", ["A3", "A6"])
def test_a_refusal_without_a_clinician_cannot_be_told(code: str):
    state = decide(paper(), None, received(request_received()), NOW).state

    with pytest.raises(Impossible) as raised:
        decide(
            paper(),
            state,
            received(determined(determination=code, lines=(line(1, code), line(2, "A1")))),
            NOW,
        )

    assert raised.value.code == "adverse_without_clinician"


def test_a_clinicians_decision_on_one_line_does_not_speak_for_another():
    state = decide(paper(), None, received(request_received()), NOW).state
    state = decide(paper(), state, received(reviewed(1)), NOW).state

    with pytest.raises(Impossible):
        decide(paper(), state, received(determined(LetterKind.REFUSAL)), NOW)


def test_a_case_is_never_refused_as_a_whole_while_no_line_is():
    with pytest.raises(ValidationError, match=CODE):
        determined(determination="A3")
    state = decide(paper(), None, received(request_received()), NOW).state
    whole = determined().model_copy(update={"determination": Determination.NOT_CERTIFIED})

    with pytest.raises(Impossible):
        decide(paper(), state, received(whole), NOW)


def test_a_determination_without_its_request_waits_for_a_person():
    with pytest.raises(Impossible) as raised:
        decide(paper(), None, received(determined()), NOW)

    assert raised.value.code == "request_unknown"


@pytest.mark.parametrize("kind", DETERMINED)
@pytest.mark.parametrize("before", [None, LetterKind.PENDED], ids=["first", "told before"])
def test_a_failed_evaluation_is_told_to_nobody(kind: LetterKind, before: LetterKind | None):
    case = told(before).state if before else None
    outcome = decide(paper(), case, received(determined(kind, evaluation_failed=True)), NOW)
    assert outcome == Outcome(case or LettersState())


def test_a_notice_follows_once_a_failed_evaluation_has_succeeded():
    ready = decide(paper(), None, received(request_received(), cause="0"), NOW).state
    failed = decide(
        paper(), ready, received(determined(LetterKind.PENDED, evaluation_failed=True)), NOW
    )
    outcome = decide(paper(), failed.state, received(determined(), cause="2"), NOW)
    assert [letter.kind for letter in issued(outcome)] == [LetterKind.APPROVAL] * 2


def test_rendered_documents_are_published_once():
    first = told()
    done = TaskDone(
        "render",
        first.tasks[0].key,
        {"documents": [{"format": "pdf", "sha256": "ab" * 32, "size": 5, "path": "ab/x.pdf"}]},
    )

    rendered = decide(paper(), first.state, received(done), NOW)
    again = decide(paper(), rendered.state, received(done), NOW)

    (emit,) = rendered.events
    assert isinstance(emit.data, LetterRendered)
    assert str(emit.data.letter_id) == first.tasks[0].key
    assert rendered.rows[0].values == {
        "letter_id": emit.data.letter_id,
        "format": "pdf",
        "sha256": "ab" * 32,
        "size": 5,
        "path": "ab/x.pdf",
    }
    assert (again.events, again.rows) == ((), ())


def test_documents_of_an_unknown_letter_are_ignored():
    first = told()

    outcome = decide(
        paper(),
        first.state,
        received(TaskDone("render", str(derive(CASE, "other")), {"documents": []})),
        NOW,
    )

    assert outcome == Outcome(first.state)


def test_without_rendering_letters_are_issued_and_no_task_follows():
    state = decide(paper(), None, received(request_received()), NOW).state

    outcome = decide(replace(paper(), render=False), state, received(determined()), NOW)

    assert len(outcome.events) == 2
    assert outcome.tasks == ()


def test_a_clock_that_starts_before_the_request_arrives_is_kept():
    state = decide(paper(), None, received(clock_started()), NOW).state
    state = decide(paper(), state, received(request_received()), NOW).state

    assert state is not None
    assert state.due_at == clock_started().due_at


def test_a_cancelled_request_has_no_due_time():
    state = decide(paper(), None, received(clock_started()), NOW).state
    cancelled = RequestCancelled(submission_id=derive(CASE, "s"), version=2, received_at=NOW)

    state = decide(paper(), state, received(cancelled), NOW).state

    assert state == LettersState(started_at=clock_started().started_at)


def test_what_letters_do_not_act_on_changes_nothing():
    state = told().state

    assert decide(paper(), state, received(TimerDue("any", NOW)), NOW) == Outcome(state)
    assert decide(paper(), state, received(told().events[0].data), NOW) == Outcome(state)


def test_the_state_survives_being_stored():
    state = told(LetterKind.REFUSAL).state

    assert state is not None
    assert LettersState.model_validate_json(state.model_dump_json()) == state


def test_the_service_writes_on_the_plan_in_force():
    running = service(settings.load("letters"))
    assert running.references is not None
    plan, zone = running.references.packaged()
    spanish = plan.content.replace(b"provider_language: en", b"provider_language: es")
    found = [
        running.references.build((plan._replace(content=content), zone))
        for content in (plan.content, spanish)
    ]

    assert [one.stationery.provider_language for one in found] == ["en", "es"]
    assert len({one.stationery.template_sha256 for one in found}) == 2
    assert running.decide(found[1], LettersState(), received(clock_started()), NOW).state
