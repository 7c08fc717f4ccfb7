"""The vocabulary, the score and the policy around an example's criteria, and the engine that
judges.
"""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from services.criteria.authoring.golden import shorthand
from services.criteria.authoring.golden.cases import read_request
from services.criteria.engine.answer.evaluate import evaluate
from services.criteria.engine.edition import edition
from services.criteria.engine.edition.code_sets import CodeSets
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library
from services.criteria.engine.language import code_set, vocabulary
from services.criteria.engine.runtime import scores
from shared.events.request import AuthorizationRequest
from tests.specification.entry import Entry, Example

FOLDER = Path(__file__).parent
VOCABULARY, SCORE, CODE_SET, POLICY, CASES = (
    (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    for name in ("vocabulary", "score", "code_set", "policy", "cases")
)
RECEIVED = datetime(2025, 11, 15, 12, tzinfo=UTC)
HEAD = """\
policy: example
version: 1.0.0
title: Example
status: active
source_rank: internal
effective: {from: 2020-01-01}
applies_to: {services: [example]}
vocabulary: example@1
approvals: [{name: One, role: director, on: 2020-01-01}, {name: Two, role: chair, on: 2020-01-01}]
editorial: {state: approved, last_updated: 2020-01-01, board: Board}
next_review: 2030-01-01
"""
WORDS = {"example@1": vocabulary.load(VOCABULARY, "vocabulary.yaml")}
CODES = CodeSets((code_set.load(CODE_SET, "code_set.yaml"),))
TABLES = {"frailty": scores.load(SCORE, "score.yaml", WORDS)}


def policy_text(criteria: str, more: str) -> str:
    """A whole policy of these criteria; what `more` says stands in place of what the head says."""
    said = {line.partition(":")[0] for line in more.splitlines()}
    head = [line for line in HEAD.splitlines() if line.partition(":")[0] not in said]
    return "\n".join([*head, more, "criteria:", textwrap.indent(criteria.strip(), "  "), ""])


@cache
def load(text: str) -> Edition:
    """The compiled edition of a policy; raises `PolicyInvalid`."""
    return edition.load(text, "policy.yaml", WORDS, TABLES)


def library(*texts: str) -> Library:
    """A library of these policies alone."""
    return Library(tuple(load(text) for text in texts), WORDS, TABLES, codes=CODES)


def request_of(example: Example) -> AuthorizationRequest:
    """The request of an example."""
    line = {"services": ["example"], **(yaml.safe_load(example.line) or {})}
    given: dict[str, Any] = {
        "line": line,
        "closed": example.closed,
        "member": yaml.safe_load(example.member) or {},
    }
    content = shorthand.begun("example", given)
    for fact in example.facts:
        content["facts"] += shorthand.begun("", {"line": {}, "facts": yaml.safe_load(fact)})[
            "facts"
        ]
    return read_request(shorthand.copied(content))


def answered(entry: Entry, example: Example) -> str:
    """What the engine answers to an example."""
    criteria = entry.criteria_of(example)
    policies = (entry.policy_of(example), *entry.beside)
    known = library(*(policy_text(criteria, more) for more in policies))
    return entry.answer(evaluate(request_of(example), RECEIVED, known))
