"""Names of facts that are nearly right: a slip of the pen must not lose an emergency."""

from __future__ import annotations

from collections.abc import Iterable

from services.criteria.engine.logic.edit_distance import distance

KEPT = 4_096
"""Names whose meaning is remembered; senders misspell the same few."""
SHORTEST = 6
"""Letters of a name from which on a slip is looked for: of shorter ones, too many lie near."""


class NearNames:
    """Which of these paths a name means that no vocabulary knows: the one whose letters and digits,
    whatever their case and what separates them, differ by at most `most` insertions, deletions,
    replacements or swaps of neighbours; the nearest, and the first of equally near ones.
    """

    def __init__(self, paths: Iterable[str], most: int) -> None:
        self.most = most
        self._targets = [
            (path, plain, _parts(plain, 2 * most + 1)) for path in paths if (plain := letters(path))
        ]
        self._known: dict[str, str | None] = {}

    def meant(self, name: str) -> str | None:
        """The path that the name means, if any."""
        if name in self._known:
            return self._known[name]
        found = self._nearest(letters(name))
        if len(self._known) < KEPT:
            self._known[name] = found
        return found

    def _nearest(self, plain: str) -> str | None:
        best, nearest = self.most + 1, None
        for path, target, parts in self._targets:
            # A slip spoils two parts at most, so one stays whole: few names get further than this.
            if abs(len(plain) - len(target)) >= best or not any(part in plain for part in parts):
                continue
            if plain == target:
                return path
            off = distance(plain, target, best - 1) if len(target) >= SHORTEST else None
            if off is not None:
                best, nearest = off, path
        return nearest


def letters(name: str) -> str:
    """The letters and digits of a name, in small letters."""
    return "".join(one for one in name.casefold() if one.isalnum())


def _parts(plain: str, n: int) -> tuple[str, ...]:
    size = max(1, len(plain) // n)
    return tuple(plain[at : at + size] for at in range(0, len(plain), size))
