"""A policy as one function says exactly what its nodes say one by one."""

from __future__ import annotations

from typing import Any

import pytest

from services.criteria.authoring import golden
from services.criteria.authoring.mutants import content_of, edition_of
from services.criteria.authoring.runs import lines_of
from services.criteria.authoring.suggest import neighbours
from services.criteria.engine import fused
from services.criteria.engine.edition import Edition
from services.criteria.engine.library import packaged
from services.criteria.engine.lines import Prepared, judge
from services.criteria.engine.scope import Result

EDITIONS = {f"{one.ref.policy}@{one.ref.version}": one for one in packaged().editions}


def flat(result: Result) -> Any:
    mark, state, reason, known, below, subject = result
    read = None if known is None else (known.path, known.value, known.reason)
    return (mark.id, mark.kind, state, reason, read, tuple(flat(one) for one in below or ()), subject)


def everything(edition: Edition, request: Any, at: Any) -> list[Any]:
    found = []
    for line in lines_of(edition, request, at):
        one = judge(Prepared(request, at, edition), line)
        results = [one.root, *(result for _, result in one.guards), *(result for _, result in one.citations)]
        found.append(([flat(result) for result in results], one.outcome, one.reason, {name: flat(result) for name, result in one.scope.memo.items()}))
    return found


@pytest.mark.parametrize("name", EDITIONS)
def test_one_function_gives_the_same_evidence_as_the_nodes_it_was_made_of(name: str):
    fast = EDITIONS[name]
    slow = edition_of(content_of(fast), fast)
    assert slow is not None
    for near in neighbours(fast, golden.of(fast), 150, 60):
        assert everything(fast, near.request, near.at) == everything(slow, near.request, near.at), str(near)


def test_no_text_of_a_policy_gets_into_the_program():
    for edition in EDITIONS.values():
        for _, mark in edition.tops:
            program = fused.Program()
            program.node(mark, 1, "scope")
            text = "".join(program.lines)
            assert not {"'", '"'} & set(text.replace("'open_list'", ""))
            words = set(text.replace(".", " ").replace("(", " ").replace("[", " ").replace(",", " ").split())
            assert mark.id not in words
