"""Values as a terminal may show them: no markup of ours and no escape sequence of anybody's."""

from __future__ import annotations

import re

from rich.markup import escape
from rich.text import Text

HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
"""Control characters but tab and newline, and what turns or hides text."""


def safe(value: object) -> str:
    """A value for markup: brackets stay brackets, a control character shows as its code point."""
    return escape(HOSTILE.sub(_named, str(value)))


def marked(markup: str) -> Text:
    """Our markup as text; a value's `:name:` stays what it is and becomes no picture."""
    return Text.from_markup(markup, emoji=False)


def plain(value: object) -> str:
    """A value for plain text, where brackets mean nothing."""
    return HOSTILE.sub(_named, str(value))


def escaped(document: str) -> str:
    """A JSON document with such characters written as JSON escapes; its content stays the same."""
    return HOSTILE.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def _named(match: re.Match[str]) -> str:
    return f"<U+{ord(match[0]):04X}>"
