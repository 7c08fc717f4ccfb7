"""What libraries log is one line of JSON, and tells nothing of what an exception was about."""

from __future__ import annotations

import json
import logging

from shared.observe.logs import LibraryLine

PRIVATE = "M-4711 has a tumor"


def record(message: str, *arguments: object, broken: bool = False) -> logging.LogRecord:
    """A log record as a library makes it, perhaps while it handles an exception."""
    about = (KeyError, KeyError(PRIVATE), None) if broken else None
    return logging.LogRecord("asyncio", logging.ERROR, "tasks.py", 1, message, arguments, about)


def test_a_message_is_a_line_of_json_whatever_is_in_it():
    hostile = 'a "quote",\n{"event": "settled"}\x1b[2J'

    line = LibraryLine().format(record("lost %s", hostile))

    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line) == {
        "event": "library",
        "level": "ERROR",
        "logger": "asyncio",
        "why": f"lost {hostile}",
    }


def test_a_long_message_is_cut():
    assert len(json.loads(LibraryLine().format(record("x" * 5_000)))["why"]) == 200


def test_of_an_exception_the_kind_is_logged_and_neither_its_text_nor_its_traceback():
    message = f"Task exception was never retrieved: {PRIVATE}"

    line = LibraryLine().format(record(message, broken=True))

    assert PRIVATE not in line
    assert json.loads(line)["error"] == "KeyError"
