"""What a failure of a task means: whether somebody should look, and what may be said of it."""

from __future__ import annotations

import hashlib
from uuid import UUID

from shared.errors import PriorauthError, Unavailable

ALARM = 5
"""Failures in a row that what a task needs may be away for: from then on the task is failing."""
TRANSIENT = (Unavailable, OSError)
"""What may be over by the next attempt; a task that raises anything else is failing at once."""
UNDECIDED = "result_not_taken"
"""Why a task fails whose results come to nothing."""


def alarming(attempts: int, error: BaseException, known: str) -> bool:
    """Whether a task is failing, after so many failures in a row of which `error` is the last;
    `known` is the reason that the store has from before a restart, if it has one.
    """
    return attempts >= ALARM or bool(known) or not isinstance(error, TRANSIENT)


def reason_of(error: BaseException) -> str:
    """Why a task failed, in a word that holds no health information: an error's own code, else its
    type.
    """
    code = error.code if isinstance(error, PriorauthError) else None
    return code or type(error).__name__


def loggable(key: str) -> str:
    """A task's key for the log.

    An id tells nothing of a person. What else a service may use as a key could, so of that there
    are only the first 16 hex digits of its SHA-256.
    """
    try:
        return str(UUID(key))
    except ValueError:
        return hashlib.sha256(key.encode()).hexdigest()[:16]
