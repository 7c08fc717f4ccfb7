"""What an edition is compiled from."""

from __future__ import annotations

from dataclasses import dataclass

from services.criteria.engine.language.policy import PolicySpec
from services.criteria.engine.language.vocabulary import Vocabulary, validated
from services.criteria.engine.language.yaml_source import SourceDocument
from services.criteria.engine.runtime.scores import ScoreTable


@dataclass(frozen=True)
class PolicySource:
    """A policy's file as it was read, what it says, and the vocabulary and the score tables (by
    name) that it says it in.
    """

    document: SourceDocument
    spec: PolicySpec
    vocabulary: Vocabulary
    scores: dict[str, ScoreTable]


def policy_source(
    document: SourceDocument, vocabularies: dict[str, Vocabulary], scores: dict[str, ScoreTable]
) -> PolicySource:
    """The source in a document that was read; raises `PolicyInvalid` where it is no policy or its
    vocabulary is not known.
    """
    spec: PolicySpec = validated(PolicySpec, document)
    vocabulary = vocabularies.get(spec.vocabulary)
    if vocabulary is None:
        raise document.error(("vocabulary",), f"no vocabulary {spec.vocabulary}")
    return PolicySource(document, spec, vocabulary, scores)
