"""A question is answered by more facts: what changed, why, and what is still open."""

from __future__ import annotations

from services.criteria.decide.requests import evaluated
from services.criteria.engine.answer.difference import difference
from services.criteria.engine.answer.evaluate import evaluate
from shared.events.criteria import CriteriaEvaluated
from shared.events.request import AuthorizationRequest, Fact
from tests.unit.criteria.given import AT, CASE, REFERENCE, accepted, example, received


def event(request: AuthorizationRequest, version: int = 1) -> CriteriaEvaluated:
    return evaluate(request, AT).event(CASE, version)


ASKED, ANSWERED = example("without_bladder_sign"), example("reference_case")


def test_an_added_fact_shows_with_every_node_that_it_settles():
    found = difference(event(ASKED), event(ANSWERED))
    assert [(one.path, one.what) for one in found.facts] == [("exam.bladder_dysfunction", "added")]
    assert [(one.sequence, one.before, one.after) for one in found.lines] == [
        (2, "pend", "approve")
    ]
    changed = {one.id: one for one in found.nodes if one.sequence == 2}
    assert {"ces.bladder", "cauda_equina", "neural_compression", "root"} <= set(changed)
    assert changed["root"].because == ("exam.bladder_dysfunction",)
    assert (found.answered, found.open) == (("exam.bladder_dysfunction",), ())


def test_a_correction_shows_both_values_and_leaves_the_earlier_evaluation_as_it_was():
    before = event(ANSWERED)
    bytes_before = before.model_dump_json()
    facts = tuple(fact for fact in ANSWERED.facts if fact.path != "exam.sensory_level")
    after = event(
        ANSWERED.model_copy(
            update={"facts": (*facts, Fact(path="exam.sensory_level", value="T10"))}
        )
    )
    (change,) = difference(before, after).facts
    assert (change.path, change.what, change.before[0]["value"], change.after[0]["value"]) == (
        "exam.sensory_level",
        "corrected",
        "T7",
        "T10",
    )
    assert before.model_dump_json() == bytes_before


def test_a_withdrawn_fact_leaves_a_question_open():
    found = difference(event(ANSWERED), event(ASKED))
    assert [one.what for one in found.facts] == ["withdrawn"]
    assert found.open == ("exam.bladder_dysfunction",)


def test_the_same_evaluation_changes_nothing():
    found = difference(event(ANSWERED), event(ANSWERED))
    assert (found.facts, found.lines, found.nodes) == ((), (), ())


def test_the_answer_to_a_question_is_published_with_what_it_changed():
    first = evaluated(REFERENCE, None, accepted(ASKED), received(accepted(ASKED)), AT)
    assert first.state is not None
    amended = accepted(ANSWERED, 2)
    second = evaluated(REFERENCE, first.state, amended, received(amended, 2), AT)
    published = second.events[0].data
    assert isinstance(published, CriteriaEvaluated)
    assert published.changes is not None
    assert published.changes.before == first.state.evaluation_id
    assert published.changes.answered == ("exam.bladder_dysfunction",)
    assert second.state is not None
    assert second.state.evaluated is None


def test_a_first_evaluation_has_nothing_to_compare_with():
    first = evaluated(REFERENCE, None, accepted(ANSWERED), received(accepted(ANSWERED)), AT)
    published = first.events[0].data
    assert isinstance(published, CriteriaEvaluated)
    assert published.changes is None
