"""The documents of a letter, made from its wording alone: PDF, HTML and plain text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from services.letters.render.fonts import font_files
from services.letters.render.html import SHELL, html
from services.letters.render.text import plain
from services.letters.render.typst import TEMPLATE, pdf
from services.letters.wording import Wording


def documents(wording: Wording) -> dict[str, bytes]:
    """The letter in every format, by format (`pdf`, `html`, `txt`); the same wording gives the same
    bytes.
    """
    return {"pdf": pdf(wording), "html": page(wording), "txt": plain(wording)}


def page(wording: Wording) -> bytes:
    """The letter as an HTML page."""
    return html(wording, _shell())


@cache
def fonts_sha256() -> str:
    """The hash of all fonts."""
    return hashed(font_files())


@cache
def _shell() -> Template:
    """The page around an HTML letter."""
    return Template(SHELL.read_text(encoding="utf-8"))


def hashed(paths: Iterable[Path]) -> str:
    """One SHA-256 over the names and the contents of files."""
    whole = hashlib.sha256()
    for path in paths:
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def stored(folder: Path, letter_id: str, form: str, document: bytes) -> dict[str, Any]:
    """Writes a document beside its place and moves it there in one step; tells format, sha256, size
    in bytes and path relative to `folder`.
    """
    path = Path(letter_id[:2]) / f"{letter_id}.{form}"
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(document)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(target)
    return {
        "format": form,
        "sha256": hashlib.sha256(document).hexdigest(),
        "size": len(document),
        "path": path.as_posix(),
    }


TEMPLATES = (TEMPLATE, SHELL)
