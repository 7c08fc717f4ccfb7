"""The system under a story: where its broker and its services answer, whatever they run on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.embedded.stack import start
from cli.services.service_client import ServiceClient
from tests.patience import PATIENCE


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A running system; `state` is where its addresses and its issuer of tokens are, `documents`
    where letters are, if this machine can read it, and `databases` each service's PostgreSQL, if it
    has one.
    """

    urls: dict[str, str]
    broker: str
    documents: Path | None
    databases: dict[str, str] = field(default_factory=dict)
    state: Path | None = None

    @property
    def desk(self) -> ServiceClient:
        """Reads cases from the services."""
        return ServiceClient(self.urls)


@contextmanager
def embedded(state: Path) -> Iterator[RunningStack]:
    """The embedded stack with its state in a folder."""
    stack = start(state, print, PATIENCE)
    try:
        yield RunningStack(stack.urls, stack.broker.address, stack.documents, state=stack.state)
    finally:
        stack.stop()


@contextmanager
def containers() -> Iterator[RunningStack]:
    """Everything in containers."""
    # Testcontainers is only wanted where there is an engine.
    from tests.e2e.containers import running_stack  # noqa: PLC0415

    with running_stack() as stack:
        backing = stack.backing
        yield RunningStack(stack.urls, backing.broker, None, backing.databases, stack.state)
