"""Where the services answer: `--url`, else `PRIORAUTH_<SERVICE>_URL`, else a running embedded
stack's `run.json`, else the ports of compose.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from shared.errors import Impossible
from shared.kafka.cluster import Cluster
from shared.settings import DEFAULT_BROKER, Settings, is_broker, is_http

COMPOSE_PORTS = {"intake": 8080, "criteria": 8081, "letters": 8082, "audit": 8083}


def url_of(service: str, settings: Settings, given: str | None = None) -> str:
    """The HTTP address of a service, without a slash at its end.

    Raises `Impossible` when the address that was given is none.
    """
    if given and not is_http(given):
        raise Impossible(
            "The address given is no HTTP address.", code="address", remedy="Give http://HOST:PORT."
        )
    running: dict[str, str] = run_file(settings.state).get("urls", {})
    found = (
        given
        or settings.urls.get(service)
        or running.get(service)
        or f"http://127.0.0.1:{COMPOSE_PORTS[service]}"
    )
    return found.rstrip("/")


def broker_of(settings: Settings) -> Cluster:
    """The broker: the setting's where it was set, else a running embedded stack's, else the
    default.
    """
    cluster = settings.cluster
    if cluster.secured or settings.broker != DEFAULT_BROKER:
        return cluster
    return replace(cluster, address=run_file(settings.state).get("broker", settings.broker))


def run_file(state: Path) -> dict[str, Any]:
    """What a running embedded stack wrote of itself; empty when none runs from this folder,
    or when the file is damaged.
    """
    try:
        found = json.loads((state / "run.json").read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if _sound(found) else {}


def _sound(found: Any) -> bool:
    """Whether a run file is what a stack writes, and not a damaged one."""
    return (
        isinstance(found, dict)
        and all(isinstance(found.get(name, {}), dict) for name in ("urls", "pids"))
        and all(isinstance(url, str) and is_http(url) for url in found.get("urls", {}).values())
        and all(isinstance(pid, int) for pid in found.get("pids", {}).values())
        and isinstance(broker := found.get("broker", DEFAULT_BROKER), str)
        and is_broker(broker)
    )
