"""What a process finds in its environment, and nowhere else."""

from shared.settings.environment import environment_of
from shared.settings.forms import LOOPBACK, is_broker, is_database, is_http
from shared.settings.settings import (
    DEFAULT_BROKER,
    MAX_NATIVE_BYTES,
    REQUESTS_PER_SECOND,
    SERVICES,
    Settings,
    TokenSettings,
    load,
)

__all__ = [
    "DEFAULT_BROKER",
    "LOOPBACK",
    "MAX_NATIVE_BYTES",
    "REQUESTS_PER_SECOND",
    "SERVICES",
    "Settings",
    "TokenSettings",
    "environment_of",
    "is_broker",
    "is_database",
    "is_http",
    "load",
]
