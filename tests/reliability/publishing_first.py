"""A bug put in on purpose: what a batch came to is published before it is committed."""

from __future__ import annotations

from unittest.mock import patch

from shared.lanes.engine.commit import Transactions
from shared.lanes.state.write_set import Writes
from tests.reliability.sweep.victim import Life, live

commit = Transactions._commit


def published_first(self: Transactions, writes: Writes) -> None:
    """Sends the events before the transaction that makes them true."""
    for entry in writes.outbox:
        self._ports.publisher.send(entry, lambda *_: None)
    self._ports.publisher.poll(0)
    commit(self, writes)


def live_publishing_first(life: Life) -> None:
    """The life of a service that has the bug."""
    with patch.object(Transactions, "_commit", published_first):
        live(life)
