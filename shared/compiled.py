"""Modules that run compiled where `make compiled` has compiled exactly these sources for this
Python, and interpreted everywhere else.

`python -X interpreted` takes nothing that is compiled.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, MutableSequence
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]


class CompiledGroup:
    """Modules, by package, that are compiled together and call each other directly; the package
    `home` keeps what is compiled.
    """

    def __init__(self, home: str, modules: Mapping[str, tuple[str, ...]]) -> None:
        self.home = home
        self.modules = modules

    @property
    def sources(self) -> list[Path]:
        """The modules' files, relative to the tree that they lie in."""
        return [
            Path(*package.split("."), f"{module}.py")
            for package, modules in self.modules.items()
            for module in modules
        ]

    @cached_property
    def folder(self) -> Path:
        """Where the compiled modules of these sources belong, for this Python; those of a package
        in a folder of its name.
        """
        content = hashlib.sha256(
            b"".join(str(source).encode() + (ROOT / source).read_bytes() for source in self.sources)
        ).hexdigest()
        return ROOT.joinpath(
            *self.home.split("."), "compiled", f"{sys.implementation.cache_tag}-{content[:16]}"
        )

    def prefer(self, package: str, path: MutableSequence[str]) -> None:
        """Lets the imports of a package (`path` is its `__path__`) find what is compiled first."""
        # The documented place of -X options.
        if "interpreted" in sys._xoptions or not self.folder.is_dir():  # noqa: SLF001
            return
        path.insert(0, str(self.folder / package))
        if str(self.folder) not in sys.path:
            sys.path.append(str(self.folder))


LANES = CompiledGroup(
    "shared.lanes",
    {
        "shared": ("ids", "instants"),
        "shared.events": ("envelope",),
        "shared.lanes.state": ("record", "lane", "case", "write_set"),
        "shared.lanes.batch": (
            "batch",
            "causal_order",
            "delivery",
            "handover",
            "outcome_writer",
            "reader",
        ),
        "shared.lanes.engine": ("case_cache", "outbox"),
        "shared.lanes.store": ("rows",),
    },
)
"""What the lanes do for every event.

What they do once a batch stays as it is: tests put bugs into it, which compiled callers would not
meet.
"""
