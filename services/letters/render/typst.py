"""A letter as one PDF file that is both PDF/UA-1 and PDF/A-2a, by typst with nothing but our
template, our fonts and the content.
"""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from typst import Compiler, Fonts

from services.letters.model import Wording
from services.letters.render.fonts import FOLDER, shown
from services.letters.render.seal import seal

TEMPLATE = Path(__file__).parent.parent / "templates" / "letter.typ"
STANDARDS: list[Any] = ["ua-1", "a-2a"]
NO_PACKAGES = FOLDER
LONG = re.compile(r"[^\s/.\-]{25,}")
STEP = 8
_OWN = threading.local()


def pdf(wording: Wording) -> bytes:
    """The PDF file of a letter; the same content gives the same bytes, in any process."""
    at = datetime.fromisoformat(wording["date"]).replace(tzinfo=UTC)
    inputs = {"content": json.dumps(_shown(wording), ensure_ascii=False)}
    made = _compiler().compile(
        format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=at
    )
    return seal(cast("bytes", made))


def _compiler() -> Compiler:
    """A warm compiler of the present thread's own.

    The package folders hold no package, and the root holds only the template.
    """
    if not hasattr(_OWN, "compiler"):
        fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])
        _OWN.compiler = Compiler(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=fonts,
            package_path=NO_PACKAGES,
            package_cache_path=NO_PACKAGES,
        )
    return cast("Compiler", _OWN.compiler)


def _shown(part: Any) -> Any:
    """The content with every character that the fonts lack made visible, and words that no line
    holds made breakable.
    """
    if isinstance(part, str):
        return LONG.sub(_breakable, shown(part))
    if isinstance(part, dict):
        return {key: _shown(value) for key, value in part.items()}
    return [_shown(value) for value in part] if isinstance(part, list) else part


def _breakable(found: re.Match[str]) -> str:
    """A long word with places to break it, never before a mark that belongs to the letter it
    follows.
    """
    word = found.group()
    return "".join(
        f"\u200b{one}" if at and at % STEP == 0 and not unicodedata.combining(one) else one
        for at, one in enumerate(word)
    )
