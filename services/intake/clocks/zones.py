"""In which time zone each plan counts its days, and the rules of the zones."""

from __future__ import annotations

from importlib import resources

from pydantic import BaseModel, ConfigDict

DEFAULT_ZONE = "America/Chicago"


class Zones(BaseModel):
    """The time zone (IANA) of each plan: `plans` by id (contract-plan), all others in `default`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str = DEFAULT_ZONE
    plans: dict[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Every zone in use, the default first."""
        return tuple(dict.fromkeys((self.default, *self.plans.values())))

    def of(self, plan: str | None) -> tuple[str, ...]:
        """The zones in which a plan may count its days: its own, or, where it is not in the table,
        the default and those of every plan that it may be or that is of the same contract.
        """
        if plan is None:
            return self.names
        if plan in self.plans:
            return (self.plans[plan],)
        alike = (zone for name, zone in self.plans.items() if _may_be(plan, name))
        return tuple(dict.fromkeys((self.default, *alike)))


def _may_be(plan: str, name: str) -> bool:
    """Whether what a request says of its plan, which may be the contract or the plan's id alone,
    may mean a plan of the table, or one beside it.
    """
    contract, _, own = plan.rpartition("-")
    of, _, ident = name.rpartition("-")
    return plan in (of, ident) or name in (contract, own) or bool(contract and contract == of)


def packaged_zone(name: str) -> bytes:
    """A zone's rules (TZif, RFC 8536) as the package `tzdata` has them, the same on every machine;
    raises `ValueError` for one that it has not.
    """
    try:
        return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    except OSError:
        raise ValueError(f"there is no time zone {name}") from None
