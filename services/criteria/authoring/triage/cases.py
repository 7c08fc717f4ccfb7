"""Golden cases of a triage file: as of a policy, and in a shorter form where many differ in one
entry.

A case with `each` stands for several: one for each of its `diagnoses`, `codes`, `services` or
`sites`, which the first line has alone, or of its `facts`, each a mapping that is `set`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from services.criteria.authoring.golden import shorthand
from services.criteria.authoring.golden.cases import Content, GoldenCase, case_at
from services.criteria.engine.language import yaml_source
from services.criteria.engine.triage.protocol import TriageProtocol

KEYS = frozenset({"name", "why", "example", "each", "set", "with", "line", "at", "expect"})


def load(text: str, file: str) -> tuple[GoldenCase, ...]:
    """The golden cases in `text`; raises `PolicyInvalid` for one that cannot be read."""
    document = yaml_source.read(text, file)
    content = document.content if isinstance(document.content, dict) else {}
    if not isinstance(content.get("cases"), list):
        raise document.error((), "needs a list named cases")
    requests = {
        name: shorthand.begun(name, given) for name, given in content.get("requests", {}).items()
    }
    return tuple(
        case_at(document, at, one, requests)
        for at, written in enumerate(content["cases"])
        for one in _each(_case(document, at, written))
    )


def _case(document: yaml_source.SourceDocument, at: int, written: Any) -> Content:
    """A case as it is written. An unknown key may be half of a sentence with a comma in it."""
    if not isinstance(written, dict) or written.keys() - KEYS:
        unknown = sorted(written.keys() - KEYS) if isinstance(written, dict) else written
        raise document.error(("cases", at), f"no key of a golden case: {unknown}")
    return written


def _each(case: Content) -> Iterator[Content]:
    for kind, values in case.get("each", {"": [None]}).items():
        for value in values:
            name = f"{case.get('name')}: {value}" if kind else case.get("name")
            yield {**case, "name": name, **_with(case, kind, value)}


def _with(case: Content, kind: str, value: Any) -> Content:
    """What a case of several sets."""
    line = case.get("line", {})
    match kind:
        case "facts":
            return {"set": {**case.get("set", {}), **value}}
        case "codes":
            return {"line": {**line, "codes": [{"system": "cpt", "code": value}]}}
        case "sites":
            return {"line": {**line, "site": value}}
        case "diagnoses" | "services":
            return {"line": {**line, kind: [value]}}
        case _:
            return {}


def of(protocol: TriageProtocol) -> tuple[GoldenCase, ...]:
    """The golden cases that stand beside a packaged triage file."""
    spec = protocol.spec
    return packaged(spec.triage, spec.version)


@cache
def packaged(name: str, version: str) -> tuple[GoldenCase, ...]:
    """The packaged golden cases of a triage file by name and version."""
    folder = resources.files("services.criteria") / "triage" / name / version
    return load((folder / "cases.yaml").read_text("utf-8"), f"triage/{name}/{version}/cases.yaml")
