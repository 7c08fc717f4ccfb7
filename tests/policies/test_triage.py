"""The packaged triage files: their golden cases are green, show every sign, and notice every
mistake; what does not load is named with its file and line.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from services.criteria.authoring.triage import cases as golden
from services.criteria.authoring.triage import coverage, mutation, workspace
from services.criteria.authoring.triage.answer import check
from services.criteria.engine.edition.library import packaged
from services.criteria.engine.edition.library_sources import triage_texts
from services.criteria.engine.language.yaml_source import PolicyInvalid, read
from services.criteria.engine.triage import compiler
from shared.errors import Impossible

FILES = dict(triage_texts(resources.files("services.criteria")))
PROTOCOLS = {f"{one.spec.triage} {one.spec.version}": one for one in packaged().triage}
EACH = pytest.mark.parametrize("name", PROTOCOLS)


def content_of(name: str) -> dict[str, Any]:
    """A triage file as it was read."""
    file = "triage/{}/{}/triage.yaml".format(*name.split())
    found: dict[str, Any] = read(FILES[file], file).content
    return found


def test_there_is_one_triage_file_and_it_is_of_the_spine():
    assert list(PROTOCOLS) == ["spine 1.0.0"]


@EACH
def test_every_golden_case_is_green(name: str):
    cases = golden.of(PROTOCOLS[name])
    assert cases
    assert [(one.name, one.wrong) for one in check(PROTOCOLS[name], cases) if one.wrong] == []


@EACH
def test_every_case_expects_whether_something_fires_and_has_a_name_of_its_own(name: str):
    cases = golden.of(PROTOCOLS[name])
    assert [one.name for one in cases if "tier" not in one.expect] == []
    assert len({one.name for one in cases}) == len(cases)


@EACH
def test_every_sign_decides_a_case_fires_alone_where_it_can_and_is_ruled_out_in_one(name: str):
    assert coverage.missing(PROTOCOLS[name], golden.of(PROTOCOLS[name])) == []


@EACH
def test_a_sign_without_its_cases_is_missed(name: str):
    cases = [one for one in golden.of(PROTOCOLS[name]) if "sad" not in str(one.content).casefold()]

    assert {
        "saddle: no case that it decides",
        "saddle: no case where it is the only sign, and fires",
        "saddle: no case where it is ruled out",
    } <= set(coverage.missing(PROTOCOLS[name], cases))


@EACH
def test_every_mistake_in_one_place_is_noticed(name: str):
    vocabularies = packaged().vocabularies
    found = mutation.run(
        PROTOCOLS[name], content_of(name), golden.of(PROTOCOLS[name]), vocabularies
    )
    assert found.mutants > 400
    assert found.survivors == ()


def test_a_mistake_of_which_no_case_speaks_survives():
    name = "spine 1.0.0"
    cases = [one for one in golden.of(PROTOCOLS[name]) if "K65.0" not in str(one.content)]
    found = mutation.run(PROTOCOLS[name], content_of(name), cases, packaged().vocabularies)

    assert found.survivors == ("time_critical: without K65*", "time_critical: only K65")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("role: medical director", "role: chair", "medical director"),
        ("exam.saddle_anaesthesia, is", "exam.saddle_anesthesia, is", "has no fact exam.saddle_an"),
        ("id: residual", "id: saddle", "the id saddle stands twice"),
        ("progressive: deficit_worse", "progressive: worse", "no finding is named worse"),
        ("{all: [of_the_spine, bowel]}", "{all: [of_the_knee, bowel]}", "is named of_the_knee"),
        ("levels: [C1, L1]", "levels: [C1, L9]", "are no levels"),
        ("at_least: 200", "at_least: many", "threshold"),
        ("tier: 2\n  when: {all: [of_the", "tier: 3\n  when: {all: [of_the", "no tier 3"),
        ("near: 2", "near: 3", "less than or equal to 2"),
        ("- id: weak_legs", "- id: saddle", "the id saddle stands twice"),
        ("vocabulary: spine-facts@2", "vocabulary: no-such@1", "no vocabulary no-such@1"),
        ("exam.bowel_dysfunction, is: true", "exam.bowel_dysfunction", "a node is"),
        (
            "exam.bowel_dysfunction, is: true",
            "exam.bowel_dysfunction, is: true, certainty: possible",
            "whatever its certainty",
        ),
    ],
)
def test_what_does_not_load_is_named_with_its_file_and_line(before: str, after: str, reason: str):
    (text,) = FILES.values()
    assert before in text
    changed = text.replace(before, after, 1)

    with pytest.raises(PolicyInvalid, match=re.escape(reason)) as refused:
        compiler.load(changed, "triage.yaml", packaged().vocabularies)

    assert refused.value.file == "triage.yaml"
    at = changed.splitlines()[refused.value.line - 1]
    assert refused.value.line == 1 or any(part in at for part in after.split("\n"))


def folder_with(tmp_path: Path, text: str) -> Path:
    """A folder with a triage file and the packaged golden cases."""
    source = resources.files("services.criteria") / "triage" / "spine" / "1.0.0"
    (tmp_path / "triage.yaml").write_text(text, "utf-8")
    (tmp_path / "cases.yaml").write_text((source / "cases.yaml").read_text("utf-8"), "utf-8")
    return tmp_path


def test_a_file_of_ones_own_is_deployed_only_with_green_and_complete_cases(tmp_path: Path):
    (text,) = FILES.values()
    newer = text.replace("version: 1.0.0", "version: 1.0.1")
    made, kept = workspace.checked(folder_with(tmp_path, newer))
    assert (made.spec.version, kept) == ("1.0.1", newer)

    with pytest.raises(Impossible, match="and not"):
        workspace.checked(folder_with(tmp_path, newer.replace("at_least: 200", "at_least: 300")))
    (tmp_path / "cases.yaml").unlink()
    with pytest.raises(Impossible, match="no case that it decides"):
        workspace.checked(tmp_path)


def test_a_golden_case_with_an_unknown_key_is_no_case():
    with pytest.raises(PolicyInvalid, match="no key of a golden case"):
        golden.load("cases: [{name: one, two, why: w, expect: {tier: null}}]", "cases.yaml")
