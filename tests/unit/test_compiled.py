"""Compiled modules are taken for the sources they were made of, and for no others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GROUPS = {
    "the criteria engine": ("services.criteria.engine", "ENGINE", "comparisons", "groups"),
    "the lanes": ("shared.compiled", "LANES", "envelope", "causal_order"),
}
"""Of each group: where its description is, one of its modules, and another one."""
PACKAGES = {
    "comparisons": "services.criteria.engine.logic",
    "groups": "services.criteria.engine.runtime",
    "envelope": "shared.events",
    "causal_order": "shared.lanes.batch",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources, nothing compiled."""
    for package in ("services", "shared", "tools"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("compiled", "__pycache__", "images"),
        )
    return tmp_path


def python(tree: Path, *arguments: str, path: str | None = None) -> str:
    variables = {**os.environ, "PYTHONPATH": str(tree), **({} if path is None else {"PATH": path})}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def which(module: str) -> str:
    return f"from {PACKAGES[module]} import {module} as one; print(getattr(one, 'MADE', 'source'))"


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_what_was_compiled_is_taken_until_a_source_changes(
    tree: Path, group: tuple[str, str, str, str]
):
    package, name, module, other = group
    folder = (
        Path(python(tree, "-c", f"from {package} import {name}; print({name}.folder)"))
        / PACKAGES[module]
    )
    folder.mkdir(parents=True)
    (folder / f"{module}.py").write_text("MADE = 'compiled'\n")
    assert python(tree, "-c", which(module)) == "compiled"
    assert python(tree, "-X", "interpreted", "-c", which(module)) == "source"
    with tree.joinpath(*PACKAGES[other].split("."), f"{other}.py").open("a") as source:
        source.write("# changed\n")
    assert python(tree, "-c", which(module)) == "source"


def test_without_a_compiler_it_says_how_to_get_one_and_runs_interpreted(tree: Path):
    said = python(tree, "-m", "tools.compile_hot", path="").splitlines()
    assert [line.partition(":")[0] for line in said] == list(GROUPS)
    assert all(
        "interpreted; no C compiler" in line and line.endswith("then: make compiled")
        for line in said
    )
    assert python(tree, "-c", which("comparisons")) == "source"
