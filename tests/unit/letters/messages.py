"""Messages that can be asked which of them were used."""

from __future__ import annotations

from collections.abc import Mapping


class Read(dict[str, str]):
    """Messages that remember which of them were used."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(messages)
        self.used: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.used.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if key in self:
            self.used.add(key)
        return super().get(key, default)
