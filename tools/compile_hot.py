"""Compiles the hot modules of the criteria engine and of the lanes with mypyc: `make compiled`.

Without a C compiler they run interpreted.

What is compiled goes to folders that are named after their sources and this Python
(`shared.compiled`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from services.criteria.engine import ENGINE
from shared.compiled import LANES, ROOT, CompiledGroup

GROUPS = {"the criteria engine": ENGINE, "the lanes": LANES}
SETUP = """
from mypyc.build import mypycify
from setuptools import setup

options = ["--ignore-missing-imports", "--follow-imports=silent"]
built = mypycify([*options, *{modules}], opt_level="3", debug_level="0")
setup(name="priorauth-hot", packages=[], ext_modules=built, script_args=["build_ext", "--inplace"])
"""


def main() -> None:
    """Compiles what is not compiled yet, and says what came of it in one line each."""
    missing = lacking()
    for name, group in GROUPS.items():
        if group.folder.is_dir():
            continue
        if missing is not None:
            print(f"{name}: interpreted; {missing}, then: make compiled")
            continue
        began = time.monotonic()
        print(f"{name}: compiling once, which takes half a minute or a whole one")
        problem = built(group)
        if problem is not None:
            print(f"{name}: interpreted, because compiling failed:\n{problem}")
            continue
        print(
            f"{name}: {len(group.sources)} modules compiled in {time.monotonic() - began:.0f} s; "
            f"python -X interpreted runs without them"
        )


def lacking() -> str | None:
    """What is missing to compile, and how to get it; None if nothing is."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"no C compiler ({compiler}): install one (Debian: apt-get install gcc)"
    if (
        not Path(sysconfig.get_path("include"), "Python.h").exists()
        and not Path(sysconfig.get_path("platinclude"), "Python.h").exists()
    ):
        return "no headers of this Python: install them (Debian: apt-get install python3-dev)"
    return None


def built(group: CompiledGroup) -> str | None:
    """Compiles in a folder of its own and moves the outcome to the group's folder at once; what
    went wrong, or None.
    """
    with tempfile.TemporaryDirectory() as work:
        for package in ("services", "shared"):
            shutil.copytree(
                ROOT / package,
                Path(work, package),
                ignore=shutil.ignore_patterns("compiled", "__pycache__"),
            )
        Path(work, "setup.py").write_text(
            SETUP.format(modules=[str(source) for source in group.sources]), "utf-8"
        )
        done = subprocess.run(
            [sys.executable, "setup.py"], cwd=work, capture_output=True, text=True, check=False
        )
        made = {
            source: found
            for source in group.sources
            for found in Path(work, source.parent).glob(f"{source.stem}.*")
            if found.suffix in (".so", ".pyd")
        }
        if done.returncode != 0 or len(made) != len(group.sources):
            return (done.stdout + done.stderr)[-2_000:]
        place(group, made, list(Path(work).glob("*__mypyc*")))
    return None


def place(group: CompiledGroup, made: dict[Path, Path], common: list[Path]) -> None:
    """Puts the compiled modules where they are looked for, and removes those of former sources."""
    new = group.folder.with_name(f"{group.folder.name}.new{os.getpid()}")
    for source, one in made.items():
        folder = new / ".".join(source.parent.parts)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(one, folder)
    for one in common:
        shutil.copy2(one, new)
    for old in group.folder.parent.glob(f"{sys.implementation.cache_tag}-*"):
        if ".new" not in old.name:
            shutil.rmtree(old)
    new.rename(group.folder)


if __name__ == "__main__":
    main()
