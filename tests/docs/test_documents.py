"""What the documents say can be done, and what they point at is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared import settings
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")


def links() -> Iterator[tuple[Path, str]]:
    """Every link to a file of the repository, with the page it stands on."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("#"):
                yield page, target.partition("#")[0]


def blocks(language: str) -> list[str]:
    """The README's code in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


@pytest.mark.parametrize(
    ("page", "target"),
    list(links()),
    ids=lambda value: str(value.relative_to(ROOT)) if isinstance(value, Path) else value,
)
def test_a_link_leads_to_a_file(page: Path, target: str):
    assert (page.parent / target).exists()


def test_every_make_target_that_the_documents_name_exists():
    targets = set(
        re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    named = {
        name
        for page in PAGES
        for name in re.findall(
            r"`make ([\w-]+)[^`]*`|^make ([\w-]+)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
        for name in name
        if name
    }

    assert named <= targets


def test_every_command_of_the_readme_exists():
    named = {
        tuple(re.findall(r"[a-z]+", words)[:2])
        for words in re.findall(
            r"^priorauth ((?:[a-z]+ ?)+)", "\n".join(blocks("sh")), re.MULTILINE
        )
    }
    groups = {"letters", "audit", "topics", "parked"}

    assert named
    for words in named:
        asked = [*words[: 2 if words[0] in groups else 1], "--help"]
        assert run([sys.executable, "-m", "cli.main", *asked]).returncode == 0, asked


def test_every_setting_that_the_code_reads_is_in_the_readme():
    read = set(
        re.findall(r"\"(PRIORAUTH_[A-Z_]+)\"", Path(settings.__file__).read_text(encoding="utf-8"))
    ) - {"PRIORAUTH_EMBEDDED"}

    assert {name for name in read if f"`{name}`" not in README} == set()


def test_the_evaluation_that_the_readme_shows_runs():
    (command,) = [
        line
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("priorauth evaluate")
    ]

    ran = run([sys.executable, "-m", "cli.main", *command.split()[1:]])

    assert ran.returncode == 0, ran.stderr
    assert "approve" in ran.stdout


def test_the_stand_alone_verifier_runs_without_the_product():
    ran = subprocess.run(
        [sys.executable, "-I", str(ROOT / "services/audit/verify.py"), "--help"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert ran.returncode == 0
    assert "--key" in ran.stdout
