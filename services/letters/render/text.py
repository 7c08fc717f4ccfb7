"""A letter as plain text, for portals, messages and readers of every kind."""

from __future__ import annotations

from services.letters.wording import Block, Section, Wording


def plain(wording: Wording) -> bytes:
    """The letter in plain text, UTF-8; the same content gives the same bytes."""
    labels = wording["labels"]
    parts = [
        "\n".join(wording["sender"]),
        *([f"{labels['to']}: {', '.join(wording['to'])}"] if wording["to"] else []),
        _underlined(wording["title"], "="),
        _terms(wording["about"]),
        *wording["opening"],
        *[part for section in wording["sections"] for part in _section(section)],
        *wording["closing"],
        f"{labels['notice']} {wording['letter_id']}",
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _section(section: Section) -> list[str]:
    """The heading and the blocks."""
    heading = _underlined(section["heading"], "-") if section["level"] == 1 else section["heading"]
    return [heading, *map(_block, section["blocks"])]


def _block(block: Block) -> str:
    """A block by its kind."""
    match block["kind"]:
        case "text":
            return block["text"]
        case "quote":
            return f"    {block['text']}"
        case "items":
            return "\n".join(f"- {sentence}" for sentence in block["items"])
        case "numbered":
            return "\n".join(
                f"{number}. {sentence}" for number, sentence in enumerate(block["items"], 1)
            )
        case "terms":
            return _terms(block["rows"])
        case "table":
            return "\n".join(
                "; ".join(
                    f"{name}: {cell}" for name, cell in zip(block["header"], row, strict=True)
                )
                for row in block["rows"]
            )


def _terms(rows: list[list[str]]) -> str:
    """Names and values, one a line."""
    return "\n".join(f"{name}: {value}" for name, value in rows)


def _underlined(heading: str, mark: str) -> str:
    """A heading with a line below it."""
    return f"{heading}\n{mark * len(heading)}"
