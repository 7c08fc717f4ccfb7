"""A letter as an accessible HTML page: no script, no outside resource, every piece of content
escaped.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from string import Template

from services.letters.wording import Block, Section, Wording

NUMBER = re.compile(r"(?<![\w-])(?=[\w-]{3,26}(?![\w-]))(?=[\w-]*\d)\w+(?:-\w+)+")
"""A number in groups (telephone, authorization): a hyphen in it is no place to break. A longer one,
as a case's, would be wider than a small screen.
"""
SHELL = Path(__file__).parent.parent / "templates" / "letter.html"


def html(wording: Wording, shell: Template) -> bytes:
    """The page of a letter; the same content gives the same bytes."""
    labels = wording["labels"]
    page = shell.substitute(
        language=escape(wording["language"]),
        title=escape(wording["title"]),
        plan=escape(wording["sender"][0]),
        sender="<br>\n".join(map(escape, wording["sender"][1:])),
        to=f"<p>{escape(labels['to'])}: {', '.join(map(escape, wording['to']))}</p>"
        if wording["to"]
        else "",
        about=_terms(wording["about"]),
        opening="\n".join(f"<p>{inline(sentence)}</p>" for sentence in wording["opening"]),
        sections="\n".join(map(_section, wording["sections"])),
        closing="\n".join(f"<p>{inline(sentence)}</p>" for sentence in wording["closing"]),
        notice=f"{escape(labels['notice'])} {escape(wording['letter_id'])}",
    )
    return page.encode()


def inline(text: str) -> str:
    """Text for the page: escaped, and with every number kept on one line."""
    return NUMBER.sub(r'<span class="number">\g<0></span>', escape(text))


def _section(section: Section) -> str:
    """A heading one level below its place, because the title is the page's first heading."""
    level = section["level"] + 1
    return "\n".join(
        [f"<h{level}>{inline(section['heading'])}</h{level}>", *map(_block, section["blocks"])]
    )


def _block(block: Block) -> str:
    """A block by its kind, with its language where it differs."""
    lang = f' lang="{escape(block["lang"])}"' if "lang" in block else ""
    match block["kind"]:
        case "text":
            return f"<p{lang}>{inline(block['text'])}</p>"
        case "quote":
            return f"<blockquote{lang}><p>{inline(block['text'])}</p></blockquote>"
        case "items":
            return f"<ul{lang}>{_items(block['items'])}</ul>"
        case "numbered":
            return f"<ol{lang}>{_items(block['items'])}</ol>"
        case "terms":
            return _terms(block["rows"])
        case "table":
            return _table(block["header"], block["rows"])


def _items(sentences: list[str]) -> str:
    """List items."""
    return "".join(f"\n<li>{inline(sentence)}</li>" for sentence in sentences) + "\n"


def _terms(rows: list[list[str]]) -> str:
    """Names and values."""
    return (
        "<dl>"
        + "".join(f"\n<dt>{inline(name)}</dt>\n<dd>{inline(value)}</dd>" for name, value in rows)
        + "\n</dl>"
    )


def _table(header: list[str], rows: list[list[str]]) -> str:
    """A table whose columns and rows have headers."""
    head = "".join(f'<th scope="col">{inline(name)}</th>' for name in header)
    lines = (
        f'<tr><th scope="row">{inline(row[0])}</th>'
        + "".join(f"<td>{inline(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    start = f'<div class="wide" tabindex="0">\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>'
    return "\n".join([start, *lines, "</tbody>\n</table>\n</div>"])
