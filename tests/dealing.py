"""How tests are dealt to several processes: one by one, but a file with one stack, or one order, as
a whole.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

WHOLE = ("tests/docs/", "tests/e2e/", "tests/reliability/", "tests/stories/")


class Dealing(LoadScopeScheduling):
    """Deals in the order of collection."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0] if nodeid.startswith(WHOLE) else nodeid
