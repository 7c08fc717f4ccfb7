"""In which time zone each plan counts its days, and the rules of the zones."""

from __future__ import annotations

from importlib import resources

from pydantic import BaseModel, ConfigDict

DEFAULT_ZONE = "America/Chicago"


class Zones(BaseModel):
    """The time zone (IANA) of each plan: `plans` by id, all others in `default`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str = DEFAULT_ZONE
    plans: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every zone in use, the default first."""
        return tuple(dict.fromkeys((self.default, *self.plans.values())))


def packaged_zone(name: str) -> bytes:
    """A zone's rules (TZif, RFC 8536) as the package `tzdata` has them, the same on every machine;
    raises `ValueError` for one that it has not.
    """
    try:
        return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    except OSError:
        raise ValueError(f"there is no time zone {name}") from None
