"""The only place that reads the environment: settings are `PRIORAUTH_*`, each read in its form."""

from __future__ import annotations

import os
from collections.abc import Callable

from shared.errors import Impossible
from shared.settings.forms import HOST_NAME, AddressForm

LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def text(name: str, default: str) -> str:
    """A setting; the default where it is not set or empty."""
    found = os.environ.get(name) or default
    try:
        found.encode()
    except UnicodeEncodeError as error:
        # The value is not quoted: it may be a secret, and no terminal can show it.
        raise Impossible(
            f"{name} is not UTF-8.", code="setting", remedy="Set it to UTF-8 text, or unset it."
        ) from error
    return found


def fitting(name: str, default: str, fits: Callable[[str], bool], form: AddressForm) -> str:
    """A setting that has a form. Its value is not quoted: addresses contain passwords."""
    given = text(name, default)
    if given != default and not fits(given):
        raise Impossible(
            f"{name} is no {form.noun}.",
            code="setting",
            remedy=f"Set it to {form.example}, or unset it.",
        )
    return given


def names(name: str) -> tuple[str, ...]:
    """Host names with commas between them."""
    names = tuple(one.strip().lower() for one in text(name, "").split(",") if one.strip())
    if not all(HOST_NAME.fullmatch(one) for one in names):
        raise Impossible(
            f"{name} is no list of host names.",
            code="setting",
            remedy="Set it to names without ports, with commas between them, or unset it.",
        )
    return names


def switch(name: str, default: str) -> bool:
    """A setting that is on (1) or off (0)."""
    given = text(name, default)
    if given not in {"0", "1"}:
        raise Impossible(
            f"{name} is neither 1 nor 0.",
            code="setting",
            remedy=f"Set {name}={default}, which is the default, or unset it.",
        )
    return given == "1"


def word(name: str, default: str, words: tuple[str, ...]) -> str:
    """One of some words."""
    given = text(name, default)
    if given not in words:
        raise Impossible(
            f"{name} is none of {', '.join(words)}.",
            code="setting",
            remedy=f"Set {name}={default}, which is the default, or unset it.",
        )
    return given


def whole(name: str, default: int, *, least: int = 1, most: int = 1_000_000) -> int:
    """A whole number from a setting; the default where it is not set."""
    given = text(name, str(default))
    if not (given.isascii() and given.isdecimal() and least <= int(given) <= most):
        raise Impossible(
            f"{name} must be a whole number from {least} to {most}.",
            code="setting",
            remedy=f"Set {name}={default}, which is the default, or unset it.",
        )
    return int(given)


def level(given: str) -> str:
    """A level of logging."""
    if given.lower() not in LOG_LEVELS:
        raise Impossible(
            "PRIORAUTH_LOG_LEVEL is not a valid log level.",
            code="setting",
            remedy=f"Set it to one of {', '.join(LOG_LEVELS)}.",
        )
    return given.lower()


def environment_of(changes: dict[str, str]) -> dict[str, str]:
    """The environment of this process for a child of it, with `PRIORAUTH_*` changes; an empty value
    removes a setting.
    """
    merged = {**os.environ, **changes}
    return {name: value for name, value in merged.items() if value or name not in changes}
