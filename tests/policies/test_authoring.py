"""Every packaged edition is covered by its golden cases, and every mistake in it is noticed."""

from __future__ import annotations

import pytest

from services.criteria.authoring.coverage import coverage
from services.criteria.authoring.coverage.unreachable import Excuses
from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.check import check
from services.criteria.authoring.mutation import mutation
from services.criteria.authoring.mutation.lint import NEVER_ASKED, lint
from services.criteria.authoring.publication.page import page
from services.criteria.engine.edition.library import packaged

EDITIONS = {f"{one.ref.policy}@{one.ref.version}": one for one in packaged().editions}
EACH = pytest.mark.parametrize("name", EDITIONS)
QUICK = 500


@EACH
def test_every_golden_case_is_green(name: str):
    cases = golden.of(EDITIONS[name])
    assert cases
    assert not [one.name for one in check(EDITIONS[name], cases) if one.wrong]


@EACH
def test_every_state_of_every_member_is_shown_with_its_effect(name: str):
    found = coverage.measure(EDITIONS[name])
    assert [one.obligation.name for one in found.unmet] == []
    assert (found.three_state, found.mcdc) == (1.0, 1.0)


@EACH
def test_every_mutant_is_noticed_or_proven_to_be_the_same_policy(name: str):
    found = mutation.run(EDITIONS[name])
    assert found.mutants > 0
    assert [one.mutant.name for one in found.survivors] == []
    assert found.killed + len(found.equivalent) == found.mutants


@EACH
def test_nothing_is_excused_that_a_golden_case_shows(name: str):
    edition = EDITIONS[name]
    shown, excuses = coverage.paid(edition, golden.of(edition)), Excuses(edition, QUICK)
    wrong = [
        one.name
        for kind, of in shown.kinds
        for one, met in list(of.items())[::6]
        if met and excuses.excuse(one, kind) is not None
    ]
    assert wrong == []


@EACH
def test_lint_has_nothing_but_things_worth_knowing(name: str):
    edition = EDITIONS[name]
    assert [one for one in lint(edition, golden.of(edition)) if one.kind != NEVER_ASKED] == []


@EACH
def test_the_page_says_what_a_clinician_must_know(name: str):
    edition = EDITIONS[name]
    text = page(edition)
    wanted = [
        edition.spec.version,
        edition.ref.sha256,
        *(one.name for one in edition.spec.approvals),
        *(one.figure for one in edition.spec.claims),
    ]
    assert [one for one in wanted if one not in text] == []
    assert ('class="caution"' in text) == (
        edition.spec.editorial.state != "approved" or edition.spec.status == "draft"
    )
    assert "<script" not in text
    assert "src=" not in text
