"""How tests are dealt to several processes: one by one, but for those that share a stack, or whose
order matters.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

FILES = (
    "tests/reliability/",
    "tests/stories/privacy/",
    "tests/stories/test_parked.py",
    "tests/stories/test_replicas.py",
)
"""Each file is dealt as a whole: it has a stack, or seeds, of its own."""
CONTAINERS = ("tests/e2e/", "tests/secured/")
"""Each folder is dealt as a whole: its tests share containers."""
STORIES = "tests/stories/"
"""The others share one stack: the embedded broker takes a third of a core when nothing happens."""


class Dealing(LoadScopeScheduling):
    """Deals in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(FILES):
            return nodeid.partition("::")[0]
        for folder in CONTAINERS:
            if nodeid.startswith(folder):
                return folder
        return STORIES if nodeid.startswith(STORIES) else nodeid
