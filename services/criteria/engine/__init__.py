"""The criteria engine: policies as data, evaluated in three-valued logic.

Its hot modules run interpreted, or compiled where `make compiled` has compiled exactly these sources for this Python: a source that changed, or another
Python, runs interpreted until it is compiled again. `python -X interpreted` never takes the compiled ones.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HOT = ("values", "comparisons", "facts", "scope", "leaves", "relations", "groups", "lists", "derived", "windows", "lines", "explain")
"""The modules that are compiled, together: they make every result."""
HERE = Path(__file__).parent


def compiled_folder() -> Path:
    """Where the compiled modules of these sources belong, for this Python."""
    sources = hashlib.sha256(b"".join((HERE / f"{name}.py").read_bytes() for name in HOT))
    return HERE / "compiled" / f"{sys.implementation.cache_tag}-{sources.hexdigest()[:16]}"


def _prefer(folder: Path) -> None:
    """Lets the imports of this package find what is compiled first."""
    if folder.is_dir() and "interpreted" not in sys._xoptions:  # noqa: SLF001 - the documented place of -X options
        __path__.insert(0, str(folder))
        sys.path.append(str(folder))


_prefer(compiled_folder())
