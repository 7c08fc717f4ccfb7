"""Criteria's reference data: what an edition's hash covers, what stops approvals, what is
refused.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.answer.stops import STOPPED
from services.criteria.reference import EDITION, SWITCH, Switch, library_of, packaged
from shared.errors import Impossible, Malformed
from shared.lanes.state.reference import ReferenceItem
from tests.unit.criteria.given import AT, example

SPINE = "spine.metastatic.decompression-fusion"


def switch(policy: str, *, stopped: bool = True) -> ReferenceItem:
    content = Switch(stopped=stopped, reason="A doubt.").model_dump_json()
    return ReferenceItem(SWITCH, policy, content.encode())


def changed(kind: str, ident: str, *change: tuple[str, str]) -> tuple[ReferenceItem, ...]:
    """The packaged items, one of them with other words."""
    items = []
    for item in packaged():
        text = item.content.decode()
        if (item.kind, item.id) == (kind, ident):
            for before, after in change:
                assert before in text
                text = text.replace(before, after)
        items.append(item._replace(content=text.encode()))
    return tuple(items)


def sha256(items: tuple[ReferenceItem, ...]) -> str:
    return next(one.ref.sha256 for one in library_of(items).editions if one.ref.policy == SPINE)


def test_an_editions_hash_covers_all_that_it_decides_by():
    hashes = {
        sha256(packaged()),
        sha256(changed(EDITION, f"{SPINE}@1.1.0", ("title: ", "title: Another "))),
        sha256(changed("vocabulary", "spine-facts@2", ("version: 2", "version: 2\n# a word more"))),
        sha256(changed("score", "sins@2", ("title: ", "title: Another "))),
    }
    assert len(hashes) == 4


@pytest.mark.parametrize("name", ["all", SPINE])
def test_while_approvals_are_stopped_a_person_decides_and_everybody_reads_why(name: str):
    library = library_of((*packaged(), switch(name)))
    request = example("reference_case")
    found, usual = evaluate(request, AT, library), evaluate(request, AT)

    assert {line.outcome for line in usual.lines} == {"approve"}
    assert {(line.outcome, line.reason) for line in found.lines} == {("pend", STOPPED)}
    assert [line.tree for line in found.lines] == [line.tree for line in usual.lines]
    told = next(one for one in found.advisories if one.id == "approvals-stopped")
    assert told.text.endswith("A doubt.")
    assert told.lines == tuple(line.sequence for line in found.lines)


@pytest.mark.parametrize(
    "items", [(switch("bariatric.ncd-100-1"),), (switch(SPINE, stopped=False),)]
)
def test_other_policies_and_what_may_go_on_are_approved_as_ever(items: tuple[ReferenceItem, ...]):
    found = evaluate(example("reference_case"), AT, library_of((*packaged(), *items)))
    assert {line.outcome for line in found.lines} == {"approve"}


def test_a_switch_that_would_stop_nothing_is_refused():
    with pytest.raises(Impossible, match="There is no policy spine to stop"):
        library_of((*packaged(), switch("spine")))
    with pytest.raises(Malformed, match="does not say whether"):
        library_of((*packaged(), ReferenceItem(SWITCH, "all", b"stop!")))


def test_an_item_is_what_its_name_says():
    spine = next(item for item in packaged() if item.id == f"{SPINE}@1.1.0")
    others = tuple(item for item in packaged() if item is not spine)
    with pytest.raises(Impossible, match=f"stands in edition {SPINE}@2.1.0"):
        library_of((*others, spine._replace(id=f"{SPINE}@2.1.0")))


def test_what_does_not_load_is_refused_with_its_line():
    broken = changed(EDITION, f"{SPINE}@1.1.0", ("source_rank: ", "source_rink: "))
    with pytest.raises(Malformed, match=rf"edition {SPINE}@1.1.0:\d+: "):
        library_of(broken)


def test_the_packaged_items_are_the_packaged_library():
    library = library_of(packaged())
    assert replace(library, stops={}) == library
    assert len(library.editions) == sum(item.kind == EDITION for item in packaged())
