"""The texts that a library is compiled from, as they lie in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class LibrarySources:
    """What a library is compiled from: of each kind the files' names and texts."""

    vocabularies: Sequence[tuple[str, str]]
    scores: Sequence[tuple[str, str]]
    policies: Sequence[tuple[str, str]]
    code_sets: Sequence[tuple[str, str]] = ()
    triage: Sequence[tuple[str, str]] = ()


def sources(folder: Traversable) -> LibrarySources:
    """The texts of the library in a folder, in the order in which they are compiled."""
    return LibrarySources(
        _texts(folder / "vocabularies"),
        _texts(folder / "scores"),
        policy_texts(folder),
        _texts(folder / "code_sets"),
        triage_texts(folder),
    )


def policy_texts(folder: Traversable) -> list[tuple[str, str]]:
    """Every policy file: its name and text, in a fixed order."""
    return _versions(folder, "policies", "policy.yaml")


def triage_texts(folder: Traversable) -> list[tuple[str, str]]:
    """Every triage file: its name and text, in a fixed order."""
    return _versions(folder, "triage", "triage.yaml")


def _versions(folder: Traversable, room: str, file: str) -> list[tuple[str, str]]:
    """The files of this name in `<room>/<name>/<version>`; none where there is no such room."""
    found = [
        (f"{room}/{name.name}/{version.name}/{file}", (version / file).read_text("utf-8"))
        for name in ((folder / room).iterdir() if (folder / room).is_dir() else ())
        if name.is_dir()
        for version in name.iterdir()
        if (version / file).is_file()
    ]
    return sorted(found)


def _texts(folder: Traversable) -> list[tuple[str, str]]:
    return sorted(
        (f"{folder.name}/{one.name}", one.read_text("utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".yaml")
    )
