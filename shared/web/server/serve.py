"""Builds a service and serves it over HTTP."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from shared.errors import PriorauthError, Unavailable, unwritable
from shared.kafka.refusal import refusal
from shared.observe.logs import configure
from shared.settings import Settings, load
from shared.web.server.connection import HEADER_BYTES, KEPT_SECONDS, Connection
from shared.web.server.private import private


def serve(service: str, build: Callable[[Settings], FastAPI]) -> None:
    """Builds and serves until SIGTERM or SIGINT.

    The port that was bound is written to `STATE/<service>.port`.
    """
    try:
        _serve(service, build)
    except PriorauthError as error:
        sys.exit(f"{service} cannot start: {error}")
    except OSError as error:
        sys.exit(f"{service} cannot start: {unwritable(error)}")


def _serve(service: str, build: Callable[[Settings], FastAPI]) -> None:
    settings = private(load(service), service)
    configure(service, settings.log_level)
    # Asked here, because afterwards the clients try again for ever. A broker that is away is none
    # of this: it comes back.
    if settings.kafka.secured and (refused := refusal(settings.cluster)):
        raise refused
    app = build(settings)
    config = served(app)
    with _listener(settings) as listener:
        _announce(settings.state, service, listener.getsockname()[1])
        uvicorn.Server(config).run([listener])


def served(app: FastAPI) -> uvicorn.Config:
    """How the server treats connections; what it has no setting for is in `Connection`."""
    return uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        loop="uvloop",
        log_config=None,  # ours: its own would tell an exception in full
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=KEPT_SECONDS,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )


def _listener(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.http_host, settings.http_port), backlog=2048)
    except (OSError, UnicodeError) as error:
        # What Python adds to the reason repeats the address.
        reason = (getattr(error, "strerror", None) or "no host name").partition(" (while ")[0]
        raise Unavailable(
            f"Cannot listen on {settings.http_host}:{settings.http_port}: {reason}.",
            code="port",
            remedy=(
                "Stop what listens there, or set PRIORAUTH_HTTP_HOST and PRIORAUTH_HTTP_PORT "
                "(0 takes a free port)."
            ),
        ) from error


def _announce(state: Path, service: str, port: int) -> None:
    state.mkdir(parents=True, exist_ok=True)
    temporary = state / f".{service}.port"
    temporary.write_text(f"{port}\n")
    temporary.replace(state / f"{service}.port")
