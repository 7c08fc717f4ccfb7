"""Errors with one base class; the docstring of a subclass is its default message.

Attributes hold ids and codes, never health information.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class PriorauthError(Exception):
    """Something went wrong."""

    def __init__(
        self, message: str | None = None, *, code: str | None = None, remedy: str | None = None
    ) -> None:
        self.code = code
        self.remedy = remedy
        text = message or (type(self).__doc__ or "").strip().splitlines()[0]
        super().__init__(f"{text} {remedy}" if remedy else text)


class Fault(NamedTuple):
    """One of the reasons why content is refused: a stable code, a sentence, and where it is, as
    the content's own format names places.
    """

    code: str
    text: str
    place: str = ""


class Malformed(PriorauthError):
    """The content cannot be read as what it claims to be, and never will be."""

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        remedy: str | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.faults = tuple(faults)


class Impossible(PriorauthError):
    """The content is well-formed but can never be applied."""


class Unavailable(PriorauthError):
    """Something this process depends on does not answer; the same work may succeed later."""


class Zombie(PriorauthError):
    """Another process owns this lane now; this one must stop working it."""


class LaneRefused(PriorauthError):
    """The lanes cannot be worked by this replica with what is stored; somebody must decide."""


def unwritable(error: OSError) -> str:
    """What an operating system's refusal says to a person, with what to do about it."""
    where = f"{error.filename}: " if error.filename else ""
    return (
        f"{where}{error.strerror or type(error).__name__}. "
        "Check rights and free space there, or name another place (PRIORAUTH_STATE for a state "
        "folder)."
    )
