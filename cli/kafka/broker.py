"""Asks a broker, until it answers or says no."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Any, TypeVar

from kafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    SecurityDisabledError,
    TopicAuthorizationFailedError,
)

from shared.clock import monotonic
from shared.errors import Unavailable
from shared.kafka.cluster import Cluster
from shared.kafka.refusal import refusal

T = TypeVar("T")
PAUSE, LOOK = 1.0, 3.0
FORBIDDEN = (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    TopicAuthorizationFailedError,
)


def asked(
    question: Callable[..., tuple[T, ...]],
    cluster: Cluster,
    *given: Any,
    patience: float = 5.0,
    **named: Any,
) -> tuple[T, ...]:
    """The answer of a cluster, asked again until it answers or patience (seconds) ends, then
    `Unavailable`: a new broker elects its coordinators first. What it refuses is not asked again.
    """
    deadline = monotonic() + patience
    while True:
        # First, because the client for tools takes half a minute to say that it came to nothing.
        if refused := refusal(cluster, LOOK):
            raise refused
        try:
            return question(cluster, *given, **named)
        except FORBIDDEN as error:
            raise _forbidden(cluster) from error
        except SecurityDisabledError as error:
            raise _unguarded() from error
        except KafkaError as error:
            if monotonic() > deadline:
                raise _no_broker(cluster.address) from error
            sleep(PAUSE)


def _forbidden(cluster: Cluster) -> Unavailable:
    return Unavailable(
        f"Kafka does not allow that to {cluster.user or 'this principal'}.",
        code="forbidden",
        remedy="Ask as a principal that may, or see: priorauth topics acls drift.",
    )


def _unguarded() -> Unavailable:
    return Unavailable(
        "This broker has no authorizer: everybody may do everything.",
        code="no_authorizer",
        remedy="Set its authorizer.class.name (docs/operations/secured.md).",
    )


def _no_broker(broker: str) -> Unavailable:
    return Unavailable(
        f"No broker answers at {broker}.",
        code="no_broker",
        remedy="Start one, or name it with PRIORAUTH_BROKER.",
    )
