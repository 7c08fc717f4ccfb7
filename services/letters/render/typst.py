"""A letter as one PDF file that is both PDF/UA-1 and PDF/A-2a, by typst with nothing but our
template, our fonts and the content.
"""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from typst import Compiler, Fonts

from services.letters.render.fonts import FOLDER, coverage, shown
from services.letters.render.seal import seal
from services.letters.wording import Wording
from services.letters.writing import JOINERS, is_mark

TEMPLATE = Path(__file__).parent.parent / "templates" / "letter.typ"
STANDARDS: list[Any] = ["ua-1", "a-2a"]
NO_PACKAGES = FOLDER
LONG = re.compile(r"[^\s/.\-]{25,}")
NUMBER = re.compile(r"(?<![\w-])((?=[\w-]{3,40}(?![\w-]))(?=[\w-]*\d)\w+(?:-\w+)+)")
LINES = frozenset({"about", "opening", "closing", "text", "items", "rows"})
"""Keys of the content whose text is set in lines."""
STEP = 8
_OWN = threading.local()


def pdf(wording: Wording) -> bytes:
    """The PDF file of a letter; the same content gives the same bytes, in any process."""
    at = datetime.fromisoformat(wording["date"]).replace(tzinfo=UTC)
    inputs = {"content": json.dumps(_shown(_explained(wording)), ensure_ascii=False)}
    made = _compiler().compile(
        format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=at
    )
    return seal(cast("bytes", made))


def _explained(wording: Wording) -> Wording:
    """The letter; where the fonts lack a character of it, it ends with what stands in its place."""
    texts = [value for name, value in wording.items() if name != "labels"]
    if coverage().issuperset(map(ord, json.dumps(texts, ensure_ascii=False))):
        return wording
    return {**wording, "closing": [*wording["closing"], wording["labels"]["undrawn"]]}


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


def _shown(part: Any, *, whole: bool = True) -> Any:
    """The content with every character that the fonts lack made visible, words that no line holds
    made breakable, and what is printed in lines (`whole` is false) taken apart at its numbers.
    """
    if isinstance(part, str):
        text = LONG.sub(_breakable, shown(part))
        return text if whole else _apart(text)
    if isinstance(part, dict):
        return {key: _shown(value, whole=key not in LINES) for key, value in part.items()}
    return [_shown(value, whole=whole) for value in part] if isinstance(part, list) else part


def _apart(text: str) -> str | list[str]:
    """The text, or its parts where it has numbers, which are every second one: a hyphen in a number
    (telephone, authorization) is no place to break.
    """
    parts = NUMBER.split(text) if "-" in text else [text]
    return parts if len(parts) > 1 else text


def _breakable(found: re.Match[str]) -> str:
    """A long word with places to break it, never before a mark that belongs to the letter it
    follows, nor beside a joiner.
    """
    word = found.group()
    return "".join(
        f"\u200b{one}" if at and at % STEP == 0 and _parts(word[at - 1], one) else one
        for at, one in enumerate(word)
    )


def _parts(before: str, after: str) -> bool:
    """Whether a word may be broken between two of its characters."""
    return not is_mark(after) and JOINERS.isdisjoint((before, after))
