"""One edition of a policy, compiled: everything that evaluating a line needs, and nothing that can
still be wrong.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from services.criteria.engine.edition.compiler import Compiler, named_nodes, references
from services.criteria.engine.language.derived_spec import Derived
from services.criteria.engine.language.policy import CitationSpec, Guard, PolicySpec
from services.criteria.engine.language.policy_trees import asked, assumed, counted, trees, where_of
from services.criteria.engine.language.vocabulary import Vocabulary, VocabularyEntry, validated
from services.criteria.engine.language.yaml_source import SourceDocument, SourcePlace, read
from services.criteria.engine.runtime import best_window, derivations
from services.criteria.engine.runtime.derivations import Counting, Derivation
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
    absent or complete that nobody documented.
    """

    spec: PolicySpec
    ref: PolicyRef
    vocabulary: Vocabulary
    entries: dict[str, VocabularyEntry]
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
    return compiled(
        read(text, file), vocabularies, scores, hashlib.sha256(text.encode()).hexdigest()
    )


def compiled(
    document: SourceDocument,
    vocabularies: dict[str, Vocabulary],
    scores: dict[str, ScoreTable],
    sha256: str,
) -> Edition:
    """The edition in a document that was read; raises `PolicyInvalid` as `load` does."""
    spec: PolicySpec = validated(PolicySpec, document)
    vocabulary = vocabularies.get(spec.vocabulary)
    if vocabulary is None:
        raise document.error(("vocabulary",), f"no vocabulary {spec.vocabulary}")
    return _Loading(document, spec, vocabulary, scores).edition(sha256)


class _Loading:
    def __init__(
        self,
        document: SourceDocument,
        spec: PolicySpec,
        vocabulary: Vocabulary,
        scores: dict[str, ScoreTable],
    ) -> None:
        self.document, self.spec, self.vocabulary, self.scores = document, spec, vocabulary, scores
        self.compiler = Compiler(document, vocabulary, frozenset(spec.derived))
        self.compiler.referred |= {
            name for _, tree, _ in trees(spec) for name in references(tree)
        } | {one.when for one in spec.statements}

    def edition(self, sha256: str) -> Edition:
        spec = self.spec
        compiled = {
            place: self.compiler.tree(tree, place, name, self.kind(place))
            for place, tree, name in trees(spec)
        }
        self.check_statements()
        self.compiler.finish(
            {name: node for _, tree, _ in trees(spec) for name, node in named_nodes(tree)}
        )
        ref = PolicyRef(
            policy=spec.policy, version=spec.version, sha256=sha256, title=spec.title, url=spec.url
        )
        derivations = [
            (path, one, self.derivation(path, one, compiled)) for path, one in spec.derived.items()
        ]
        kinds = {path: self.vocabulary.entries[path].spec.of for path in spec.derived}
        return Edition(
            spec=spec,
            ref=ref,
            vocabulary=self.vocabulary,
            entries=self.entries(),
            root=compiled[("criteria",)],
            guards=tuple(
                (guard, compiled[("guards", at, "when")]) for at, guard in enumerate(spec.guards)
            ),
            citations=tuple(
                (one, compiled[("citations", at, "population")])
                for at, one in enumerate(spec.citations)
            ),
            named=self.compiler.nodes,
            urgency=compiled.get(("urgency", "expedited_if")),
            review=compiled.get(("review", "when")),
            of_items=tuple(
                (kinds[path], path, run) for path, one, run in derivations if one.score_table
            ),
            of_lines=tuple(
                (path, kinds[path] == "line", run)
                for path, one, run in derivations
                if not one.score_table
            ),
            scores=tuple(
                (path, self.scores[one.score_table])
                for path, one in spec.derived.items()
                if one.score_table
            ),
            tops=tuple((place, node.mark) for place, node in compiled.items()),
            lists=self.lists(),
            services=tuple(
                pair
                for pair in self.vocabulary.of_services
                if any(pair[0] in mark.paths for mark in self.compiler.marks.values())
            ),
            assumes=any(assumed(spec)),
        )

    def lists(self) -> tuple[EvaluatedList, ...]:
        """The lists that the policy walks."""
        walked = {
            mark.path for mark in self.compiler.marks.values() if mark.kind in {"some", "every"}
        }
        walked |= {
            held.list for one in self.spec.derived.values() if (held := counted(one)) is not None
        }
        found = self.vocabulary.lists.items()
        return tuple(
            EvaluatedList(name, one.of, one.closed_by, inside_line=one.inside_line)
            for name, one in found
            if name in walked
        )

    def entries(self) -> dict[str, VocabularyEntry]:
        """The facts that the policy reads from requests: those of its leaves, its scores and its
        computations.
        """
        paths = {path for mark in self.compiler.marks.values() for path in mark.paths}
        tables = [
            self.scores[one.score_table].spec
            for one in self.spec.derived.values()
            if one.score_table in self.scores
        ]
        paths |= {path for table in tables for item in table.items for path in item.facts}
        paths |= {
            path
            for one in self.spec.derived.values()
            if one.difference
            for path in (one.difference.of, one.difference.less)
        }
        paths |= {one.best_window.since for one in self.spec.derived.values() if one.best_window}
        paths |= {derivations.BIRTH for one in self.spec.derived.values() if one.age_at}
        paths |= {
            one.count_within.date
            for one in self.spec.derived.values()
            if one.count_within and one.count_within.date
        }
        found = {
            path: self.vocabulary.entries[path] for path in paths if path in self.vocabulary.entries
        }
        return {path: entry for path, entry in sorted(found.items()) if entry.spec.derive is None}

    def kind(self, place: SourcePlace) -> str | None:
        """The kind of item that a tree stands on: only the `where` of a computed fact stands on
        one.
        """
        one = self.spec.derived.get(str(place[1])) if place[0] == "derived" else None
        held = counted(one) if one else None
        if held is None:
            return None
        found = self.vocabulary.lists.get(held.list)
        if found is None:
            raise self.document.error(place, f"no list {held.list}")
        return found.of

    def check_statements(self) -> None:
        for at, one in enumerate(self.spec.statements):
            if one.when not in self.compiler.nodes:
                raise self.document.error(
                    ("statements", at), f"no node outside of lists is named {one.when}"
                )
        cited = {one.id for one in self.spec.citations} | {one.id for one in self.spec.sources}
        for name, mark in self.compiler.marks.items():
            if not cited.issuperset(mark.citations):
                raise self.document.error((), f"{name} cites what the policy does not list")

    def derivation(
        self, path: str, one: Derived, compiled: dict[SourcePlace, CompiledNode]
    ) -> Derivation:
        place: SourcePlace = ("derived", path)
        entry = self.vocabulary.entries.get(path)
        if entry is None or entry.spec.derive != "policy":
            raise self.document.error(place, f"{path} is no fact that a policy computes")
        if one.score_table is not None:
            if one.score_table not in self.scores:
                raise self.document.error(place, f"no score {one.score_table}")
            return derivations.score(path, self.scores[one.score_table])
        if one.difference is not None:
            return derivations.difference(path, one.difference.of, one.difference.less)
        if one.count_within is not None:
            return derivations.count(
                path,
                one.count_within,
                compiled[where_of(path, "count_within")],
                asked(one.count_within),
            )
        if one.best_window is not None:
            return best_window.best_window(
                path,
                one.best_window,
                compiled[where_of(path, "best_window")],
                asked(one.best_window),
            )
        return self.of_line(path, one, compiled)

    def of_line(
        self, path: str, one: Derived, compiled: dict[SourcePlace, CompiledNode]
    ) -> Derivation:
        for name, held, above in (
            ("margin_above", one.margin_above, True),
            ("margin_below", one.margin_below, False),
        ):
            if held is not None:
                level = f"{self.vocabulary.lists[held.list].of}.level"
                return derivations.margin(
                    path,
                    Counting(held, compiled[where_of(path, name)], level, asked(held)),
                    above=above,
                )
        return derivations.reaches_sacrum(path) if one.reaches_sacrum else derivations.age(path)
