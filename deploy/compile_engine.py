"""Compiles the hot modules of the criteria engine with mypyc, in place: `make compiled`. Without a C compiler the engine runs interpreted.

The compiled modules go to a folder that is named after their sources and this Python (`services.criteria.engine.compiled_folder`).
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

from services.criteria.engine import HERE, HOT, compiled_folder

ROOT = HERE.parents[2]
SETUP = """
from mypyc.build import mypycify
from setuptools import setup

modules = mypycify(["--ignore-missing-imports", "--follow-imports=silent", *{modules}], opt_level="3", debug_level="0")
setup(name="priorauth-engine", packages=[], ext_modules=modules, script_args=["build_ext", "--inplace"])
"""


def main() -> None:
    """Compiles what is not compiled yet, and says what came of it in one line."""
    folder = compiled_folder()
    if folder.is_dir():
        return
    missing = lacking()
    if missing is not None:
        print(f"the criteria engine runs interpreted: {missing}, then: make compiled")
        return
    began = time.monotonic()
    print("compiling the criteria engine, once: about half a minute")
    problem = built(folder)
    if problem is not None:
        print(f"the criteria engine runs interpreted, because it could not be compiled:\n{problem}")
        return
    print(f"compiled {len(HOT)} modules in {time.monotonic() - began:.0f} s; python -X interpreted runs without them")


def lacking() -> str | None:
    """What is missing to compile, and how to get it; None if nothing is."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"no C compiler ({compiler}): install one (Debian: apt-get install gcc)"
    if not Path(sysconfig.get_path("include"), "Python.h").exists() and not Path(sysconfig.get_path("platinclude"), "Python.h").exists():
        return "no headers of this Python: install them (Debian: apt-get install python3-dev)"
    return None


def built(folder: Path) -> str | None:
    """Compiles in a folder of its own and moves the outcome to `folder` at once; what went wrong, or None."""
    with tempfile.TemporaryDirectory() as work:
        for package in ("services", "shared"):
            shutil.copytree(ROOT / package, Path(work, package), ignore=shutil.ignore_patterns("compiled", "__pycache__"))
        modules = [str(Path("services", "criteria", "engine", f"{name}.py")) for name in HOT]
        Path(work, "setup.py").write_text(SETUP.format(modules=modules), "utf-8")
        done = subprocess.run([sys.executable, "setup.py"], cwd=work, capture_output=True, text=True, check=False)
        made = [*Path(work).glob("*__mypyc*"), *Path(work, "services").rglob("*.so"), *Path(work, "services").rglob("*.pyd")]
        if done.returncode != 0 or len(made) != len(HOT) + 1:
            return (done.stdout + done.stderr)[-2_000:]
        place(made, folder)
    return None


def place(made: list[Path], folder: Path) -> None:
    """Puts the compiled modules where they are looked for, and removes those of former sources."""
    new = folder.with_name(f"{folder.name}.new{os.getpid()}")
    new.mkdir(parents=True)
    for one in made:
        shutil.copy2(one, new)
    for old in folder.parent.glob(f"{sys.implementation.cache_tag}-*"):
        if ".new" not in old.name:
            shutil.rmtree(old)
    new.rename(folder)


if __name__ == "__main__":
    main()
