"""What is given out can be made again, byte for byte, and says what it is made of."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.patience import PATIENCE
from tools.sbom import bill

ROOT = Path(__file__).resolve().parents[2]
BUILT_FROM = ("pyproject.toml", "README.md", "LICENSE", ".gitignore", "services", "shared", "cli")
LATER = 2_000_000_000
"""An instant in 2033 (seconds of the epoch)."""


def wheel(tree: Path, folder: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=tree,
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    (built,) = folder.glob("*.whl")
    return built


def another_checkout(folder: Path) -> Path:
    """The same tree as somebody else has it: at another time, with other rights, and with what is
    left by a run.
    """
    left = shutil.ignore_patterns("__pycache__", "compiled")
    folder.mkdir()
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=left)
        else:
            shutil.copy(ROOT / name, folder)
    (folder / "shared/__pycache__").mkdir()
    (folder / "shared/__pycache__/clock.cpython-311.pyc").write_bytes(b"\0")
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.utime(path, (LATER, LATER))
    return folder


def test_the_wheel_has_the_same_bytes_wherever_it_is_built(tmp_path: Path):
    here = wheel(ROOT, tmp_path / "here")
    there = wheel(another_checkout(tmp_path / "checkout"), tmp_path / "there")

    assert here.name == there.name
    assert here.read_bytes() == there.read_bytes()
    names = zipfile.ZipFile(here).namelist()
    assert "services/intake/app.py" in names
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "cli",
        "priorauth",
        "services",
        "shared",
    }
    assert not [name for name in names if name.endswith((".pyc", ".so")) or ".key" in name]


def test_the_bill_of_materials_names_every_pinned_package_once():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    constraints = (ROOT / "constraints-image.txt").read_text(encoding="utf-8")

    found = bill(project, constraints)

    assert found["bomFormat"] == "CycloneDX"
    assert json.dumps(found) == json.dumps(bill(project, constraints))
    names = [one["name"] for one in found["components"]]
    assert len(names) == len(set(names)) == len(re.findall("^[^ #].*==", constraints, re.MULTILINE))
    assert {"cryptography", "pyjwt", "uvloop"} <= set(names)
    for one in found["components"]:
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert one["properties"], one["name"]
