"""A letter as an accessible HTML page: no script, no outside resource, every piece of content
escaped.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from services.letters.model import Block, Section, Wording

SHELL = Path(__file__).parent.parent / "templates" / "letter.html"


def html(wording: Wording, shell: Template) -> bytes:
    """The page of a letter; the same content gives the same bytes."""
    labels = wording["labels"]
    page = shell.substitute(
        language=escape(wording["language"]),
        title=escape(wording["title"]),
        sender="<br>\n".join(map(escape, wording["sender"])),
        to=f"<p>{escape(labels['to'])}: {', '.join(map(escape, wording['to']))}</p>"
        if wording["to"]
        else "",
        about=_terms(wording["about"]),
        opening="\n".join(f"<p>{escape(sentence)}</p>" for sentence in wording["opening"]),
        sections="\n".join(map(_section, wording["sections"])),
        closing="\n".join(f"<p>{escape(sentence)}</p>" for sentence in wording["closing"]),
        notice=f"{escape(labels['notice'])} {escape(wording['letter_id'])}",
    )
    return page.encode()


def _section(section: Section) -> str:
    """A heading one level below its place, because the title is the page's first heading."""
    level = section["level"] + 1
    return "\n".join(
        [f"<h{level}>{escape(section['heading'])}</h{level}>", *map(_block, section["blocks"])]
    )


def _block(block: Block) -> str:
    """A block by its kind, with its language where it differs."""
    lang = f' lang="{escape(block["lang"])}"' if "lang" in block else ""
    match block["kind"]:
        case "text":
            return f"<p{lang}>{escape(block['text'])}</p>"
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
    return "".join(f"\n<li>{escape(sentence)}</li>" for sentence in sentences) + "\n"


def _terms(rows: list[list[str]]) -> str:
    """Names and values."""
    return (
        "<dl>"
        + "".join(f"\n<dt>{escape(name)}</dt>\n<dd>{escape(value)}</dd>" for name, value in rows)
        + "\n</dl>"
    )


def _table(header: list[str], rows: list[list[str]]) -> str:
    """A table whose columns and rows have headers."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    lines = (
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return "\n".join(
        [f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>", *lines, "</tbody>\n</table>"]
    )
