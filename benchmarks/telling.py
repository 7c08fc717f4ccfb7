"""What a benchmark found: printed, and kept in a file when one is named."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def tell(found: Any, kept: Path | None) -> None:
    """Prints the figures as JSON and writes the same text to `kept`.

    Raises:
        OSError: The file cannot be written; the figures have been printed by then.
    """
    text = json.dumps(found, indent=1) + "\n"
    sys.stdout.write(text)
    if kept is not None:
        kept.write_text(text, "utf-8")
