"""One edition of a policy, compiled: everything that evaluating a line needs, and nothing that can
still be wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.criteria.engine.edition import inputs
from services.criteria.engine.edition.compiled_trees import CompiledTrees
from services.criteria.engine.edition.computed_facts import ComputedFacts
from services.criteria.engine.edition.policy_source import policy_source
from services.criteria.engine.edition.reach import PolicyReach, reach_of
from services.criteria.engine.language.policy import CitationSpec, Guard, PolicySpec
from services.criteria.engine.language.policy_trees import assumed
from services.criteria.engine.language.vocabulary import Vocabulary, VocabularyEntry
from services.criteria.engine.language.yaml_source import SourceDocument, SourcePlace, read
from services.criteria.engine.runtime.derivations import Derivation
from services.criteria.engine.runtime.scope import CompiledNode, EvaluatedList, PolicyNode
from services.criteria.engine.runtime.scores import ScoreTable
from shared.events.evaluation import PolicyRef


@dataclass(frozen=True)
class Edition:
    """A compiled policy edition.

    `of_items` and `of_lines` are the computed facts in the order in which they are computed.

    Each of them stands with the kind of its item, or with whether it is the line's (else the
    member's). `tops` are the marks of all its trees, with the place in the file where each stands;
    `lists` and `services` what it reads of a line. `assumes` says whether anything is taken as
    absent or complete that nobody documented. `text_sha256` is the hash of its file alone. `read`
    has the entries by every name under which a request may send them. `reach` is for whom and where
    it is, if not for all; `of_request` are the facts of the request itself that it reads, each with
    whether it is the line's.
    """

    spec: PolicySpec
    ref: PolicyRef
    vocabulary: Vocabulary
    entries: dict[str, VocabularyEntry]
    read: dict[str, VocabularyEntry]
    root: CompiledNode
    guards: tuple[tuple[Guard, CompiledNode], ...]
    citations: tuple[tuple[CitationSpec, CompiledNode], ...]
    named: dict[str, CompiledNode]
    urgency: CompiledNode | None
    review: CompiledNode | None
    of_items: tuple[tuple[str, str, Derivation], ...]
    of_lines: tuple[tuple[str, bool, Derivation], ...]
    scores: tuple[tuple[str, ScoreTable], ...]
    tops: tuple[tuple[SourcePlace, PolicyNode], ...]
    lists: tuple[EvaluatedList, ...]
    services: tuple[tuple[str, str], ...]
    assumes: bool
    text_sha256: str
    reach: PolicyReach | None = None
    of_request: tuple[tuple[str, bool], ...] = ()

    def reads_like(self, other: Edition) -> bool:
        """Whether both read and compute the same facts in the same way, so that a request's need to
        be read only once.
        """
        alike = (
            self.vocabulary.sha256 == other.vocabulary.sha256
            and self.entries.keys() == other.entries.keys()
        )
        return alike and self.spec.derived == other.spec.derived


def load(
    text: str, file: str, vocabularies: dict[str, Vocabulary], scores: dict[str, ScoreTable]
) -> Edition:
    """The edition in `text`; raises `PolicyInvalid` with file, line and reason."""
    return compiled(read(text, file), vocabularies, scores, sha256(text))


def sha256(text: str) -> str:
    """The hash of a source text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def compiled(
    document: SourceDocument,
    vocabularies: dict[str, Vocabulary],
    scores: dict[str, ScoreTable],
    text_sha256: str,
) -> Edition:
    """The edition in a document that was read; raises `PolicyInvalid` as `load` does.

    Its hash covers everything that it decides by: its text, its vocabulary and its scores.
    """
    source = policy_source(document, vocabularies, scores)
    spec, trees = source.spec, CompiledTrees(source)
    computed = ComputedFacts(source, trees)
    scored, entries = computed.scores(), inputs.entries(source, trees.marks)
    parts = [text_sha256, source.vocabulary.sha256, *sorted({one.sha256 for _, one in scored})]
    return Edition(
        spec=spec,
        ref=PolicyRef(
            policy=spec.policy,
            version=spec.version,
            sha256=sha256("\n".join(parts)),
            title=spec.title,
            url=spec.url,
        ),
        vocabulary=source.vocabulary,
        entries=entries,
        read=inputs.read(source.vocabulary, entries),
        root=trees.root,
        guards=trees.guards(),
        citations=trees.citations(),
        named=trees.named,
        urgency=trees.urgency,
        review=trees.review,
        of_items=computed.of_items(),
        of_lines=computed.of_lines(),
        scores=scored,
        tops=tuple((place, node.mark) for place, node in trees.by_place.items()),
        lists=inputs.lists(source, trees.marks),
        services=inputs.services(source, trees.marks),
        assumes=any(assumed(spec)),
        text_sha256=text_sha256,
        reach=reach_of(spec.applies_to),
        of_request=inputs.of_request(source, trees.marks),
    )
