"""A service as a process of its own: `python -m services.<name>`."""

from __future__ import annotations

import gc
from importlib import import_module


def run(service: str, app: str) -> None:
    """Serves until SIGTERM or SIGINT; `app` is the module that has the service's `build`.

    Both it and what serves are imported in here, once the collector rests: a sixth of a start would
    be spent looking for garbage among modules. The replica takes the collector over.
    """
    gc.disable()
    serve = import_module("shared.web.server.serve").serve
    serve(service, import_module(app).build)
