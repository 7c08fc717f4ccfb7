"""`python -m tools.catalogue schemas|documents|release`: writes the generated files into the
checkout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools.catalogue import asyncapi, clocks, language, page, schemas, version

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "shared" / "events" / "schemas"
RELEASED = SCHEMAS / "released"


def schema_files() -> dict[Path, str]:
    """The JSON Schema of every event as it is now."""
    return {SCHEMAS / name: text for name, text in schemas.files().items()}


def document_files() -> dict[Path, str]:
    """The AsyncAPI document and the pages of events, of the policy language and of the clocks."""
    return {
        ROOT / "docs" / "asyncapi.yaml": asyncapi.document(),
        ROOT / "docs" / "events.md": page.document(),
        ROOT / "docs" / "policy-language.md": language.document(),
        ROOT / "docs" / "operations" / "clocks.md": clocks.document(),
    }


def release_files() -> dict[Path, str]:
    """The schemas as this version releases them: from then on only optional fields may be
    added, and values to open enumerations.

    They are written anew as long as the version is one of development.
    """
    folder = RELEASED / version.released()
    return {folder / name: text for name, text in schemas.files().items()}


KINDS: dict[str, Callable[[], dict[Path, str]]] = {
    "schemas": schema_files,
    "documents": document_files,
    "release": release_files,
}


def main() -> int:
    """Writes one kind of files; 2 for an unknown one."""
    # The program and one argument.
    if len(sys.argv) != 2 or sys.argv[1] not in KINDS:  # noqa: PLR2004
        sys.stderr.write(f"usage: python -m tools.catalogue {'|'.join(KINDS)}\n")
        return 2
    for path, text in KINDS[sys.argv[1]]().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
