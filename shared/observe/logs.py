"""Structured logs: one JSON line per outcome, with allow-listed keys only, so that no health
information can slip in.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

LONGEST = 200
"""Characters of a library's message."""
ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "service",
        "lane",
        "lanes",
        "refused",
        "why",
        "remedy",
        "error",
        "code",
        "case_id",
        "letter_id",
        "type",
        "kind",
        "records",
        "topic",
        "port",
        "broker",
        "store",
        "pid",
        "instance",
        "seconds",
        "parked",
        "batches",
        "run_id",
        "path",
        "place",
        "count",
        "checkpoint",
        "size",
        "signal",
        "reason",
        "offset",
        "entries",
        "key",
        "attempts",
        "action",
        "principal",
    }
)


def only_allowed(
    _logger: Any, _name: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Drops every key that nobody decided to log."""
    return {key: value for key, value in entry.items() if key in ALLOWED}


class LibraryLine(logging.Formatter):
    """A library's log record as one line of JSON. Of one that comes with an exception the kind
    alone: the text of either may hold health information, as may a traceback.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line = {"event": "library", "level": record.levelname, "logger": record.name}
        if record.exc_info:
            kind = record.exc_info[0]
            line["error"] = kind.__name__ if kind else ""
        else:
            line["why"] = record.getMessage()[:LONGEST]
        return json.dumps(line)


def configure(service: str, level: str) -> None:
    """Sends this process's log lines to standard error as JSON, and quiets the libraries' own
    loggers to warnings.
    """
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(LibraryLine())
    logging.basicConfig(level=logging.WARNING, handlers=[shown])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
