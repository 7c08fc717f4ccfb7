"""Compiled modules are taken for the sources they were made of, and for no others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WHICH = "from services.criteria.engine import comparisons as one; print(getattr(one, 'MADE', 'source'))"
FOLDER = "from services.criteria import engine; print(engine.compiled_folder())"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources, nothing compiled."""
    for package in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("compiled", "__pycache__", "images"))
    return tmp_path


def python(tree: Path, *arguments: str, path: str | None = None) -> str:
    variables = {**os.environ, "PYTHONPATH": str(tree), **({} if path is None else {"PATH": path})}
    return subprocess.run([sys.executable, *arguments], cwd=tree, env=variables, capture_output=True, text=True, check=True).stdout.strip()


def test_what_was_compiled_is_taken_until_a_source_changes(tree: Path):
    folder = Path(python(tree, "-c", FOLDER))
    folder.mkdir(parents=True)
    (folder / "comparisons.py").write_text("MADE = 'compiled'\n")
    assert python(tree, "-c", WHICH) == "compiled"
    assert python(tree, "-X", "interpreted", "-c", WHICH) == "source"
    with (tree / "services" / "criteria" / "engine" / "groups.py").open("a") as source:
        source.write("# changed\n")
    assert python(tree, "-c", WHICH) == "source"


def test_without_a_compiler_it_says_how_to_get_one_and_runs_interpreted(tree: Path):
    said = python(tree, "deploy/compile_engine.py", path="")
    assert said.startswith("the criteria engine runs interpreted: no C compiler")
    assert said.endswith("then: make compiled")
    assert python(tree, "-c", WHICH) == "source"
