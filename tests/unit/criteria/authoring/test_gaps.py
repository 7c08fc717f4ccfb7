"""Gaps in golden cases are found, answered by a case, and excused only with a proof."""

from __future__ import annotations

from typing import Any

from services.criteria.authoring.coverage import coverage
from services.criteria.authoring.golden.cases import AT, GoldenCase
from services.criteria.authoring.mutation import mutation
from services.criteria.authoring.mutation.lint import lint
from services.criteria.authoring.mutation.mutants import mutants
from services.criteria.authoring.proof.equivalence import proof
from services.criteria.engine.edition.edition import Edition
from tests.unit.criteria.given import fact, policy

BOTH = "{id: root, all: [{id: first, fact: a, is: true}, {id: second, fact: b, is: true}]}"


def case(name: str, *facts: dict[str, Any]) -> GoldenCase:
    content = {
        "sender": "s",
        "reference": name,
        "member": {"id": "m"},
        "lines": [{"sequence": 1, "services": ["toy"]}],
        "facts": list(facts),
    }
    return GoldenCase(name, "because", content, AT, {})


MET = case("met", fact("a", value=True), fact("b", value=True))
FAILED = case("failed", fact("a", value=False), fact("b", value=True))
ALL = (
    MET,
    FAILED,
    case("other failed", fact("a", value=True), fact("b", value=False)),
    case("unknown", fact("b", value=True)),
    case("other unknown", fact("a", value=True)),
)


def unmet(edition: Edition, *cases: GoldenCase) -> set[tuple[str, str]]:
    return {(one.kind, one.obligation.name) for one in coverage.measure(edition, cases).unmet}


def test_without_cases_nothing_is_covered():
    found = coverage.measure(policy(BOTH), ())
    assert (found.three_state, found.mcdc, found.leaves) == (0.0, 0.0, 2)


def test_a_member_in_every_state_with_its_effect_is_full_coverage():
    assert unmet(policy(BOTH), *ALL) == set()


def test_a_state_that_makes_no_difference_is_not_covered():
    masked = case("masked", fact("a", value=False), fact("b", value=False))
    assert ("three_state", "root > second (b): not_met") in unmet(policy(BOTH), MET, FAILED, masked)


def test_a_difference_that_the_answer_hides_covers_the_group_only():
    edition = policy(
        f"{{id: root, any: [{BOTH.replace('id: root', 'id: inner')}, {{id: other, fact: c, is: "
        f"true}}]}}"
    )
    hidden = case("hidden", fact("a", value=False), fact("b", value=True), fact("c", value=True))
    found = unmet(edition, hidden)
    assert ("three_state", "inner > first (a): not_met") not in found
    assert ("mcdc", "inner > first (a): not_met") in found


def test_a_gap_is_answered_by_a_case_that_closes_it():
    edition = policy(BOTH)
    found = coverage.measure(edition, (MET,), suggest=True).unmet
    assert all(one.suggestion for one in found)
    assert any(
        "without: [{path: b}]" in str(one.suggestion)
        for one in found
        if one.obligation.name == "root > second (b): not_documented"
    )


def test_what_cannot_occur_is_excused_with_its_proof():
    same = (
        "{id: root, all: [{id: first, fact: a, is: true}, {id: again, all: [{fact: a, is: true}]}]}"
    )
    excused = dict(coverage.measure(policy(same), ()).excused)
    assert "mcdc root > again: not_met" in excused
    assert all("cells" in why for why in excused.values())


def test_a_mutant_that_no_case_notices_survives_with_a_case_that_would():
    found = mutation.run(policy(BOTH), (MET,))
    assert found.survivors
    assert all(one.suggestion for one in found.survivors)


def test_a_mutant_that_answers_the_same_everywhere_is_proven_so():
    edition = policy(
        "{id: root, all: [{id: first, fact: a, is: true}, {id: again, fact: a, is: true}]}"
    )
    same = [one for one in mutants(edition) if one.kind == "drop child"]
    assert same
    assert all(
        proof(edition, wrong) is not None
        for one in same
        if (wrong := mutation.loaded(one, edition)) is not None
    )


def test_a_mutant_that_answers_otherwise_anywhere_is_never_proven_the_same():
    edition = policy(BOTH)
    for one in mutants(edition):
        wrong = mutation.loaded(one, edition)
        assert wrong is None or proof(edition, wrong) is None, one.name


def kinds(criteria: str, *cases: GoldenCase) -> set[str]:
    return {one.kind for one in lint(policy(criteria), cases)}


def test_lint_sees_conditions_that_exclude_each_other():
    assert "complementary leaves" in kinds("{all: [{fact: a, is: true}, {fact: a, is: false}]}")


def test_lint_sees_a_sibling_that_another_one_decides():
    assert "subsumed sibling" in kinds("{all: [{fact: n, at_least: 5}, {fact: n, at_least: 3}]}")


def test_lint_sees_a_unit_that_the_vocabulary_does_not_know():
    assert "unit mismatch" in kinds(
        "{fact: n, at_least: 5}", case("pounds", fact("n", 5, unit="stone"))
    )


def test_lint_finds_nothing_in_a_plain_policy():
    assert kinds(BOTH) == set()
