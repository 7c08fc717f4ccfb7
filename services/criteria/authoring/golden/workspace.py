"""What an author works on: an edition with its golden cases, packaged or in a folder of their
own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from services.criteria.authoring.golden import cases as golden
from services.criteria.authoring.golden.cases import GoldenCase
from services.criteria.engine.edition import edition
from services.criteria.engine.edition.edition import Edition
from services.criteria.engine.edition.library import Library, packaged
from services.criteria.engine.language import code_set, vocabulary
from services.criteria.engine.language.code_set import CodeSet
from services.criteria.engine.runtime import scores
from shared.errors import Impossible, Unavailable


@dataclass(frozen=True, slots=True)
class Piece:
    """An edition with its golden cases and the code sets that go with it; `folder` is where its
    files are, None for a packaged one.
    """

    edition: Edition
    cases: tuple[GoldenCase, ...]
    folder: Path | None = None
    code_sets: tuple[CodeSet, ...] = ()

    @property
    def name(self) -> str:
        """The policy with its version."""
        return f"{self.edition.ref.policy} {self.edition.ref.version}"


def chosen(names: Iterable[str]) -> list[Piece]:
    """The pieces with these names: a policy, `policy@version`, or a folder with a `policy.yaml`;
    all packaged editions if none is named.
    """
    wanted = list(names)
    if not wanted:
        return [_packaged(one) for one in packaged().editions]
    return [piece for name in wanted for piece in _named(name)]


def _packaged(one: Edition) -> Piece:
    return Piece(one, golden.of(one))


def _named(name: str) -> list[Piece]:
    path = Path(name)
    if path.name == "policy.yaml":
        path = path.parent
    if (path / "policy.yaml").is_file():
        return [in_folder(path)]
    policy, _, version = name.partition("@")
    found = [
        one
        for one in packaged().editions
        if one.ref.policy == policy and version in {"", one.ref.version}
    ]
    if not found:
        known = ", ".join(sorted({one.ref.policy for one in packaged().editions}))
        raise Impossible(
            f"There is no policy {name}.",
            code="no_such_policy",
            remedy=f"Name a folder with a policy.yaml, or one of: {known}.",
        )
    return [_packaged(one) for one in found]


def in_folder(folder: Path) -> Piece:
    """The edition in a folder with `policy.yaml` and `cases.yaml`; vocabularies and scores in the
    folder (`*.vocabulary.yaml`, `*.score.yaml`) come first. Its code sets (`*.code_set.yaml`) stand
    beside the packaged ones.
    """
    known, tables = words(folder)
    sets = [code_set.load(_text(one), str(one)) for one in sorted(folder.glob("*.code_set.yaml"))]
    file = folder / "policy.yaml"
    made = edition.load(_text(file), str(file), known, tables)
    cases = folder / "cases.yaml"
    found = golden.load(_text(cases), str(cases)) if cases.is_file() else ()
    return Piece(made, found, folder, tuple(sets))


def words(folder: Path) -> tuple[dict[str, vocabulary.Vocabulary], dict[str, scores.ScoreTable]]:
    """The vocabularies and scores that a policy in this folder may use."""
    library: Library = packaged()
    own = [
        vocabulary.load(_text(file), str(file)) for file in sorted(folder.glob("*.vocabulary.yaml"))
    ]
    known = {**library.vocabularies, **{one.name: one for one in own}}
    tables = [
        scores.load(_text(file), str(file), known) for file in sorted(folder.glob("*.score.yaml"))
    ]
    return known, {**library.scores, **{one.name: one for one in tables}}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        raise Unavailable(
            f"{file} cannot be read.", remedy="Name a folder with a policy.yaml."
        ) from None
    except UnicodeDecodeError:
        raise Impossible(f"{file} is not UTF-8 text.", code="policy_invalid") from None
